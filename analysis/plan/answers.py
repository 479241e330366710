"""A plan's questions answered on its sample: estimates, gaps, comparisons with a population."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, cast

import numpy as np

from analysis.design import Design, LazyDesign
from analysis.errors import AnalysisError
from analysis.estimation import count, mean, ratio, share, total
from analysis.estimation.quantiles import quantile
from analysis.frames import Condition, Factor
from analysis.frames.conditions import rows_where
from analysis.gaps import Gaps, contrasts, gaps_to_everyone, pairwise_gaps, target_gaps, to_shares, wave_changes
from analysis.plan.large import cells_for
from analysis.plan.plan import EstimatePlan, GapPlan, RepresentationPlan, TargetSource
from analysis.plan.sample import PlanSample
from analysis.plan.waves import wave_order
from analysis.representation import Representation, ShareMeasure, Shares, overlap_index, representation
from analysis.results import Estimates, UnknownEstimate


class RowRefused(AnalysisError):
    """One row of the data cannot be compared; the sentence says which and why."""

    def __init__(self, row: str, reason: AnalysisError) -> None:
        self.row, self.reason = row, reason
        super().__init__(f"{reason} (in the row '{row}')")


STATISTICS: Mapping[str, Callable[..., Estimates]] = MappingProxyType(
    {"mean": mean, "total": total, "share": share, "count": count, "ratio": ratio, "quantile": quantile}
)


def answer_estimate(sample: PlanSample, wanted: EstimatePlan) -> Estimates:
    """One table of estimates; groups and shares carry labels instead of codes."""
    sample = small(sample, wanted)
    return _estimates(sample, _design(sample, wanted), wanted)


def small(sample: PlanSample, wanted: EstimatePlan) -> PlanSample:
    """The sample with the sums that a question needs, where its rows stay in their files; else as it is."""
    if not isinstance(sample.design, LazyDesign):
        return sample
    return replace(sample, design=cells_for(sample.design, sample.plan, wanted))


def _design(sample: PlanSample, wanted: EstimatePlan) -> Design:
    """The design with the labels and conditions that an estimate shows."""
    design = sample.labelled((*wanted.by, *(wanted.columns if _is_of_levels(wanted, sample) else ())))
    if not _is_of_conditions(wanted, sample):
        return design
    return design.with_columns({wanted.columns[0]: holding(sample, wanted.meets)})


def _is_of_conditions(wanted: EstimatePlan, sample: PlanSample) -> bool:
    """Whether an estimate is a share of conditions, rather than of a column that has such a name."""
    return bool(wanted.meets) and wanted.columns[0] not in sample.design.table


def _is_of_levels(wanted: EstimatePlan, sample: PlanSample) -> bool:
    plain = wanted.columns[0] not in sample.multiple and not _is_of_conditions(wanted, sample)
    return wanted.statistic in ("share", "count") and plain


def holding(sample: PlanSample, conditions: Sequence[Condition]) -> Factor:
    """Return 1 where all conditions hold, 0 where one does not, missing where a column of them is missing."""
    table = sample.design.table
    held = rows_where(table, sample.coded(conditions))
    missing = np.logical_or.reduce([table.factor(condition.column).missing for condition in conditions])
    return Factor(np.where(missing, -1, np.asarray(held, np.int64)), (0, 1))


def _estimates(sample: PlanSample, design: Design, wanted: EstimatePlan) -> Estimates:
    if wanted.statistic == "share" and wanted.columns[0] in sample.multiple:
        return _of_levels(sample, _of_options(sample, design, wanted), wanted)
    columns = (list(wanted.columns),) if wanted.statistic in ("mean", "total") else wanted.columns
    estimates = STATISTICS[wanted.statistic](
        design,
        *columns,
        by=list(wanted.by) or None,
        where=_rows(sample, wanted),
        **wanted.options,
    )
    if _is_of_conditions(wanted, sample):
        return _where_met(estimates, wanted.columns[0], _unmet(sample, wanted.meets))
    return _of_levels(sample, estimates, wanted)


def _of_options(sample: PlanSample, design: Design, wanted: EstimatePlan) -> Estimates:
    """The share of each option of a question with several answers, among the people who answered it."""
    name = wanted.columns[0]
    names = {f"{name}={option}": factor for option, factor in sample.multiple[name].items()}
    held = design.with_columns(names)
    by, where = list(wanted.by) or None, _rows(sample, wanted)
    singles = {
        (row.group, term): row
        for term in names
        for row in share(held, term, by=by, where=where, **wanted.options)
        if row.term == f"{term}=1"
    }
    joint = mean(held, list(names), by=by, where=where)
    rows = tuple(replace(singles[row.group, row.term], term=row.term) for row in joint)
    return replace(joint, statistic="share", rows=rows)


def _unmet(sample: PlanSample, conditions: Sequence[Condition]) -> tuple[str, ...]:
    """A note on each condition that no row of the data meets: it may be a slip."""
    held = [rows_where(sample.design.table, sample.coded([each])) for each in conditions]
    met = [rows is None or bool(rows.any()) for rows in held]
    return tuple(
        f"no row has {each.column} {each.op} {each.value}"
        for each, is_met in zip(conditions, met, strict=True)
        if not is_met
    )


def _where_met(estimates: Estimates, name: str, notes: tuple[str, ...]) -> Estimates:
    """The rows of the people who meet the conditions, under the name of the conditions."""
    kept = [k for k, row in enumerate(estimates) if row.term == f"{name}=1"]
    rows = tuple(replace(estimates[k], term=name, notes=(*estimates[k].notes, *notes)) for k in kept)
    return replace(estimates, rows=rows, covariance=estimates.covariance[np.ix_(kept, kept)])


def _of_levels(sample: PlanSample, estimates: Estimates, wanted: EstimatePlan) -> Estimates:
    """The rows of the levels that were asked for, by code or by label."""
    if not wanted.levels:
        return estimates
    column = wanted.columns[0]
    labels = sample.labels.get(column, {})
    terms = {f"{column}={labels.get(level, level)}" for level in wanted.levels}
    unknown = terms - {row.term for row in estimates}
    if unknown:
        raise UnknownEstimate(sorted(unknown)[0], list(dict.fromkeys(row.term for row in estimates)))
    kept = [k for k, row in enumerate(estimates) if row.term in terms]
    rows = tuple(estimates[k] for k in kept)
    return replace(estimates, rows=rows, covariance=estimates.covariance[np.ix_(kept, kept)])


def answer_gap(sample: PlanSample, wanted: GapPlan) -> Gaps:
    """One table of gaps."""
    of = wanted.of
    sample = small(sample, of)
    if wanted.against_everyone:
        return gaps_to_everyone(
            _design(sample, of),
            of.columns[0],
            by=list(of.by),
            where=_rows(sample, of),
            statistic=cast(Any, "mean" if _is_of_conditions(of, sample) else of.statistic),
            **wanted.options,
        )
    estimates = answer_estimate(sample, of)
    if wanted.waves:
        order = wave_order(sample, wanted.waves, wanted.order)
        present = {str(dict(row.group).get(wanted.waves)) for row in estimates}
        held = None if order is None else [level for level in order if level in present]  # a filter may drop waves
        return wave_changes(estimates, wanted.waves, order=held, **wanted.options)
    if wanted.contrasts:
        return contrasts(estimates, wanted.contrasts, **wanted.options)
    return pairwise_gaps(estimates, across=wanted.between, **wanted.options)


def answer_representation(sample: PlanSample | None, wanted: RepresentationPlan) -> tuple[Shares, Representation]:
    """The shares of respondents or counted staff, and how far they are from a population."""
    population = to_target(wanted.residents)
    if wanted.share is None:
        staff = Shares.of_counts(wanted.staff, unknown=wanted.unknown)
        return staff, representation(staff, population)
    assert sample is not None
    rows = rows_where(sample.design.table, sample.conditions(wanted.where))
    shares = share(sample.labelled((wanted.share,)), wanted.share, where=rows)
    return to_shares(shares), target_gaps(shares, population)


@dataclass(frozen=True, slots=True)
class RowComparison:
    """One row of the data compared: all gaps are None where groups overlap, and n where it is not known."""

    name: str
    n: int | None
    overlap: ShareMeasure
    gaps: Representation | None


def answer_rows(sample: PlanSample, wanted: RepresentationPlan) -> Iterator[RowComparison]:
    """The comparison of each row of the data.

    Rows without one of the shares are left out.
    """
    table = sample.design.table
    names = table.factor(wanted.rows or "")
    staff = {group: table.numbers(column) for group, column in wanted.staff.items()}
    residents = {group: table.numbers(column) for group, column in wanted.row_residents.items()}
    sizes = table.numbers(wanted.n) if wanted.n else None
    keep = rows_where(table, sample.conditions(wanted.where))
    for k in range(table.rows):
        if (keep is not None and not keep[k]) or names.codes[k] < 0:
            continue
        of_staff, of_residents = ({g: float(x[k]) for g, x in side.items()} for side in (staff, residents))
        if any(x != x for x in (*of_staff.values(), *of_residents.values())):
            continue
        name = str(names.levels[names.codes[k]])
        try:
            own = Shares.of_percent(of_staff, allow_overlap=wanted.overlapping)
            theirs = Shares.of_percent(of_residents, allow_overlap=wanted.overlapping)
        except AnalysisError as error:
            raise RowRefused(name, error) from None
        whole = None if wanted.overlapping else representation(own, theirs)
        yield RowComparison(name, None if sizes is None else int(sizes[k]), overlap_index(own, theirs), whole)


def to_target(source: TargetSource) -> Shares:
    """The population of a comparison: percent as published, or counts with their margins of error."""
    if source.counts:
        return Shares.of_margins(source.counts, source.total)
    return Shares.of_percent(source.percent, se=source.se or None)


def _rows(sample: PlanSample, wanted: EstimatePlan) -> Any:
    """The filter, worked out on codes: labels come later."""
    return rows_where(sample.design.table, sample.conditions(wanted.where))
