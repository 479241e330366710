"""Make draft tables from estimates: the group, the count and the largest weight of each row."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.disclosure import DraftTable, domain_id
from analysis.errors import AnalysisError
from analysis.estimation.domains import crossed_domains
from analysis.gaps import Gaps
from analysis.report.study import Study
from analysis.results import Estimate, Estimates, Group

ORDER = ("source", "agency")


class NothingToTell(AnalysisError):
    """Refuse a table without a row."""

    def __init__(self) -> None:
        super().__init__("expected at least one estimate in a table, but there is none")


def table_of(study: Study, id: str, kind: Any, estimates: Estimates, **options: Any) -> DraftTable:
    """Make a draft table whose rows are named by the sample source and the groups of the estimates."""
    return DraftTable(
        id=f"{study.source}.{id}",
        title=id,
        kind=kind,
        rows=tuple(domain_of(study, row.group) for row in estimates),
        counts=tuple(row.n for row in estimates),
        estimates=estimates,
        heaviest=_heaviest(study, [row.group for row in estimates]),
        **options,
    )


def domain_of(study: Study, group: Group) -> str:
    """Return the catalog's name of a group within a sample source: source, then agency, then the rest."""
    pairs = [("source", study.source), *((name, level) for name, level in group if name != "source")]
    return domain_id(sorted(pairs, key=lambda pair: ORDER.index(pair[0]) if pair[0] in ORDER else len(ORDER)))


def _heaviest(study: Study, groups: Sequence[Group]) -> tuple[float, ...]:
    """Return the largest part that one weight has in the whole weight of each group."""
    stated = []
    for group in groups:
        names = tuple(name for name, _ in group)
        if names not in study.heaviest:
            study.heaviest[names] = _heaviest_by(study.design, names)
        stated.append(study.heaviest[names].get(tuple((name, str(level)) for name, level in group), 1.0))
    return tuple(stated)


def _heaviest_by(design: Design, names: tuple[str, ...]) -> dict[Group, float]:
    """Return the largest part for every group that these columns form."""
    domains = crossed_domains(design, names)
    inside = domains.codes >= 0
    codes, weights = domains.codes[inside], design.weights[inside]
    largest = np.zeros(domains.count)
    np.maximum.at(largest, codes, weights)
    total = np.bincount(codes, weights=weights, minlength=domains.count)
    parts = np.divide(largest, total, out=np.ones(domains.count), where=total > 0)
    named = [tuple((name, str(level)) for name, level in group) for group in domains.groups]
    return dict(zip(named, parts.tolist(), strict=True))


def rows_at(study: Study, column: str, level: Any) -> NDArray[np.bool_]:
    """Return (n,) whether a row has that level."""
    factor = study.design.table.factor(column)
    names = [str(x) for x in factor.levels]
    return np.asarray(factor.codes == (names.index(str(level)) if str(level) in names else len(names)))


def picked(estimates: Estimates, keep: Callable[[Estimate], bool]) -> Estimates:
    """Return the rows that `keep` selects, with their covariance."""
    return estimates.picked([k for k, row in enumerate(estimates) if keep(row)])


def renamed(estimates: Estimates, term: str) -> Estimates:
    """Return the estimates under another term."""
    rows = tuple(replace(row, term=term) for row in estimates)
    return Estimates(estimates.statistic, rows, estimates.covariance, estimates.df)


def joined(parts: Iterable[Estimates]) -> Estimates:
    """Join separate estimates in one list, with unknown covariance between the parts."""
    found = list(parts)
    if not found:
        raise NothingToTell()
    rows = tuple(row for part in found for row in part)
    covariance = np.full((len(rows), len(rows)), np.nan)
    start = 0
    for part in found:
        stop = start + len(part)
        covariance[start:stop, start:stop] = part.covariance
        start = stop
    return Estimates(found[0].statistic, rows, covariance, found[0].df)


def estimates_of(gaps: Gaps, groups: Sequence[Group]) -> Estimates:
    """Convert gaps to estimates of a difference for the groups on their first side."""
    rows = tuple(
        Estimate(
            group=group,
            term=gap.term,
            value=gap.value,
            se=gap.se,
            interval=gap.interval,
            df=gap.df,
            n=gap.n[0],
            n_effective=gap.n_effective[0],
            notes=gap.notes,
        )
        for gap, group in zip(gaps, groups, strict=True)
    )
    return Estimates("gap", rows, gaps.covariance, int(min((gap.df for gap in gaps), default=0)))


def possible(make: Callable[..., DraftTable | None], *facts: object) -> list[DraftTable]:
    """Return the table, or none where the answers do not allow it. An empty group is not an error in a report."""
    try:
        table = make(*facts)
    except AnalysisError:
        return []
    return [table] if table is not None and table.rows else []
