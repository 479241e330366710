"""Find straight lines: the same answer to every question of a battery with reversed questions."""

import numpy as np
from numpy.typing import NDArray

FEWEST = 5  # answers that make a line


def straight_lines(
    answers: NDArray[np.float64], turned: NDArray[np.bool_], *, fewest: int = FEWEST
) -> NDArray[np.bool_]:
    """Find people who gave the same answer to every question, though some questions are reversed.

    Parameters
    ----------
    answers
        (n, k) codes of one scale; NaN where nothing on the scale was answered.
    turned
        (k,) whether agreeing is bad in that question. Where all questions point one way, no one is flagged, because the
        same answer may be honest.
    fewest
        Answers needed, in both directions together.

    Returns
    -------
    (n,) True for a straight line. The middle of the scale counts like any other answer.

    Notes
    -----
    Source: Kim, Dykema, Stevenson, Black and Moberg (2019), "Straightlining", Social Science Computer Review 37(2).

    Examples
    --------
    >>> agree = np.array([[5.0, 5, 5, 5, 5], [5, 5, 5, 4, 1], [3, 3, 3, np.nan, np.nan]])
    >>> straight_lines(agree, np.array([False, False, True, False, True])).tolist()
    [True, False, False]
    """
    answered = ~np.isnan(answers)
    both_ways = answered[:, turned].any(axis=1) & answered[:, ~turned].any(axis=1)
    first = np.where(answered, answers, np.inf).min(axis=1, initial=np.inf)
    same = (~answered | (answers == first[:, None])).all(axis=1)
    return np.asarray((answered.sum(axis=1) >= fewest) & both_ways & same)
