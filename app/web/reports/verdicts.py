"""Read a difference: higher or lower only where its interval excludes zero, else unclear."""

from __future__ import annotations

from typing import Literal

from app.web.reports.published_document import Cell

Reading = Literal["higher", "lower", "unclear"]


def read_difference(cell: Cell) -> Reading | None:
    """Return the direction of a difference, if it is clear; None where it is hidden.

    >>> read_difference(Cell(True, -2.0, -4.1, 0.2)), read_difference(Cell(True, -2.0, -4.1, -0.1))
    ('unclear', 'lower')
    """
    if not cell.shown:
        return None
    if cell.interval is None:
        return "unclear"
    low, high = cell.interval
    return "higher" if low > 0 else "lower" if high < 0 else "unclear"
