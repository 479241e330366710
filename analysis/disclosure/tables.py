"""Define protected tables, and check each cell by itself against the rules."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from analysis.disclosure.catalogue import Catalogue
from analysis.disclosure.cells import (
    Cell,
    Flag,
    Reason,
    Shown,
    Withheld,
    count_cell,
    rounded_count,
    rounded_value,
    to_cell,
    total_step,
)
from analysis.disclosure.draft import DraftTable, Kind, Unit
from analysis.disclosure.rules import Rules
from analysis.disclosure.shares import Basis, counted_cell, share_cell, share_step
from analysis.results import Estimate

# Shares of a question (table, group, question) that are shown in coarser steps than usual.
Steps = dict[tuple[str, str, str], float]
STEPS: dict[Unit, float] = {"points": 0.1, "percent": 1.0, "number": 0.01, "people": 1.0}


@dataclass(frozen=True, slots=True)
class ProtectedRow:
    """Hold one published line: its group, its term, and its cell.

    A share of a counted group names it (`part`): it is the ratio of two rounded counts.

    A claim (`is_claim`) has a verdict, ``higher``, ``lower`` or ``unclear``; None where the figure is hidden, or where
    people were not drawn at random.
    """

    domain: str
    term: str
    base: str
    against: str | None
    cell: Cell
    verdict: str | None = None
    is_claim: bool = False
    part: str | None = None

    @property
    def speaks_of(self) -> frozenset[str]:
        """Return the groups whose figure it discloses."""
        return frozenset({self.domain} if self.against is None else {self.domain, self.against})

    @property
    def counts(self) -> frozenset[str]:
        """Return the groups whose number of people it discloses."""
        return self.speaks_of if self.part is None else self.speaks_of | {self.part}

    def withheld(self, reason: Reason) -> "ProtectedRow":
        """Return the line without its figure; an existing reason stays."""
        return self if isinstance(self.cell, Withheld) else replace(self, cell=Withheld(reason), verdict=None)

    def to_document(self) -> dict[str, Any]:
        """Return the line as the report's document holds it."""
        names = {"domain": self.domain, "term": self.term, "base": self.base, "against": self.against}
        verdict = {"verdict": self.verdict} if self.is_claim else {}
        part = {"part": self.part} if self.part is not None else {}
        return names | part | {"cell": self.cell.to_document()} | verdict


@dataclass(frozen=True, slots=True)
class ProtectedTable:
    """Hold a table whose cells are shown or withheld."""

    id: str
    title: str
    kind: Kind
    unit: Unit
    sensitive: bool
    rows: tuple[ProtectedRow, ...]

    def changed(self, change: Callable[[ProtectedRow], ProtectedRow]) -> "ProtectedTable":
        """Return the table with each row changed."""
        return replace(self, rows=tuple(change(row) for row in self.rows))

    def to_document(self) -> dict[str, Any]:
        """Return the table as the report's document holds it."""
        names = {"id": self.id, "title": self.title, "kind": self.kind, "unit": self.unit, "sensitive": self.sensitive}
        return names | {"rows": [row.to_document() for row in self.rows]}


def to_table(document: dict[str, Any]) -> ProtectedTable:
    """Read the table from a report's document."""
    rows = tuple(map(_to_row, document["rows"]))
    names = {name: document[name] for name in ("id", "title", "kind", "unit", "sensitive")}
    return ProtectedTable(**names, rows=rows)


def _to_row(row: dict[str, Any]) -> ProtectedRow:
    names = {name: row[name] for name in ("domain", "term", "base", "against")}
    verdict, is_claim = row.get("verdict"), "verdict" in row
    return ProtectedRow(**names, cell=to_cell(row["cell"]), verdict=verdict, is_claim=is_claim, part=row.get("part"))


def protect(
    tables: Iterable[DraftTable], rules: Rules, steps: Steps | None = None, catalogue: Catalogue | None = None
) -> tuple[ProtectedTable, ...]:
    """Protect each cell by itself: hide, round or flag it by the rules. `repair` handles subtraction.

    Shares of a group of the catalog among people with equal weights are ratios of counts.
    """
    groups = frozenset(catalogue.ids if catalogue is not None else ())
    return tuple(_protected(table, rules, steps or {}, groups) for table in tables)


