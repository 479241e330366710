"""Judge shown differences, only after all hidden figures are hidden."""

from collections.abc import Mapping
from dataclasses import replace

from analysis.disclosure.cells import Flag, Shown, rounded_value
from analysis.disclosure.claims import VERDICTS, Claims, Judgement, Place, Verdict
from analysis.disclosure.rules import Rules
from analysis.disclosure.tables import ProtectedRow, ProtectedTable


def with_verdicts(tables: tuple[ProtectedTable, ...], claims: Claims, rules: Rules) -> tuple[ProtectedTable, ...]:
    """Return the tables with a verdict on each difference that they show.

    Hidden figures are left out of the judgment, so that neither a verdict nor the width of an interval discloses them.
    """
    shown = frozenset(
        (table.id, k)
        for table in tables
        for k, row in enumerate(table.rows)
        if (table.id, k) in claims.places and isinstance(row.cell, Shown)
    )
    judged = claims.judge(shown)
    return tuple(_judged(table, claims.places, judged, rules) for table in tables)


def _judged(
    table: ProtectedTable, places: frozenset[Place], judged: Mapping[Place, Judgement], rules: Rules
) -> ProtectedTable:
    rows = (
        _row(table, row, judged.get((table.id, k)), rules) if (table.id, k) in places else row
        for k, row in enumerate(table.rows)
    )
    return replace(table, rows=tuple(rows))


def _row(table: ProtectedTable, row: ProtectedRow, judgement: Judgement | None, rules: Rules) -> ProtectedRow:
    if judgement is None or not isinstance(row.cell, Shown):
        return replace(row, is_claim=True)
    step = row.cell.step
    low, high = rounded_value(judgement.low, step), rounded_value(judgement.high, step)
    flags: tuple[Flag, ...] = tuple(flag for flag in row.cell.flags if flag != "wide")
    if table.unit in ("points", "percent") and judgement.high - judgement.low > rules.wide_interval:
        flags += ("wide",)
    cell = replace(row.cell, low=low, high=high, flags=flags)
    return replace(row, cell=cell, is_claim=True, verdict=_read(judgement.verdict, low, high))


def _read(verdict: Verdict | None, low: float, high: float) -> Verdict | None:
    """Return the verdict if the rounded interval too excludes zero."""
    return "unclear" if verdict is not None and low <= 0 <= high else verdict


def denies(row: ProtectedRow) -> bool:
    """Return whether a verdict is on a hidden figure, or contradicts its interval.

    Examples
    --------
    >>> cell = Shown(2.0, -0.5, 4.5, 1.2, 100, 80)
    >>> denies(ProtectedRow("age=1", "CTI", "CTI", None, cell, "higher", True))
    True
    """
    if row.verdict is None:
        return False
    if not isinstance(row.cell, Shown) or not row.is_claim or row.verdict not in VERDICTS:
        return True
    low, high = row.cell.low, row.cell.high
    allowed = {"higher": low is not None and low > 0, "lower": high is not None and high < 0, "unclear": True}
    return not allowed[row.verdict]
