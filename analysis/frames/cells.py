"""Cells: the distinct combinations of several codings, found without comparing rows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class Cells:
    """The combinations that occur.

    Parameters
    ----------
    codes
        (n,) the row's cell, 0..C-1.
    rows
        (C,) a row of each cell, from which its codes can be read.
    """

    codes: Codes
    rows: Codes

    @property
    def count(self) -> int:
        """Number of cells."""
        return len(self.rows)


def combined(parts: Sequence[Codes], sizes: Sequence[int]) -> Cells:
    """The cells of several codings (n,) with values 0..size-1; the first coding varies fastest.

    Examples
    --------
    >>> cells = combined([np.array([0, 1, 1]), np.array([1, 0, 0])], [2, 2])
    >>> cells.codes, cells.count
    (array([1, 0, 0]), 2)
    """
    codes, size = parts[0], max(sizes[0], 1)
    room = 4 * len(codes) + 1_000_000
    for part, width in zip(parts[1:], sizes[1:], strict=True):
        if size * width > room:
            codes, size = _dense(codes, size)
        if size * width > room:
            codes, size = _ranked(codes + size * part)
        else:
            codes, size = codes + size * part, size * width
    codes, size = _dense(codes, size)
    rows = np.empty(size, np.int64)
    rows[codes] = np.arange(len(codes))
    return Cells(codes, rows)


def _dense(codes: Codes, size: int) -> tuple[Codes, int]:
    present = np.bincount(codes, minlength=size) > 0
    if present.all():
        return codes, size
    return (np.cumsum(present) - 1)[codes], int(present.sum())


def _ranked(codes: Codes) -> tuple[Codes, int]:
    levels, ranks = np.unique(codes, return_inverse=True)
    return ranks.astype(np.int64), len(levels)
