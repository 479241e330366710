"""How the answers of a wave are weighted: sampling, nonresponse by stratum, raking to the population."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.frames import Factor
from analysis.report.quality import QUALITY, quality_of
from analysis.report.scores import with_scores
from analysis.report.study import BASE_WEIGHT, ReportPlan, Sample, Study
from analysis.weighting import Margin, PopulationTargets, merge_small, poststratify, rake

Floats = NDArray[np.float64]
HEAVIEST = 6.0  # no weight grows beyond so many times the mean weight
UNKNOWN = "not told"


def weigh(sample: Sample, plan: ReportPlan) -> Study:
    """Weighted, scored answers of one sample.

    An address sample starts from the list's addresses by stratum, which also corrects for nonresponse by stratum;
    any other source starts from equal weights. Weights that a file brings take the place of equal ones. Then both kinds
    are raked to the population, with the largest weights cut.
    """
    table, prorated = with_scores(sample.table, plan)
    table = table.with_columns({QUALITY: quality_of(table, plan)})
    strata = "stratum" if sample.probability else None
    weights = BASE_WEIGHT if BASE_WEIGHT in table else None
    design = Design.of(table, weights=weights, strata=strata, lonely="adjust")
    if sample.frame:
        design = poststratify(design, PopulationTargets.of_totals({"stratum": dict(sample.frame)}))
    if plan.targets is None:
        return Study(sample, design, prorated=prorated)
    design, margins, merged, unused = _usable(design, plan.targets)
    if not margins:
        return Study(sample, design, merged, unused, prorated)
    mean = float(design.weights.mean())
    targets = PopulationTargets(margins, float(design.weights.sum()))
    raked = rake(design, targets, tolerance=1e-6, bounds=(mean / HEAVIEST / 10, mean * HEAVIEST))
    return Study(sample, raked, merged, unused, prorated)


def _usable(
    design: Design, targets: PopulationTargets
) -> tuple[Design, tuple[Margin, ...], Mapping[str, tuple[tuple[str, ...], ...]], tuple[str, ...]]:
    """Margins that the sample can meet: small levels merged, people who did not tell kept at their share."""
    margins, columns, joined, unused = [], {}, {}, []
    for margin in targets.margins:
        name = margin.columns[0]
        if name not in design.table:
            continue
        shares = {str(level[0]): value for level, value in zip(margin.levels, margin.values, strict=True)}
        factor = design.table.factor(name)
        merged = merge_small(factor, shares)
        if len(set(merged.values())) < 2:
            unused.append(name)
            continue
        if parts := tuple(_joined(merged)):
            joined[name] = parts
        columns[f"{name}:margin"] = _recoded(factor, merged)
        margins.append(_margin(f"{name}:margin", columns[f"{name}:margin"], merged, shares, design.weights))
    return design.with_columns(columns), tuple(margins), joined, tuple(unused)


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
    told = {level: share * (1 - unknown) for level, share in wanted.items()}
    return Margin.of_shares(column, told | ({UNKNOWN: unknown} if unknown else {}))


def unweighted(study: Study) -> Design:
    """The same people with equal weights: how the sample looked before weighting."""
    return Design.of(study.design.table)