def _protected(table: DraftTable, rules: Rules, steps: Steps, groups: frozenset[str]) -> ProtectedTable:
    rows = tuple(_row(table, k, rules, steps, groups) for k in range(len(table.rows)))
    return ProtectedTable(table.id, table.title, table.kind, table.shown_unit, table.sensitive, rows)


def _row(table: DraftTable, k: int, rules: Rules, steps: Steps, groups: frozenset[str]) -> ProtectedRow:
    against = table.against[k] if table.against else None
    row = ProtectedRow(table.rows[k], table.terms[k], table.bases[k], against, _cell(table, k, rules, steps))
    found = table.part(k, groups)
    if found is None or isinstance(row.cell, Withheld):
        return row
    return replace(row, part=found[0], cell=counted_cell(found[1], _basis(table, k, rules), rules))


def _cell(table: DraftTable, k: int, rules: Rules, steps: Steps) -> Cell:
    structural = table.rows[k] in table.structural_zeros
    if table.kind == "count":
        return count_cell(table.counts[k], rules, structural=structural)
    assert table.estimates is not None
    row, n = table.estimates.rows[k], table.counts[k]
    heaviest = table.heaviest[k] if table.heaviest else 1 / max(n, 1)
    reason = _why_withheld(row, n, heaviest, structural, rules)
    least = steps.get((table.id, table.rows[k], row.term.split("=", 1)[0]), 1.0)
    return Withheld(reason) if reason else _estimate_cell(table, k, rules, least)


def _why_withheld(row: Estimate, n: int, heaviest: float, structural: bool, rules: Rules) -> Reason | None:
    cases: tuple[tuple[bool, Reason], ...] = (
        (structural and n == 0, "structural"),
        (n < rules.score_minimum, "too_few"),
        (row.n_effective < rules.effective_minimum, "too_few_effective"),
        (heaviest > rules.heaviest_weight, "one_dominates"),
        (not math.isfinite(row.value), "not_estimable"),
    )
    return next((reason for holds, reason in cases if holds), None)


def _basis(table: DraftTable, k: int, rules: Rules) -> Basis:
    assert table.estimates is not None
    row, n = table.estimates.rows[k], table.counts[k]
    n_effective = rounded_count(int(min(row.n_effective, n)), rules.rounding_base)
    return Basis(rounded_count(n, rules.rounding_base), n_effective, _n_flags(n, row.n_effective, rules))


def _estimate_cell(table: DraftTable, k: int, rules: Rules, least_step: float) -> Shown:
    assert table.estimates is not None
    row, basis, unit = table.estimates.rows[k], _basis(table, k, rules), table.shown_unit
    if table.kind == "share":
        return share_cell(row, basis, max(least_step, share_step(basis.n, rules)), rules)
    scale = 100.0 if unit == "percent" else 1.0
    value, low, high, se = (scale * number for number in (row.value, row.interval.low, row.interval.high, row.se))
    is_total = table.estimates.statistic in ("total", "count")
    step = total_step(value, rules) if is_total else STEPS[unit]
    flags = basis.flags
    if not is_total and unit in ("points", "percent") and high - low > rules.wide_interval:
        flags += ("wide",)
    low_shown, high_shown, se_shown = (_rounded(number, step) for number in (low, high, se))
    shown = rounded_value(value, step)
    return Shown(shown, low_shown, high_shown, se_shown, basis.n, basis.n_effective, flags, step)


def _rounded(number: float, step: float) -> float | None:
    return rounded_value(number, step) if math.isfinite(number) else None


def _n_flags(n: int, n_effective: float, rules: Rules) -> tuple[Flag, ...]:
    flags: tuple[Flag, ...] = ("few_answers",) if n < rules.score_unflagged else ()
    return flags + (("few_effective",) if n_effective < rules.effective_unflagged else ())
