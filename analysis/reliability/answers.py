"""Read answers to items, and their weights, from whatever holds them: an array, a masked array, lists or a frame."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError, BadWeights, UnequalLengths
from analysis.frames import Table

Floats = NDArray[np.float64]


class NotAnswers(AnalysisError):
    """Refuse values that are no numbers in rows and columns."""

    def __init__(self, arrived: object) -> None:
        super().__init__(
            "expected answers as numbers, a row for each person and a column for each item, but got "
            f"{type(arrived).__name__} that cannot be read so"
        )


def answers_of(answers: Any) -> Floats:
    """Read answers (n, k), NaN = missing.

    Parameters
    ----------
    answers
        An array, a masked array (masked = missing), lists of rows, or what `Table.of` takes.

    Raises
    ------
    NotAnswers, NotNumeric, NotFinite

    Examples
    --------
    >>> answers_of({"a": [1, None], "b": [3, 4]})
    array([[ 1.,  3.],
           [nan,  4.]])
    >>> answers_of(np.ma.array([[1, 99]], mask=[[False, True]]))
    array([[ 1., nan]])
    """
    if _holds_columns(answers):
        table = Table.of(answers)
        return np.stack([table.numbers(name) for name in table.names], axis=1)
    try:
        if isinstance(answers, np.ma.MaskedArray):
            return np.ma.filled(answers.astype(np.float64), np.nan)
        return np.asarray(answers, np.float64)
    except (TypeError, ValueError):
        raise NotAnswers(answers) from None


def names_of_items(answers: Any, names: Sequence[str] | None = None) -> list[str]:
    """Name the items: as given, else as the frame does, else by position.

    Examples
    --------
    >>> names_of_items(np.ones((2, 2))), names_of_items({"a": [1], "b": [2]})
    (['item 1', 'item 2'], ['a', 'b'])
    """
    if names is not None:
        return list(names)
    if _holds_columns(answers):
        return list(Table.of(answers).names)
    return [f"item {k + 1}" for k in range(np.shape(answers)[-1])]


def weights_of_rows(weights: Any, rows: int) -> Floats:
    """Read (n,) weights of the rows by position; None weighs all alike.

    Raises
    ------
    UnequalLengths, BadWeights

    Examples
    --------
    >>> weights_of_rows(None, 2)
    array([1., 1.])
    """
    if weights is None:
        return np.ones(rows)
    found = Table({"weights": weights}).numbers("weights")
    if len(found) != rows:
        raise UnequalLengths("weights", rows, len(found))
    if (found < 0).any():
        raise BadWeights("weights", "negative ones", int((found < 0).sum()))
    return found


def _holds_columns(answers: Any) -> bool:
    is_records = isinstance(answers, list | tuple) and bool(answers) and isinstance(answers[0], dict)
    return is_records or not (isinstance(answers, np.ndarray | list | tuple) and not _is_structured(answers))


def _is_structured(answers: Any) -> bool:
    return getattr(getattr(answers, "dtype", None), "names", None) is not None
