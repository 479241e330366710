"""Read a difference: the verdict that was frozen with it, never more than its interval allows."""

from __future__ import annotations

from typing import Literal

from app.web.reports.published_document import BY_INTERVAL, Cell

Reading = Literal["higher", "lower", "unclear"]


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
