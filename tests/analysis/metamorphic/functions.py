"""Wrap every public function: each wrapper takes a frame of any library and returns labeled numbers."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from analysis import (
    Condition,
    Design,
    FacetRecipe,
    IndexRecipe,
    Margin,
    PopulationTargets,
    calibrate,
    contrasts,
    count,
    gaps_to_everyone,
    goodness_of_fit,
    mean,
    pairwise_gaps,
    poststratify,
    quantile,
    rake,
    ratio,
    regress,
    reliability,
    score_items,
    share,
    total,
    trim,
    variance,
    wave_changes,
)
from analysis.gaps import target_gaps
from analysis.hypotheses import independence, rank_test, t_test
from analysis.hypotheses.correlation import correlation
from analysis.models import predictive_margins
from analysis.replication import jkn
from analysis.results import Tabular
from analysis.weighting import Amount, nonresponse_classes, standardize
from tests.analysis.metamorphic.reports import report
from tests.analysis.metamorphic.samples import GROUPS, ITEMS, SEXES, Sample

Answers = dict[tuple[str, ...], float]
Function = Callable[[Any, Sample], Answers]
FIGURES = ("estimate", "difference", "value", "se", "low", "high", "df", "n", "n_effective", "deff")
AGAINST = {"n": "n_against", "n_effective": "n_effective_against", "low": "high", "high": "low"}
SIGNED = ("difference", "low", "high")


def design_of(frame: Any, sample: Sample) -> Design:
    return Design.of(
        frame,
        weights=sample.name("w"),
        strata=sample.name("h").split("+"),
        psu=sample.name("psu"),
        nest=True,
        lonely=sample.lonely,
    )


def by_label(found: Tabular, sample: Sample, *groups: str, directed: bool = False) -> Answers:
    """The figures of each row by group, term and name of the figure; `directed` keeps the sides of gaps."""
    answers: Answers = {}
    for row in found.to_rows():
        label = [_group_label(row, sample.name(own), sample) for own in groups]
        label.append(_term(str(row.get("term", row.get("contrast"))), sample))
        sides, is_turned = _sides(row, sample, directed)
        for figure in FIGURES:
            value = row.get(AGAINST.get(figure, figure) if is_turned else figure)
            if value is not None:
                answers[*label, *sides, figure] = -value if is_turned and figure in SIGNED else float(value)
    return answers


def _group_label(row: Any, name: str, sample: Sample) -> str:
    return sample.own_level(row[f"by_{name}" if f"by_{name}" in row else name])


def _term(term: str, sample: Sample) -> str:
    """A term with the own names: ``q1``, ``g=a``, ``y/x``, ``y at 0.5``."""
    own = {sample.name(name): name for name in ("y", "x", "g", "s", "k", "vote", *ITEMS)}
    if " × " in term:
        return " × ".join(own.get(part, part) for part in term.split(" × "))
    for separator in ("=", "/", " at "):
        if separator in term:
            left, right = term.split(separator, 1)
            right = own.get(right, right) if separator == "/" else sample.own_level(right)
            return f"{own.get(left, left)}{separator}{right}"
    return own.get(term, term)


def _sides(row: Any, sample: Sample, directed: bool) -> tuple[tuple[str, ...], bool]:
    """The two sides of a gap in a fixed order, and whether the table has them the other way round."""
    if "against" not in row:
        return (), False
    of, against = sample.own_level(row["of"]), sample.own_level(row["against"])
    return ((of, against), False) if directed or of <= against else ((against, of), True)


def targets(sample: Sample) -> PopulationTargets:
    shares = {"s": dict(zip(SEXES, (0.48, 0.52), strict=True)), "wave": {2023: 0.5, 2024: 0.5}}
    renamed = {sample.name(c): {sample.level(x): v for x, v in levels.items()} for c, levels in shares.items()}
    return PopulationTargets.of_shares(renamed)


def margin(sample: Sample) -> Margin:
    levels = {sample.level(sex): total for sex, total in zip(SEXES, (480.0, 520.0), strict=True)}
    return Margin.of_totals(sample.name("s"), levels)


def _mean(frame: Any, s: Sample) -> Answers:
    design = design_of(frame, s)
    return by_label(mean(design, s.name("y"), deff="with_replacement"), s) | by_label(
        mean(design, s.name("y"), by=s.name("g")), s, "g"
    )


def _mean_by_two(frame: Any, s: Sample) -> Answers:
    return by_label(mean(design_of(frame, s), s.name("x"), by=[s.name("g"), s.name("k")]), s, "g", "k")


def _filtered(frame: Any, s: Sample) -> Answers:
    met = [Condition(s.name("g"), "in", [s.level(x) for x in GROUPS[:2]]), Condition(s.name("x"), ">", 2)]
    return by_label(mean(design_of(frame, s), s.name("x"), where=met), s)


def _share(frame: Any, s: Sample) -> Answers:
    design = design_of(frame, s)
    found: Answers = {}
    for own in ("g", "k", "vote"):
        found |= _of_those_present(by_label(share(design, s.name(own)), s))
    return found


def _of_those_present(answers: Answers) -> Answers:
    """Without declared levels that no row has: only some containers know of them, and their share is 0."""
    absent = {key[:-1] for key, value in answers.items() if key[-1] == "estimate" and value == 0}
    return {key: value for key, value in answers.items() if key[:-1] not in absent}


def _share_by(frame: Any, s: Sample) -> Answers:
    return _of_those_present(by_label(share(design_of(frame, s), s.name("s"), by=s.name("wave")), s, "wave"))


def _total(frame: Any, s: Sample) -> Answers:
    design = design_of(frame, s)
    counts = _of_those_present(by_label(count(design, s.name("s")), s))
    found = by_label(total(design, s.name("x"), by=s.name("g")), s, "g") | counts
    return {key: x / s.scale if key[-1] in ("estimate", "se", "low", "high") else x for key, x in found.items()}


def _ratio(frame: Any, s: Sample) -> Answers:
    return by_label(ratio(design_of(frame, s), s.name("y"), s.name("x"), by=s.name("g")), s, "g")


def _quantile(frame: Any, s: Sample) -> Answers:
    return by_label(quantile(design_of(frame, s), s.name("y"), 0.5, by=s.name("g")), s, "g")


def _variance(frame: Any, s: Sample) -> Answers:
    found = by_label(variance(design_of(frame, s), s.name("x")), s)
    return {key: x for key, x in found.items() if key[-1] in ("estimate", "n")}


def _replicates(frame: Any, s: Sample) -> Answers:
    return by_label(mean(jkn(design_of(frame, s)), s.name("y"), by=s.name("g")), s, "g")


def _pairwise(frame: Any, s: Sample) -> Answers:
    return by_label(pairwise_gaps(mean(design_of(frame, s), s.name("y"), by=s.name("g"))), s)


def _between_strata(frame: Any, s: Sample) -> Answers:
    """Gaps between groups that share no stratum."""
    return by_label(pairwise_gaps(mean(design_of(frame, s), s.name("x"), by=s.name("h"))), s)


def _to_everyone(frame: Any, s: Sample) -> Answers:
    return by_label(gaps_to_everyone(design_of(frame, s), s.name("y"), by=s.name("g")), s)


def _waves(frame: Any, s: Sample) -> Answers:
    return by_label(
        wave_changes(mean(design_of(frame, s), s.name("x"), by=s.name("wave")), s.name("wave")), s, directed=True
    )


def _contrast(frame: Any, s: Sample) -> Answers:
    found = mean(design_of(frame, s), s.name("x"), by=s.name("s"))
    weights = {str(s.level(SEXES[0])): 1.0, str(s.level(SEXES[1])): -1.0}
    gaps = contrasts(found, {"m - f": weights})
    return {("m - f", figure): float(gaps.to_rows()[0][figure]) for figure in ("value", "se", "df", "n")}


def _index(frame: Any, s: Sample) -> Answers:
    """Seven points have no exact sixth: people with the same answers must tie all the same."""
    items = tuple(s.name(item) for item in ITEMS)
    recipe = IndexRecipe("trust", (FacetRecipe("all", items, low=1, high=7),))
    scores = score_items(recipe, frame)
    design = design_of(frame, s).with_columns({"index": scores.values})
    found = by_label(mean(design, "index", by=s.name("g")), s, "g")
    scored = scores.values[scores.scored]
    people = {("people", f"at or below {x:.3f}"): float((scored <= x).sum()) for x in np.linspace(0, 100, 145)}
    return found | people | {("mean", "index"): scores.mean, ("levels", "index"): float(len(np.unique(scored)))}


def _rake(frame: Any, s: Sample) -> Answers:
    """By small groups too, some of which have no member in a stratum."""
    raked = rake(design_of(frame, s), targets(s))
    small = mean(raked, s.name("x"), by=[s.name("g"), s.name("k"), s.name("s")])
    return by_label(mean(raked, s.name("y"), by=s.name("g")), s, "g") | by_label(small, s, "g", "k", "s")


def _poststratify(frame: Any, s: Sample) -> Answers:
    return by_label(mean(poststratify(design_of(frame, s), margin(s)), s.name("y"), by=s.name("g")), s, "g")


def _calibrate(frame: Any, s: Sample) -> Answers:
    design = calibrate(design_of(frame, s), [margin(s), Amount(4600.0, s.name("x"))])
    return by_label(mean(design, s.name("y"), by=s.name("wave")), s, "wave")


def _standardize(frame: Any, s: Sample) -> Answers:
    levels = {s.level(sex): part for sex, part in zip(SEXES, (0.4, 0.6), strict=True)}
    design = standardize(design_of(frame, s), Margin.of_shares(s.name("s"), levels), s.name("wave"))
    return by_label(mean(design, s.name("x"), by=s.name("wave")), s, "wave")


def _nonresponse(frame: Any, s: Sample) -> Answers:
    design = design_of(frame, s)
    answered = (design.table.numbers(s.name("x")) > 2).astype(float)
    design = nonresponse_classes(design.with_columns({"answered": answered}), "answered", s.name("h").split("+")[0])
    return by_label(mean(design, s.name("y")), s)


def _trim(frame: Any, s: Sample) -> Answers:
    return by_label(mean(trim(design_of(frame, s), upper=3.0 * s.scale), s.name("y"), by=s.name("g")), s, "g")


def _reliability(frame: Any, s: Sample) -> Answers:
    table = design_of(frame, s).table
    answers = np.column_stack([table.numbers(s.name(item)) for item in ITEMS])
    found = reliability(answers, weights=table.numbers(s.name("w")))
    return {("alpha",): found.alpha, ("n",): float(found.n)}


def _regress(frame: Any, s: Sample) -> Answers:
    """Fitted values by person: coefficients depend on which level is the first one."""
    design = design_of(frame, s)
    fit = regress(design, s.name("y"), [s.name("x"), s.name("g")], factors=[s.name("g")])
    people = design.table.numbers(s.name("id"))
    slope = {("x",): fit.coefficients[s.name("x")].value, ("x", "se"): fit.coefficients[s.name("x")].se}
    return slope | {("fitted", f"{person:g}"): float(x) for person, x in zip(people, fit.fitted, strict=True)}


def _representation(frame: Any, s: Sample) -> Answers:
    percent = {str(s.level(sex)): part for sex, part in zip(SEXES, (45.0, 55.0), strict=True)}
    shares = share(design_of(frame, s), s.name("s"))
    found = target_gaps(shares, percent)
    gaps = {(s.own_level(gap.group), "gap"): gap.gap.value for gap in found.gaps}
    return gaps | {("overlap",): found.overlap.value, ("dissimilarity", "se"): found.dissimilarity.se}


def _margins(frame: Any, s: Sample) -> Answers:
    found = predictive_margins(design_of(frame, s), s.name("y"), [s.name("x")], s.name("g"))
    return by_label(found, s)


def _tests(frame: Any, s: Sample) -> Answers:
    """P-values alone: the sign of t, and of what a test is about, depends on which level is the first one."""
    design = design_of(frame, s)
    y, x, g, sex = (s.name(own) for own in ("y", "x", "g", "s"))
    found = {
        "independence": independence(design, g, sex),
        "t": t_test(design, y, sex),
        "Wilcoxon": rank_test(design, y, sex),
        "Kruskal": rank_test(design, y, g, test="kruskal_wallis"),
        "correlation": correlation(design, x, y),
    }
    return {(name, figure): float(getattr(x, figure)) for name, x in found.items() for figure in ("p_value", "df", "n")}


def _fit(frame: Any, s: Sample) -> Answers:
    """Without the statistic, which as in R is a sum over the population and so follows the scale of the weights."""
    shares = {s.level(x): part for x, part in zip(GROUPS, (0.2, 0.5, 0.3), strict=True)}
    found = goodness_of_fit(design_of(frame, s), s.name("g"), shares)
    return {(figure,): float(getattr(found, figure)) for figure in ("p_value", "df", "n")}


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "mean": _mean,
        "mean by two": _mean_by_two,
        "mean where": _filtered,
        "share": _share,
        "share by": _share_by,
        "total, count": _total,
        "ratio": _ratio,
        "quantile": _quantile,
        "variance": _variance,
        "replicates": _replicates,
        "pairwise gaps": _pairwise,
        "gaps between strata": _between_strata,
        "gaps to everyone": _to_everyone,
        "wave changes": _waves,
        "contrasts": _contrast,
        "index": _index,
        "rake": _rake,
        "poststratify": _poststratify,
        "calibrate": _calibrate,
        "standardize": _standardize,
        "nonresponse": _nonresponse,
        "trim": _trim,
        "reliability": _reliability,
        "regression": _regress,
        "predictive margins": _margins,
        "tests": _tests,
        "representation": _representation,
        "goodness of fit": _fit,
        "report": report,
    }
)
WHOLE = ("report",)  # functions that take a tenth of a second: one sample is enough in a quick run
QUICK = tuple(name for name in FUNCTIONS if name not in WHOLE)
