"""Read a difference: the verdict that was frozen with it, never more than its interval allows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from app.language.extraction import mark
from app.web.reports.published_document import BY_INTERVAL, Cell

Reading = Literal["higher", "lower", "unclear"]

AMONG_ALL = mark(
    "A difference is clear only if it also holds among all comparisons of this report (Benjamini–Hochberg, 5%)."
)
TOGETHER = mark("The intervals hold for all comparisons of one question together (95%).")
NO_CAUSE = mark(
    "A difference between groups does not show its cause: their people may also differ in age, area and other ways."
)


def read_difference(cell: Cell) -> Reading | None:
    """Return the direction of a difference, if it is clear; None where it is hidden or must have no verdict.

    A report that was frozen without verdicts calls a difference clear where its interval excludes zero.

    >>> read_difference(Cell(True, -2.0, -4.1, 0.2)), read_difference(Cell(True, -2.0, -4.1, -0.1))
    ('unclear', 'lower')
    >>> read_difference(Cell(True, -2.0, -4.1, -0.1, verdict="unclear"))
    'unclear'
    """
    if not cell.shown or cell.verdict is None:
        return None
    if cell.interval is None or cell.verdict not in (BY_INTERVAL, "higher", "lower"):
        return "unclear"
    low, high = cell.interval
    found: Reading = "higher" if low > 0 else "lower" if high < 0 else "unclear"
    return found if cell.verdict in (BY_INTERVAL, found) else "unclear"


def needs_reason(cells: Iterable[Cell]) -> bool:
    """Whether an interval leaves out zero and its difference is still not clear, which a reader takes for a mistake.

    >>> needs_reason([Cell(True, 7.0, 0.5, 13.6, verdict="unclear")])
    True
    >>> needs_reason([Cell(True, 7.0, 0.5, 13.6, verdict="higher"), Cell(True, 1.0, -2.0, 4.0, verdict="unclear")])
    False
    """
    return any(
        cell.interval is not None and not cell.interval[0] <= 0 <= cell.interval[1]
        for cell in cells
        if read_difference(cell) == "unclear"
    )
