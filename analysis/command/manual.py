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
"""
RELIABILITY = """\
reliability:                     # of items, of a facet or of the index; each with where and title
  - {alpha: fair, weighted: true, level: 0.9}
  - {ordinal_alpha: [a1, a2, a3]}          # from polychoric correlations
  - {omega: trust}                         # one factor
  - {hierarchical_omega: trust, factors: 3}   # a general factor above the facets
  - {invariance: [fair, able], between: sex}   # whether groups or languages understand the items alike
"""
SECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "estimate": ESTIMATES,
        "index": "",
        "gaps": GAPS,
        "test": TESTS,
        "model": MODELS,
        "reliability": RELIABILITY,
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
