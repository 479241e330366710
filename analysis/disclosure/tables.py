"""Define protected tables, and check each cell by itself against the rules."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from analysis.disclosure.cells import (
    Cell,
    Flag,
    Reason,
    Shown,
    Withheld,
    count_cell,
    rounded_count,
    rounded_value,
    share_ends,
    to_cell,
    total_step,
)
from analysis.disclosure.draft import DraftTable, Kind, Unit
from analysis.disclosure.rules import Rules
from analysis.results import Estimate

# Shares of a question (table, group, question) that are shown in coarser steps than usual.
Steps = dict[tuple[str, str, str], float]
STEPS: dict[Unit, float] = {"points": 0.1, "percent": 1.0, "number": 0.01, "people": 1.0}
SHARE_STEPS = (1.0, 5.0, 10.0, 20.0)


@dataclass(frozen=True, slots=True)
class ProtectedRow:
    """Hold one published line: its group, its term, and its cell.

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

    @property
    def speaks_of(self) -> frozenset[str]:
        """Return the groups whose figure it discloses."""
        return frozenset({self.domain} if self.against is None else {self.domain, self.against})

    def withheld(self, reason: Reason) -> "ProtectedRow":
        """Return the line without its figure; an existing reason stays."""
        return self if isinstance(self.cell, Withheld) else replace(self, cell=Withheld(reason), verdict=None)

    def to_document(self) -> dict[str, Any]:
        """Return the line as the report's document holds it."""
        names = {"domain": self.domain, "term": self.term, "base": self.base, "against": self.against}
        verdict = {"verdict": self.verdict} if self.is_claim else {}
        return names | {"cell": self.cell.to_document()} | verdict


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
    return ProtectedRow(**names, cell=to_cell(row["cell"]), verdict=row.get("verdict"), is_claim="verdict" in row)


def protect(tables: Iterable[DraftTable], rules: Rules, steps: Steps | None = None) -> tuple[ProtectedTable, ...]:
    """Protect each cell by itself: hide, round or flag it by the rules. `repair` handles subtraction."""
    return tuple(_protected(table, rules, steps or {}) for table in tables)


def _protected(table: DraftTable, rules: Rules, steps: Steps) -> ProtectedTable:
    against = table.against or (None,) * len(table.rows)
    names = zip(table.rows, table.terms, table.bases, against, strict=True)
    rows = tuple(ProtectedRow(*name, cell=_cell(table, k, rules, steps)) for k, name in enumerate(names))
    return ProtectedTable(table.id, table.title, table.kind, table.shown_unit, table.sensitive, rows)


def _cell(table: DraftTable, k: int, rules: Rules, steps: Steps) -> Cell:
    structural = table.rows[k] in table.structural_zeros
    if table.kind == "count":
        return count_cell(table.counts[k], rules, structural=structural)
    assert table.estimates is not None
    row, n = table.estimates.rows[k], table.counts[k]
    heaviest = table.heaviest[k] if table.heaviest else 1 / max(n, 1)
    reason = _why_withheld(row, n, heaviest, structural, rules)
    least = steps.get((table.id, table.rows[k], row.term.split("=", 1)[0]), 1.0)
    return Withheld(reason) if reason else _estimate_cell(table, row, n, rules, least)


def _why_withheld(row: Estimate, n: int, heaviest: float, structural: bool, rules: Rules) -> Reason | None:
    cases: tuple[tuple[bool, Reason], ...] = (
        (structural and n == 0, "structural"),
        (n < rules.score_minimum, "too_few"),
        (row.n_effective < rules.effective_minimum, "too_few_effective"),
        (heaviest > rules.heaviest_weight, "one_dominates"),
        (not math.isfinite(row.value), "not_estimable"),
    )
    return next((reason for holds, reason in cases if holds), None)


def _estimate_cell(table: DraftTable, row: Estimate, n: int, rules: Rules, least_step: float) -> Shown:
    unit = table.shown_unit
    scale = 100.0 if unit == "percent" else 1.0
    n_shown = rounded_count(n, rules.rounding_base)
    n_effective = rounded_count(int(min(row.n_effective, n)), rules.rounding_base)
    flags = _n_flags(n, row.n_effective, rules)
    value, low, high, se = (scale * number for number in (row.value, row.interval.low, row.interval.high, row.se))
    if table.kind == "share":
        step = max(least_step, sensitive_step(n_shown, rules) if table.sensitive else 1.0)
        return share_cell(value, (low, high), se, n_shown, n_effective, flags, step, rules)
    assert table.estimates is not None
    is_total = table.estimates.statistic in ("total", "count")
    step = total_step(value, rules) if is_total else STEPS[unit]
    if not is_total and unit in ("points", "percent") and high - low > rules.wide_interval:
        flags += ("wide",)
    low_shown, high_shown, se_shown = (_rounded(number, step) for number in (low, high, se))
    return Shown(rounded_value(value, step), low_shown, high_shown, se_shown, n_shown, n_effective, flags, step)


def share_cell(
    value: float,
    interval: tuple[float, float],
    se: float,
    n: int,
    n_effective: int,
    flags: tuple[Flag, ...],
    step: float,
    rules: Rules,
) -> Shown:
    """Return a share in percent, with rounded n. In steps above one percent its interval follows from the shown values.

    An interval of the true share would disclose the share more finely than its rounding.
    """
    shown, ends = share_ends(value, step, rules.share_end)
    if ends:
        coarse: tuple[Flag, ...] = ("coarse",) if step > 1 else ()
        return Shown(shown, None, None, None, n, n_effective, flags + coarse + ends, step)
    if step > 1:
        low, high, se = _wilson(shown, n_effective)
        flags += ("coarse",)
    else:
        low, high = interval
    if high - low > rules.wide_interval:
        flags += ("wide",)
    low_shown, high_shown, se_shown = (_rounded(number, 1.0) for number in (low, high, se))
    return Shown(shown, low_shown, high_shown, se_shown, n, n_effective, flags, step)


def sensitive_step(n: int, rules: Rules) -> float:
    """Return the step in percent that is worth at least five of `n` people.

    Examples
    --------
    >>> [sensitive_step(n, Rules()) for n in (30, 50, 100, 500)]
    [20.0, 10.0, 5.0, 1.0]
    """
    return next((step for step in SHARE_STEPS if step * n >= 100 * rules.narrowest_range), SHARE_STEPS[-1])


def _wilson(share: float, n: int) -> tuple[float, float, float]:
    p, z2 = share / 100, 1.96**2
    middle, half = (p + z2 / (2 * n)), 1.96 * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return 100 * (middle - half) / (1 + z2 / n), 100 * (middle + half) / (1 + z2 / n), 100 * math.sqrt(p * (1 - p) / n)


def _rounded(number: float, step: float) -> float | None:
    return rounded_value(number, step) if math.isfinite(number) else None


def _n_flags(n: int, n_effective: float, rules: Rules) -> tuple[Flag, ...]:
    flags: tuple[Flag, ...] = ("few_answers",) if n < rules.score_unflagged else ()
    return flags + (("few_effective",) if n_effective < rules.effective_unflagged else ())
