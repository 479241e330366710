"""Twins: people whose every answer is that of somebody else."""

import numpy as np
from numpy.typing import NDArray

FEWEST = 20  # answers below which chance makes twins


def twins(answers: NDArray[np.float64], *, fewest: int = FEWEST) -> NDArray[np.bool_]:
    """All but the first of each set of equal rows with enough answers in them.

    Parameters
    ----------
    answers
        (n, k) codes, whatever they stand for; negative or NaN where a question was not answered.
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
    >>> twins(rows, fewest=3).tolist()
    [False, True, False, False, False]
    """
    enough = np.flatnonzero((answers >= 0).sum(axis=1) >= fewest)
    # NaN has many bit patterns, and a row is compared by its bytes.
    rows = np.ascontiguousarray(np.nan_to_num(answers[enough], nan=-1e9), np.float32)
    seen: set[object] = set()
    found = np.zeros(len(answers), bool)
    for place, row in zip(enough, rows.view(np.dtype((np.void, rows.strides[0]))).ravel().tolist(), strict=True):
        found[place] = row in seen
        seen.add(row)
    return found
