"""The keys of a plan as examples that can be run, for the help of each command."""

from collections.abc import Mapping
from types import MappingProxyType

SAMPLE = """\
title: Trust in Riverton         # shown above the tables
data: answers.csv                # CSV, .xlsx, Parquet, .sav or .dta, found beside the plan; or with its form:
# data: {file: answers.csv, encoding: utf-8, separator: ",", decimal: ".", header: 1, sheet: Data, missing_words: [NA]}
id: person                       # names the rows of `weights`, digit by digit
design:
  weights: weight
  strata: [district, tenure]     # one column, or several that are crossed
  psu: block                     # a list for several stages
  fpc: blocks                    # units in the population of each stage, or their sampled share
  nest: true                     # the same code means another unit in another stratum
  lonely: adjust                 # for a stratum with one PSU: error (default), remove, certainty, adjust, average
# replicates: {columns: rep*, method: JK1}   # replicate weights of the file: JK1, JKn, BRR, Fay, bootstrap,
#   # successive-difference or other; with scale, rscales, rho, mse, combined and df as their documentation states
# replicates: {make: bootstrap, count: 200, seed: 1}   # or made: jk1, jkn, brr (rho), bootstrap, successive_differences
# inclusion: {probabilities: pi, method: brewer}   # unequal probabilities: brewer, overton, hartley_rao or joint;
#   # with population_squares (hartley_rao), joint: pi_* (a column for each unit), form: yates_grundy
missing: {all: [9], income: [-1]}  # codes that stand for no answer, in all columns of numbers or in one
labels: {sex: {F: women, M: men}, voted: {0: "no", 1: "yes"}}   # value labels of .sav and .dta are read
order: {wave: [2023, 2024]}      # the order of levels, for waves that are neither numbers nor dates
multiple:                        # questions with several answers, whose shares are of the people who answered
  used: {separator: " "}         # "police fire" in one column
  heard: {columns: heard_*}      # or a column of 0 and 1 for each option
only: age >= 18                  # rows that are in the sample at all
where: [interview == complete]   # rows that are counted; conditions of a list must all hold. Each compares a column:
                                 # ==, !=, <, <=, >, >= or "in"; with codes, labels, numbers or dates (2024-01-31)
index:                           # a 0-100 index; more than half of the items must be answered
  name: trust
  facets:                        # or items, reversed, low, high and so on of one scale
    fair: {items: [a1, a2, a3], reversed: [a3], low: 1, high: 5, missing: [8], dont_know: [7]}
    able: {items: [b1, b2, b3], low: 1, high: 5, minimum_answered: 2}
  minimum_facets: 1
  by: [sex, district]            # tables of the command `index`
weighting:                       # steps in their order
  - nonresponse: {responded: responded, by: district}   # or predictors: [sex, age], classes: 5, weighted: true
  - poststratify: {totals: {tenure: {own: 5000, rent: 4000}}}
  - rake: {shares: {sex: {F: 51, M: 49}, sex x tenure: {F x own: 26, F x rent: 25, M x own: 24, M x rent: 25}},
           population: 9000, bounds: [5, 400], tolerance: 1.0e-8, variance: greg}   # bounds of weights; greg or r-rake
  - calibrate: {totals: {district: {north: 4000, south: 5000}}, amounts: {rooms: 27000}, population: 9000,
                distance: raking, bounds: [0.2, 5], within_psu: false}   # distance: linear, raking or logit
  - trim: {lower: 20, upper: 300, strict: true}
"""
ESTIMATES = """\
estimates:                       # each with by, where, title and level (0.95)
  - {mean: trust, by: [district, sex], interval: t, deff: true}   # interval: t or normal; deff: a design effect
  - {total: income, where: age >= 65, title: Income of the old, level: 0.9}
  - {share: voted, by: sex, interval: wilson, levels: ["yes"]}   # interval: also logit, likelihood, korn_graubard ...
  - {share: a1 >= 4}             # a condition, of the people who answered a1; several conditions are a list
  - {share: used, by: sex}       # a question with several answers
  - {count: voted}
  - {ratio: [income, rooms]}
  - {quantile: income, p: [0.25, 0.5, 0.75], rule: math}   # rule: math, school or hf1 to hf9, as in R
"""
GAPS = """\
gaps:                            # of an estimate; with adjust (holm, hochberg, bh ... or none), df and level
  - {mean: trust, between: district}       # all pairs
  - {mean: trust, by: district, against: everyone, adjust: bh, df: design}
  - {mean: trust, waves: wave}             # each wave against the one before, by date or number
  - {share: a1 >= 4, waves: round, order: [before, after]}
  - {mean: trust, by: sex, contrasts: {women less men: {women: 1, men: -1}, ratio: women / men}}
representation:                  # respondents, or counted staff, against a population
  - {share: sex, residents: {percent: {women: 51, men: 49}, moe: {women: 1.0, men: 1.0}}}   # 90 % margins of error
  - {title: Police, staff: {women: 20, men: 80}, unknown: 3,
     residents: {counts: {women: [5100, 200], men: [4900, 190]}, total: [10000, 150]}}
  - {rows: district, staff: {women: staff_women, men: staff_men}, residents: {women: pct_women, men: pct_men},
     n: staff_n, overlapping: false, where: interview == complete}   # columns of percent: each row is a comparison
"""
TESTS = """\
tests:                           # each with where and title
  - {independence: [voted, sex], statistic: F}   # Rao-Scott: F, chi_square, exact, saddlepoint; wald, adjusted_wald
  - {fit: sex, shares: {women: 52, men: 48}, method: satterthwaite}   # to a population: also saddlepoint, exact
  - {difference: trust, between: sex, level: 0.9}   # a t test; without between: against a number
  - {difference: trust, against: 50}
  - {ranks: income, between: district, test: wilcoxon}   # also kruskal_wallis, median, van_der_waerden
  - {correlation: [trust, income]}
"""
MODELS = """\
models:                          # linear, logistic or poisson; each with where, title and level
  - {linear: trust, on: [income, sex, income:sex], margins: sex}   # a product; margins: everyone as one level
  - {logistic: voted, on: [age, factor(rooms)], factors: [rooms]}   # numbers that are categories
  - {logistic: sex, event: F, on: age}   # the level that counts as 1; else the second of two levels of text
"""
RELIABILITY = """\
reliability:                     # of items, of a facet or of the index; each with where and title
  - {alpha: fair, weighted: true, level: 0.9}
  - {ordinal_alpha: [a1, a2, a3]}          # from polychoric correlations
  - {omega: trust}                         # one factor
  - {hierarchical_omega: trust, factors: 3}   # a general factor above the facets
  - {invariance: [fair, able], between: sex}   # whether groups or languages understand the items alike
"""
PLANNING = """\
planning:                        # before the field; shares from 0 to 1, level, power and alpha as usual
  - sample_size: {share: 0.5, margin: 0.05, deff: 1.4, population: 12000, response_rate: 0.3, eligible_rate: 0.9}
  - sample_size: {sd: 24, margin: 2, level: 0.9}   # or cv in place of margin; corrected: N - 1 in the variance
  - precision: {n: 800, share: 0.5, deff: 1.4, corrected: true}
  - design_effect: {cluster_size: 8, icc: 0.05, cv_weights: 0.5, cv_cluster_size: 0.3}
  - power_of_shares: {p1: 0.5, p2: 0.55, n1: 800, n2: 800, deff1: 1.4, deff2: 1.4, tails: 1, method: unpooled}
  - power_of_means: {difference: 4, sd1: 24, sd2: 22, n1: 800, n2: 800, overlap: 300, rho: 0.6, alpha: 0.05,
                     method: normal}   # or t, without overlap
  - power_of_trend: {times: [0, 1, 2, 3], errors: [1.2, 1.2, 1.2, 1.2], slope: 1, power: 0.8}
  - size_for_shares: {p1: 0.5, p2: 0.55, ratio: 1, method: pooled}
  - size_for_means: {difference: 4, sd1: 24, overlap_share: 0.4, rho: 0.6}
  - detectable_shares: {p1: 0.5, n1: 800, n2: 800}
  - allocate: {strata: {north: {population: 9000, sd: 20, cost: 30}, south: {population: 1000, sd: 30, cost: 45}},
               n: 400, minimum: 60, method: neyman}   # equal, proportional, power, neyman, cost_n,
    title: Interviews by district      # cost_budget (budget, fixed_cost), cost_variance (target_se)
  - two_stage: {cost_psu: 300, cost_interview: 40, icc: 0.05, budget: 30000}
  - precision_table: {groups: {all: {n: 800, population: 12000, whole: true}, young: {n: 200, deff: 1.2}}, sd: 24,
                      shares: [0.1, 0.5]}
  - invitations: {completes: {north: 300, south: 100}, response_rates: {north: 0.3, south: 0.2}}
"""
DRAWING = """\
drawing:                         # from the data of the plan, which are then the list; each with where and title
  - {draw: {north: 20, south: 10}, strata: district, seed: "lottery 7 13 21", sort: [tenure]}   # or draw: 30
  - {draw: 12, seed: "lottery 7 13 21", method: pps, size: rooms}   # systematic, random or pps
"""
TRENDS = """\
trends:                          # of a mean over waves; each with where, title and level
  - {trend: trust, waves: wave}
  - {trend: trust, waves: round, times: {before: 2023.5, after: 2024}}   # broken_at: a time where the slope changes
"""
COMPARABILITY = """\
comparability:                   # of items, of a facet or of the index; each with where and title
  - {comparable: fair, between: sex, levels: [women, men]}   # low, high: the scale of items outside an index
  - {dif: fair, between: sex, match: rest}   # differential item functioning; match: rest or total
"""
IMPUTATION = """\
imputation:                      # each with where, title and level
  - {index: trust, by: sex, imputations: 5, seed: 1}   # prorated, complete and imputed answers side by side
  - {mean: income, by: sex, files: round}   # a column that numbers imputed files, pooled by Rubin's rules
"""
OPEN_LINK = """\
open_link:                       # `data` are answers of people who chose to take part; with title and level
  - {mean: income, data: link.csv, terms: [age, sex], method: doubly_robust, family: linear, combined: true}
                                 # ipw, ipw_N (population), doubly_robust, mass_imputation, alp, calibrated
"""
SMALL_AREAS = """\
small_areas:                     # modeled; `areas` has a row for each area, `cells` one for each cell of the population
  - {areas_of: trust, by: area, areas: areas.csv, terms: [poverty], people: people, method: REML}
  - {people_of: trust, by: area, areas: areas.csv, terms: [rooms]}   # areas.csv holds the mean of rooms
  - {share_of: voted, by: area, cells: cells.csv, terms: [], random: [area, sex], people: people}
"""
SECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "estimate": ESTIMATES,
        "index": "",
        "gaps": GAPS,
        "test": TESTS,
        "model": MODELS,
        "reliability": RELIABILITY,
        "planning": PLANNING,
        "drawing": DRAWING,
        "trend": TRENDS,
        "comparability": COMPARABILITY,
        "imputation": IMPUTATION,
        "open-link": OPEN_LINK,
        "small-areas": SMALL_AREAS,
        "weights": "",
    }
)
USE = """\
then:

  python -m analysis estimate trust.yaml
  python -m analysis gaps trust.yaml --format csv --output gaps.csv

Four plans for real surveys are in surveys/examples: kcmo.yaml, anes.yaml, ncvs.yaml, lemas.yaml.
"""


def manual(command: str = "") -> str:
    """Return the keys of a plan: those of one command, or all of them.

    Examples
    --------
    >>> "ordinal_alpha" in manual("test"), "ordinal_alpha" in manual()
    (False, True)
    """
    sections = [SAMPLE, SECTIONS[command] if command else "".join(SECTIONS.values())]
    lines = "".join(sections).splitlines()
    return "\n".join(["a plan, trust.yaml, with all keys:", "", *(f"  {line}" for line in lines), "", USE])
