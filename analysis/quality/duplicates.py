"""Find twins: people with the same answers as another person."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FEWEST = 20  # with fewer answers, twins occur by chance
MISSING = -1e9


def twins(answers: Sequence[NDArray[np.number]], *, fewest: int = FEWEST) -> NDArray[np.bool_]:
    """Return all but the first of each set of equal rows with enough answers in them.

    Parameters
    ----------
    answers
        k columns of n codes below 2**24, whatever they stand for; negative or NaN where a question was not answered.
    fewest
        Answers that a row needs.

    Returns
    -------
    (n,) True for a row that repeats an earlier one. Which of them is "first" is chance, as the order of rows is.

    Notes
    -----
    Only exact repeats: near ones have honest causes (Simmons, Mercer, Schwarzer and Kennedy 2016, Pew Research Center).

    Examples
    --------
    >>> rows = np.array([[1.0, 2, 3], [1, 2, 3], [1, 2, 4], [1, np.nan, -8], [1, np.nan, -8]])
    >>> twins(list(rows.T), fewest=3).tolist()
    [False, True, False, False, False]
    """
    columns = np.empty((len(answers), len(answers[0])), np.float32)
    given = np.zeros(columns.shape[1], np.int64)
    for own, codes in zip(columns, answers, strict=True):
        # NaN has many bit patterns, and a row is compared by its bytes.
        own[:] = np.where(np.isnan(codes), MISSING, codes)
        given += own >= 0
    enough = np.flatnonzero(given >= fewest)
    rows = np.ascontiguousarray(columns.T)[enough]
    seen: set[object] = set()
    found = np.zeros(columns.shape[1], bool)
    for place, row in zip(enough, rows.view(np.dtype((np.void, rows.strides[0]))).ravel().tolist(), strict=True):
        found[place] = row in seen
        seen.add(row)
    return found
