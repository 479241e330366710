"""Whether published cells obey the rules, judged from what a reader sees alone."""

import math
from collections.abc import Iterable, Iterator

from analysis.disclosure.cells import FLAGS, REASONS, Shown, Withheld, rounded_count, rounded_value, total_step
from analysis.disclosure.judging import denies
from analysis.disclosure.rules import Rules
from analysis.disclosure.shares import SHARE_STEPS, fitting_parts, share_end, share_step
from analysis.disclosure.tables import ProtectedRow, ProtectedTable


def violations(tables: Iterable[ProtectedTable], rules: Rules) -> Iterator[tuple[str, ProtectedRow, str]]:
    """Yield table, row and broken rule of each cell that breaks the rules.

    Examples
    --------
    >>> from analysis.disclosure.cells import Shown
    >>> cell = Shown(7.0, None, None, None, 7, None)
    >>> row = ProtectedRow("age=18-29", "n", "all", None, cell)
    >>> [broken for _, _, broken in violations([ProtectedTable("t", "", "count", "people", False, (row,))], Rules())]
    ['count below the threshold', 'count not rounded']
    """
    for table in tables:
        for row in table.rows:
            for broken in _broken(table, row, rules):
                yield table.id, row, broken
            if denies(row):
                yield table.id, row, "verdict that its figure denies"


def _broken(table: ProtectedTable, row: ProtectedRow, rules: Rules) -> Iterator[str]:
    cell = row.cell
    if isinstance(cell, Withheld):
        if cell.reason not in REASONS:
            yield "unknown reason"
    elif not set(cell.flags) <= set(FLAGS):
        yield "unknown flag"
    elif table.kind == "count":
        yield from _broken_count(cell, rules)
    else:
        yield from _broken_n(cell, rules)
        if table.kind != "share":
            yield from _broken_steps(table, cell, rules)
        else:
            yield from _broken_share(cell, rules) if row.part is None else _broken_ratio(cell, rules)


def _broken_count(cell: Shown, rules: Rules) -> Iterator[str]:
    if cell.flags == ("structural",) and cell.value == cell.n == 0:
        return
    if cell.n < rounded_count(rules.count_threshold, rules.rounding_base):
        yield "count below the threshold"
    if cell.value != cell.n or cell.n % rules.rounding_base:
        yield "count not rounded"
    if (cell.low, cell.high, cell.se, cell.n_effective) != (None,) * 4:
        yield "count with an interval"


def _broken_n(cell: Shown, rules: Rules) -> Iterator[str]:
    if cell.n < rounded_count(rules.score_minimum, rules.rounding_base):
        yield "estimate on too few"
    if cell.n < rounded_count(rules.score_unflagged, rules.rounding_base) and "few_answers" not in cell.flags:
        yield "few answers without a flag"
    if cell.n_effective is None or cell.n_effective < rounded_count(rules.effective_minimum, rules.rounding_base):
        yield "estimate on too small an effective n"
    if cell.n % rules.rounding_base or (cell.n_effective or 0) % rules.rounding_base:
        yield "n not rounded"


def _broken_share(cell: Shown, rules: Rules) -> Iterator[str]:
    end = share_end(cell.n, cell.step, rules)
    if cell.step not in SHARE_STEPS or cell.step < share_step(cell.n, rules):
        yield "share too fine"
    if _is_bound(cell) and cell.value not in (math.ceil(end), 100 - math.ceil(end)) and rules.share_people > 1:
        yield "bound not at the end"
    if not _is_bound(cell) and not end <= cell.value <= 100 - end:
        yield "share beyond its ends"
    if _is_bound(cell) and (cell.low, cell.high, cell.se) != (None,) * 3:
        yield "end of a share with an interval"
    if not _is_bound(cell) and not _is_multiple(cell.value, cell.step):
        yield "share not rounded"
    if not all(_is_multiple(bound, 1.0) for bound in (cell.low, cell.high, cell.se)):
        yield "interval not rounded"


def _broken_ratio(cell: Shown, rules: Rules) -> Iterator[str]:
    parts = fitting_parts(cell, rules.rounding_base)
    if not parts:
        yield "share that is no ratio of counts"
    elif max(parts) < rounded_count(rules.count_threshold, rules.rounding_base):
        yield "share of too few"
    if not all(_is_multiple(bound, 1.0) for bound in (cell.value, cell.low, cell.high, cell.se)):
        yield "share not rounded"


def _is_bound(cell: Shown) -> bool:
    return "at_most" in cell.flags or "at_least" in cell.flags


def _broken_steps(table: ProtectedTable, cell: Shown, rules: Rules) -> Iterator[str]:
    least = {"points": 0.1, "percent": 1.0, "number": 0.01, "people": total_step(cell.value, rules) / 2}[table.unit]
    if cell.step < least:
        yield "figure too fine"
    if not all(_is_multiple(bound, cell.step) for bound in (cell.value, cell.low, cell.high, cell.se)):
        yield "figure not rounded"


def _is_multiple(number: float | None, step: float) -> bool:
    return number is None or abs(rounded_value(number, step) - number) < 1e-9
