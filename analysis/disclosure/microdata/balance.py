"""Exchange held back records until the means of the index and its facets in the file are near the official ones.

The numbers of people are not balanced: how many of a group are held back stays as random as it was drawn. Only groups
large enough to have published figures are balanced, so the choice depends on no small group.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.microdata.draft import DraftMicrodata, DraftSource
from analysis.disclosure.microdata.variables import AGENCY

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

EXCHANGES = 10  # tried for each held back record
CANDIDATES = 20  # compared for one exchange
UNIT = 1e-6  # shifts are whole numbers of it, so that all machines choose the same records


def exchanged(out: Mask, block: Ints, shifts: Ints, chance: np.random.Generator) -> Mask:
    """Return which records to hold back: as many of each block as drawn, with a smaller sum of squared shifts.

    Parameters
    ----------
    out
        (n,) records drawn at random.
    block
        (n,) source and agency; a record is exchanged for one of its own block.
    shifts
        (n, F) how far each record moves each mean when it is held back.

    Examples
    --------
    >>> shifts = np.array([[9], [8], [-9], [0], [0], [1]])
    >>> out = np.array([True, True, False, False, False, False])
    >>> found = exchanged(out, np.zeros(6, np.int64), shifts, np.random.default_rng(1))
    >>> int(found.sum()), abs(int(shifts[found].sum())) <= 1
    (2, True)
    """
    held = np.flatnonzero(out)
    kept = {int(each): np.flatnonzero(~out & (block == each)) for each in np.unique(block[held])}
    total = shifts[held].sum(axis=0)
    for _ in range(EXCHANGES * len(held) if shifts.shape[1] else 0):
        place = int(chance.integers(len(held)))
        others = kept[int(block[held[place]])]
        if not len(others):
            continue
        tried = chance.integers(len(others), size=CANDIDATES)
        sums = total - shifts[held[place]] + shifts[others[tried]]
        squares = (sums * sums).sum(axis=1)
        best = int(squares.argmin())
        if squares[best] < (total * total).sum():
            total = sums[best]
            held[place], others[tried[best]] = others[tried[best]], held[place]
    found = np.zeros(len(out), bool)
    found[held] = True
    return found


def mean_shifts(draft: DraftMicrodata, source: DraftSource, least: int) -> Ints:
    """Return (n, F) how far each record moves the mean of an index in a group of at least `least` people.

    The unit is a millionth of the standard error of that mean in a random sample with these weights.
    """
    weights = source.design.weights
    indices = [draft.columns[v.name][source.rows] for v in draft.variables if v.kind == "index"]
    groups = list(_groups(draft, source))
    found = [_shift(values, weights, group, least) for values in indices for group in groups]
    columns = [column for column in found if column is not None]
    if not columns:
        return np.zeros((len(weights), 0), np.int64)
    return np.rint(np.stack(columns, axis=1) / UNIT).astype(np.int64)


def _shift(values: Floats, weights: Floats, group: Mask, least: int) -> Floats | None:
    inside = group & ~np.isnan(values)
    if inside.sum() < least:
        return None
    away = np.where(inside, values, 0.0) - np.average(values[inside], weights=weights[inside])
    shift = np.where(inside, weights * away, 0.0)
    length = float(np.sqrt((shift**2).sum()))
    return shift / length if length > 0 else None


def _groups(draft: DraftMicrodata, source: DraftSource) -> Iterator[Mask]:
    """Return everyone, each agency, and the levels of each key variable at all steps of its hierarchy."""
    yield np.ones(source.design.rows, bool)
    if AGENCY in draft.columns:
        codes = draft.columns[AGENCY][source.rows]
        yield from (codes == code for code in np.unique(codes))
    for key in draft.keys:
        levels = {group for step in range(len(key.steps) + 1) for group in key.hierarchy.levels(step).values()}
        codes = draft.columns[key.name][source.rows]
        yield from (np.isin(codes, group) for group in sorted(levels))
