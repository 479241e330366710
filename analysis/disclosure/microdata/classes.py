"""Count records that are equal in all key variables, without comparing them one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.microdata.variables import Variable
from analysis.frames import Cells, Factor, combined

Codes = NDArray[np.int16]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Classes:
    """Hold the combinations of key variables that occur.

    Parameters
    ----------
    of_row
        (n,) the class of each record, 0..C-1.
    keys
        Key variable -> (C,) its code in each class.
    sizes
        (C,) number of records.
    """

    of_row: Ints
    keys: Mapping[str, Codes]
    sizes: Ints


def make_classes(keys: Mapping[str, Codes]) -> Classes:
    """Return the classes of (n,) key columns.

    Examples
    --------
    >>> found = make_classes({"age": np.array([1, 2, 1], np.int16), "sex": np.array([1, 1, 1], np.int16)})
    >>> found.sizes.tolist(), found.of_row.tolist()
    ([2, 1], [0, 1, 0])
    """
    cells = cells_of(list(keys.values()))
    sizes = np.bincount(cells.codes, minlength=cells.count)
    return Classes(cells.codes, {name: column[cells.rows] for name, column in keys.items()}, sizes)


def cells_of(columns: Sequence[Codes]) -> Cells:
    """Return the cells of (n,) code columns."""
    factors = [Factor.of(column) for column in columns]
    return combined([factor.codes for factor in factors], [len(factor.levels) for factor in factors])


def answers_by_class(classes: Classes, variable: Variable, column: Codes) -> Mask:
    """Return (C, V) whether each of a variable's answers occurs in each class; a missing answer does not count."""
    width = len(variable.codes)
    place = np.full(2**16, width, np.int64)
    place[list(variable.codes)] = np.arange(width)
    joint = np.bincount(classes.of_row * (width + 1) + place[column], minlength=len(classes.sizes) * (width + 1))
    return np.asarray(joint.reshape(-1, width + 1)[:, :width] > 0)


def tells_answer(answers: Mask, variable: Variable, distinct: int) -> Mask:
    """Return (C,) whether a class discloses a sensitive answer: too few different ones, and not all harmless."""
    stated = answers.sum(axis=1)
    harmful = answers[:, [code not in variable.harmless for code in variable.codes]].any(axis=1)
    return is_too_alike(stated, np.asarray(harmful), distinct)


def is_too_alike(stated: Ints, harmful: Mask, distinct: int) -> Mask:
    """Return whether so many different answers, some of them harmful, are stated but fewer than `distinct`."""
    return np.asarray((stated > 0) & (stated < distinct) & harmful)


def fingerprint(columns: Sequence[NDArray[Any]]) -> NDArray[np.float64]:
    """Return (n,) equal numbers for records that are equal in all columns, and different ones for others.

    Examples
    --------
    >>> found = fingerprint([np.array([1, 1, 2]), np.array([5, 5, 5])])
    >>> bool(found[0] == found[1]), bool(found[0] == found[2])
    (True, False)
    """
    factors = np.random.default_rng(1).uniform(1, 2, len(columns))
    total = np.zeros(len(columns[0]))
    for factor, column in zip(factors, columns, strict=True):
        total += factor * column
    return total
