"""Blank levels of a key variable that few people of one source and agency have, and hide them among other blanks."""

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.microdata.codes import SUPPRESSED

Codes = NDArray[np.int16]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


def hide_small_groups(
    column: Codes, levels: tuple[int, ...], block: Ints, least: int, rng: np.random.Generator
) -> Codes:
    """Return the column with each level blank in the blocks where fewer than `least` people have it.

    Where a block has such a level (even one with no people), at least `least` of its records are blank. Missing answers
    count as blank, and further records are drawn at random. The number of blanks then does not disclose the number of
    people.

    Parameters
    ----------
    column
        (n,) codes.
    levels
        All codes that it may have.
    block
        (n,) source and agency, 0..B-1.

    Examples
    --------
    >>> sexes = np.repeat([1, 2], [30, 3]).astype(np.int16)
    >>> hidden = hide_small_groups(sexes, (1, 2), np.zeros(33, np.int64), 10, np.random.default_rng(1))
    >>> bool((hidden[30:] == -6).all()), int((hidden == -6).sum())
    (True, 10)
    """
    blocks, width = int(block.max()) + 1, len(levels)
    place = np.full(2**16, width, np.int64)
    place[list(levels)] = np.arange(width)
    level = place[column]
    counts = np.bincount(block * (width + 1) + level, minlength=blocks * (width + 1)).reshape(blocks, width + 1)
    small = counts[:, :width] < least
    if not small.any():
        return column
    blank = np.pad(small, ((0, 0), (0, 1)))[block, level] | (column == SUPPRESSED)
    need = np.where(small.any(axis=1), least - np.bincount(block, weights=blank, minlength=blocks), 0)
    blank |= _drawn(np.flatnonzero(~blank & (level < width) & (need > 0)[block]), block, need, rng)
    return np.where(blank, SUPPRESSED, column).astype(np.int16)


def _drawn(rows: Ints, block: Ints, need: NDArray[np.float64], rng: np.random.Generator) -> Mask:
    """Return (n,) true for as many rows of each block as it needs, drawn at random."""
    drawn = np.zeros(len(block), bool)
    order = rows[np.argsort(rng.random(len(rows)), kind="stable")]
    order = order[np.argsort(block[order], kind="stable")]
    found = block[order]
    first = np.searchsorted(found, found)
    drawn[order[np.arange(len(order)) - first < need[found]]] = True
    return drawn
