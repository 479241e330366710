"""Protect answers that others can see, such as the language that a person speaks or the services that a person uses.

Such an answer is a key like a background question: with all of them and the background questions together, no record
may be in a combination of fewer than k. An answer is blank where its combination would be smaller, and an item that
would be mostly blank is left out.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.microdata.classes import cells_of
from analysis.disclosure.microdata.codes import SUPPRESSED

Codes = NDArray[np.int16]
Ints = NDArray[np.int64]


def protect_visible(
    keys: Mapping[str, Codes], items: Mapping[str, Codes], k: int, most_blank: float
) -> tuple[dict[str, Codes], list[str]]:
    """Return the released codes of visible items, and the items that are left out.

    Parameters
    ----------
    keys
        Key variable -> (n,) released codes, each combination of at least k records.
    items
        Visible item -> (n,) codes, the most important first.
    k
        Fewest records of a combination.
    most_blank
        Largest part (0-1) of the given answers that may be blank.
    """
    shown: dict[str, Codes] = {}
    left_out = []
    of_row = cells_of(list(keys.values())).codes
    for name, column in items.items():
        trial = show_where_many(of_row, np.where(column < 0, SUPPRESSED, column).astype(np.int16), k)
        given = max(int((column >= 0).sum()), 1)
        if (trial >= 0).sum() < (1 - most_blank) * given:
            left_out.append(name)
            continue
        shown[name] = trial
        of_row = cells_of([of_row.astype(np.int64), trial]).codes
    return shown, left_out


def show_where_many(of_row: Ints, column: Codes, k: int) -> Codes:
    """Return the column with codes blank that too few records of a class have, and more until the blank are enough.

    Examples
    --------
    >>> show_where_many(np.zeros(12, np.int64), np.repeat([1, 2, 3], [6, 5, 1]).astype(np.int16), 5).tolist()
    [1, 1, 1, 1, 1, 1, -6, -6, -6, -6, -6, -6]
    """
    levels, level = np.unique(column, return_inverse=True)
    width, classes = len(levels), int(of_row.max(initial=0)) + 1
    counts = np.bincount(of_row * width + level, minlength=classes * width).reshape(classes, width)
    blank = np.zeros((classes, width), bool)
    for each in range(classes):
        blank[each] = _blank(counts[each], levels == SUPPRESSED, k)
    return np.where(blank[of_row, level], SUPPRESSED, column).astype(np.int16)


def _blank(counts: Ints, missing: NDArray[np.bool_], k: int) -> NDArray[np.bool_]:
    """Return which levels of one class are blank: the missing, the small, and the next ones until they are enough."""
    found = missing & (counts > 0)
    total = int(counts[found].sum())
    for place in np.argsort(counts, kind="stable"):
        if not found[place] and counts[place] and (counts[place] < k or 0 < total < k):
            found[place] = True
            total += int(counts[place])
    return found
