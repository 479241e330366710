"""How the answers of a wave are weighted: sampling, nonresponse by stratum, raking to the population."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.errors import AnalysisError
from analysis.frames import Factor
from analysis.report.quality import QUALITY, quality_of
from analysis.report.scores import with_scores
from analysis.report.study import BASE_WEIGHT, NOT_IN_IT, ReportPlan, Sample, Study
from analysis.weighting import Margin, PopulationTargets, merge_small, poststratify, rake
from analysis.weighting.merging import FEWEST
from analysis.weighting.uncertain import TargetErrors

Floats = NDArray[np.float64]
HEAVIEST = 6.0  # no weight grows beyond so many times the mean weight
UNKNOWN = "not stated"
PEOPLE_PER_TOTAL = 10  # at least so many for each free total of all margins


@dataclass(frozen=True, slots=True)
class WeightingStep:
    """How few people a level may have, and whether people who did not tell their group join its largest level."""

    fewest: int
    joins_unstated: bool = False


STEPS = (
    WeightingStep(FEWEST),
    WeightingStep(2 * FEWEST),
    WeightingStep(4 * FEWEST),
    WeightingStep(4 * FEWEST, joins_unstated=True),
)


def weigh(sample: Sample, plan: ReportPlan) -> Study:
    """Weighted, scored answers of one sample.

    An address sample starts from the list's addresses by stratum, which also corrects for nonresponse by stratum;
    any other source starts from equal weights. Weights that a file brings take the place of equal ones. Then both kinds
    are raked to the population, with the largest weights cut.

    The margins fit the size of the sample. A level with fewer than 20 people is merged with its smaller neighbor.
    People who did not tell their group are a level of their own from 20 people on, and join its largest level below.
    All margins together have at most one free total for ten people. Margins that are more, or that cannot be met
    together, do not stop the report. They are made easier step by step: small levels are merged (`STEPS`), then all
    people who did not tell their group join its largest level, then margins are left out, the last one first. The study
    says what was done. Variances correct residuals for leverage (`Design.with_leverage`), and contain the errors that
    the population table states for its shares (`analysis.weighting.uncertain`).

    References
    ----------
    Kalton and Flores-Cervantes (2003), Journal of Official Statistics 19, 81-97, on small cells and many margins.
    """
    table, prorated = with_scores(sample.table, plan)
    table = table.with_columns({QUALITY: quality_of(table, plan)})
    strata = "stratum" if sample.probability else None
    weights = BASE_WEIGHT if BASE_WEIGHT in table else None
    design, listed = _to_list(Design.of(table, weights=weights, strata=strata, lonely="adjust"), sample)
    study = Study(sample, design, prorated=prorated, dropped=() if listed else ("stratum",))
    margins = tuple(m for m in plan.targets.margins if m.columns[0] in design.table) if plan.targets else ()
    return next(
        (found for attempt in _attempts(margins) if (found := _raked(study, plan.target_errors, *attempt))), study
    )


def _to_list(design: Design, sample: Sample) -> tuple[Design, bool]:
    """The design weighted to the addresses of each stratum, and whether that was possible."""
    if not sample.frame:
        return design, True
    try:
        return poststratify(design, PopulationTargets.of_totals({"stratum": dict(sample.frame)})), True
    except AnalysisError:
        return design, False


def _attempts(margins: tuple[Margin, ...]) -> Iterator[tuple[tuple[Margin, ...], tuple[str, ...], WeightingStep]]:
    """Margins to be met, the names of those left out, and how small a level may be: the wish first, less and less."""
    for step in STEPS:
        yield margins, (), step
    for count in range(len(margins) - 1, -1, -1):
        yield margins[:count], tuple(margin.columns[0] for margin in margins[count:]), STEPS[-1]


def _raked(
    study: Study,
    target_errors: TargetErrors,
    margins: tuple[Margin, ...],
    dropped: tuple[str, ...],
    step: WeightingStep,
) -> Study | None:
    """The study raked to these margins; None where they cannot be met, or are too many for the sample."""
    dropped = (*study.dropped, *dropped)
    found = [_usable(study.design, margin, step, target_errors.get(margin.columns[0], {})) for margin in margins]
    used = [each for each in found if each.margin is not None]
    if sum(len(each.factor.levels) - 1 for each in used) * PEOPLE_PER_TOTAL > study.design.rows:
        return None
    merged = {each.name: each.joined for each in used if each.joined}
    unused = tuple(each.name for each in found if each.margin is None)
    unstated = tuple(each.name for each in used if each.joins_unstated)
    design = study.design.with_columns({each.column: each.factor for each in used})
    if used:
        mean = float(design.weights.mean())
        targets = PopulationTargets(tuple(each.margin for each in used if each.margin), float(design.weights.sum()))
        try:
            bounds = (mean / HEAVIEST / 10, mean * HEAVIEST)
            errors = {each.column: each.errors for each in used if each.errors}
            design = rake(design, targets, tolerance=1e-6, bounds=bounds, target_errors=errors)
        except AnalysisError:
            return None
    design = design.with_leverage()
    return replace(study, design=design, merged=merged, unused=unused, dropped=dropped, unstated=unstated)


@dataclass(frozen=True, eq=False, slots=True)
class _Usable:
    """A margin as the sample can meet it: small levels merged, people who did not tell kept at their share.

    `errors` are the standard errors of its shares, where the population table states any.
    """

    name: str
    margin: Margin | None
    factor: Factor
    errors: Mapping[str, float]
    joined: tuple[tuple[str, ...], ...] = ()
    joins_unstated: bool = False

    @property
    def column(self) -> str:
        """The column of merged levels."""
        return f"{self.name}:margin"


def _usable(design: Design, margin: Margin, step: WeightingStep, errors: Mapping[str, float]) -> _Usable:
    name = margin.columns[0]
    shares = {str(level[0]): value for level, value in zip(margin.levels, margin.values, strict=True)}
    factor = design.table.factor(name)
    merged = merge_small(factor, shares, step.fewest)
    if len(set(merged.values())) < 2:
        return _Usable(name, None, factor, {})
    recoded = _recoded(factor, merged)
    made = _margin(f"{name}:margin", recoded, merged, shares, design.weights)
    stated = _merged_errors(errors, merged, 1 - dict(zip(made.levels, made.values, strict=True)).get((UNKNOWN,), 0.0))
    if UNKNOWN not in recoded.levels or not (step.joins_unstated or _are_few(recoded, step.fewest)):
        return _Usable(name, made, recoded, stated, tuple(_joined(merged)))
    return _Usable(name, *_with_unstated(made, recoded), stated, tuple(_joined(merged)), True)


def _merged_errors(errors: Mapping[str, float], merged: Mapping[str, str], known: float) -> dict[str, float]:
    """The errors of merged levels, for shares of which the part `known` belongs to people whose level is known.

    "No" has no error of its own: it follows from "yes".
    """
    if not errors:
        return {}
    squares = dict.fromkeys(merged.values(), 0.0)
    for level, kept in merged.items():
        squares[kept] += math.nan if level == NOT_IN_IT else (known * errors.get(level, 0.0)) ** 2
    return {level: math.sqrt(square) for level, square in squares.items()}


def _are_few(factor: Factor, fewest: int) -> bool:
    """Whether the people without a known group are fewer than a level needs."""
    return bool((factor.codes == factor.levels.index(UNKNOWN)).sum() < fewest)


def _with_unstated(margin: Margin, factor: Factor) -> tuple[Margin, Factor]:
    """People who did not tell their group join its largest level, which keeps their share."""
    shares = {str(level[0]): value for level, value in zip(margin.levels, margin.values, strict=True)}
    unstated = shares.pop(UNKNOWN)
    largest = max(shares, key=lambda level: shares[level])
    shares[largest] += unstated
    place = [str(level) for level in factor.levels].index(largest)
    codes = np.where(factor.codes == len(factor.levels) - 1, place, factor.codes)
    return Margin.of_shares(margin.columns[0], shares), Factor(codes, factor.levels[:-1])


def _joined(merged: Mapping[str, str]) -> Iterable[tuple[str, ...]]:
    for first in dict.fromkeys(merged.values()):
        parts = tuple(level for level, kept in merged.items() if kept == first)
        if len(parts) > 1:
            yield parts


def _recoded(factor: Factor, merged: Mapping[str, str]) -> Factor:
    names = tuple(dict.fromkeys(merged.values()))
    place = {name: k for k, name in enumerate(names)}
    codes = [place[merged[str(level)]] if str(level) in merged else -1 for level in factor.levels]
    recoded = np.array([*codes, -1], np.int64)[factor.codes]
    if not (recoded < 0).any():
        return Factor(recoded, names)
    return Factor(np.where(recoded < 0, len(names), recoded), (*names, UNKNOWN))


def _margin(
    column: str, factor: Factor, merged: Mapping[str, str], shares: Mapping[str, float], weights: Floats
) -> Margin:
    """Shares of the merged levels; people who did not tell keep the share they have."""
    total = sum(shares.values())
    wanted = dict.fromkeys(merged.values(), 0.0)
    for level, kept in merged.items():
        wanted[kept] += shares[level] / total
    unknown = 0.0
    if UNKNOWN in factor.levels:
        unknown = float(weights[factor.codes == factor.levels.index(UNKNOWN)].sum() / weights.sum())
    stated = {level: share * (1 - unknown) for level, share in wanted.items()}
    return Margin.of_shares(column, stated | ({UNKNOWN: unknown} if unknown else {}))


def unweighted(study: Study) -> Design:
    """The same people with equal weights: how the sample looked before weighting."""
    return Design.of(study.design.table)
