"""Convert a population table to the margins of weighting, and list what cannot be one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.weighting import Margin, PopulationTargets
from app.records.population import PopulationShare

OVERLAPPING = ("yes", "no")
Z90 = 1.645  # the factor of published 90 % margins of error

Tables = Mapping[str, Sequence[PopulationShare]]
Groups = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class UnusedTable:
    """Hold a variable of the population table that weighting cannot use, and the reason."""

    variable: str
    reason: str
    is_asked: bool = True

    def __str__(self) -> str:
        return f"{self.variable} is not used for weighting: {self.reason}"


def to_targets(rows: Sequence[PopulationShare], groups: Groups) -> PopulationTargets | None:
    """Return the population's shares of each group in the survey; overlapping groups become margins of yes and no."""
    tables = _tables(rows)
    margins = [
        margin for name in tables if _reason(name, tables, groups) is None for margin in _margins(name, tables, groups)
    ]
    return PopulationTargets(tuple(margins)) if margins else None


def find_unused(rows: Sequence[PopulationShare], groups: Groups) -> tuple[UnusedTable, ...]:
    """Return the variables of the table that are no margin, each with its reason."""
    tables = _tables(rows)
    found = ((name, _reason(name, tables, groups)) for name in tables)
    return tuple(UnusedTable(name, reason, _is_asked(name, groups)) for name, reason in found if reason is not None)


def _tables(rows: Sequence[PopulationShare]) -> dict[str, list[PopulationShare]]:
    tables: dict[str, list[PopulationShare]] = {}
    for row in rows:
        tables.setdefault(row.variable, []).append(row)
    return tables


def _is_asked(name: str, groups: Groups) -> bool:
    return name in groups or bool(_options(name, groups))


def _options(name: str, groups: Groups) -> tuple[str, ...]:
    """Return the options of a question with several answers: the groups `race_1`, `race_2`."""
    start = f"{name}_"
    return tuple(each.removeprefix(start) for each in groups if each.startswith(start) and _is_option(each, groups))


def _is_option(group: str, groups: Groups) -> bool:
    return tuple(groups[group]) == OVERLAPPING


def _reason(name: str, tables: Tables, groups: Groups) -> str | None:
    """Return why a variable is no margin, or None."""
    rows = tables[name]
    codes = tuple(groups.get(name, ())) or _options(name, groups)
    if not codes:
        return "the survey does not ask it"
    foreign = [row.level for row in rows if row.level not in codes]
    if foreign:
        return f"expected levels among {', '.join(codes)}, found {', '.join(foreign)}"
    if len({row.count is None for row in rows}) > 1:
        return "expected counts or shares throughout, found both"
    if not math.fsum(_value(row) for row in rows) > 0:
        return "expected at least one level above 0, found none"
    if name not in groups and any(row.kind == "alone" for row in rows):
        return (
            "people could choose several answers, so expected a table of people who are in a group alone or in "
            "combination, found one of people in it alone"
        )
    if name not in groups and rows[0].count is not None and people_in(tables, groups) is None:
        return "expected counts of everyone by another question as its whole, found none"
    return None


def people_in(tables: Tables, groups: Groups) -> float | None:
    """Return the number of residents: the largest sum of counts over a question with one answer each."""
    sums = [
        math.fsum(row.count or 0 for row in rows)
        for name, rows in tables.items()
        if name in groups and all(row.count is not None for row in rows)
    ]
    return max(sums, default=0.0) or None


def _margins(name: str, tables: Tables, groups: Groups) -> Iterator[Margin]:
    rows = tables[name]
    if name in groups:
        whole = math.fsum(map(_value, rows))
        yield Margin.of_shares(name, {row.level: _value(row) / whole for row in rows})
        return
    people = 1.0 if rows[0].count is None else people_in(tables, groups) or 1.0
    for row in rows:
        share = min(_value(row) / people, 1.0)
        yield Margin.of_shares(f"{name}_{row.level}", {"yes": share, "no": 1 - share})


def _value(row: PopulationShare) -> float:
    return float(row.count if row.count is not None else row.share or 0.0)


def list_used(rows: Sequence[PopulationShare], groups: Groups) -> list[PopulationShare]:
    """Return the rows that become margins."""
    tables = _tables(rows)
    return [row for name, found in tables.items() if _reason(name, tables, groups) is None for row in found]


def universe_of(rows: Sequence[PopulationShare]) -> str:
    """Return whom the rows count: ``adults``, ``everyone`` if any row counts children too, or ``unknown``."""
    found = {row.universe for row in rows}
    return "everyone" if "everyone" in found else "unknown" if "" in found else "adults"


def find_errors(rows: Sequence[PopulationShare], groups: Groups) -> dict[str, dict[str, float]]:
    """Return the standard error of each share of the margins: variable -> level -> error, where it was published.

    Errors are those of counts that vary by themselves and are then divided by their sum. The error of a published share
    contains the division; it is multiplied by the root of L / (L - 1), which undoes this for L equal levels.
    """
    tables, found = _tables(rows), dict[str, dict[str, float]]()
    for name, own in tables.items():
        if _reason(name, tables, groups) is None and all(row.moe90 is not None for row in own):
            counts = own[0].count is not None
            alone = math.fsum(map(_value, own)) if name in groups else people_in(tables, groups) or 1.0
            divided = math.sqrt(1 - 1 / len(own)) if name in groups and len(own) > 1 else 1.0
            whole = alone if counts else divided
            for row in own:
                group, level = (name, row.level) if name in groups else (f"{name}_{row.level}", "yes")
                found.setdefault(group, {})[level] = (row.moe90 or 0.0) / Z90 / whole
    return found
