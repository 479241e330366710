"""The columns of a model: numbers as they are, factors as treatment contrasts against their first level."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.frames import Table

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class ModelMatrix:
    """Columns of a linear predictor.

    Parameters
    ----------
    values
        (n, p) with zeros where `known` is false.
    names
        (p,) ``(Intercept)``, a column's name, or ``column=level``.
    terms
        (p,) the column each belongs to.
    known
        (n,) rows without a missing value.
    """

    values: Floats
    names: tuple[str, ...]
    terms: tuple[str, ...]
    known: NDArray[np.bool_]


def make_matrix(table: Table, columns: Sequence[str], factors: Collection[str] = ()) -> ModelMatrix:
    """Intercept and `columns`; text and `factors` become one column for each level but the first.

    Examples
    --------
    >>> make_matrix(Table({"x": [1.0, 2.0], "g": ["a", "b"]}), ["x", "g"]).names
    ('(Intercept)', 'x', 'g=b')
    """
    parts: list[tuple[str, str, Floats]] = [("(Intercept)", "(Intercept)", np.ones(table.rows))]
    known = np.ones(table.rows, bool)
    for column in columns:
        if column in factors or not table.is_numeric(column):
            factor = table.factor(column).dense()
            known &= ~factor.missing
            levels = enumerate(factor.levels[1:], start=1)
            parts += [(f"{column}={level}", column, (factor.codes == k).astype(float)) for k, level in levels]
        else:
            values = table.numbers(column)
            known &= ~np.isnan(values)
            parts.append((column, column, values))
    matrix = np.stack([values for _, _, values in parts], axis=1)
    matrix[~known] = 0.0
    return ModelMatrix(matrix, tuple(x[0] for x in parts), tuple(x[1] for x in parts), known)
