"""The data as CSV in UTF-8 with line feeds: codes as they are, numbers with their decimals, nothing for no number.

A million rows are written without a loop over rows: each column has few texts, each cell is a look into them, and a
row is its texts side by side with the padding taken out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.services.releases.package.study import DataSet, DataVariable

AT_ONCE = 20_000  # rows
WIDEST_RANGE = 1_000_000  # texts that are worth writing down beforehand


@dataclass(frozen=True)
class FormattedColumn:
    """A column as the texts that it has and, for each row, which."""

    texts: NDArray[np.bytes_]
    places: NDArray[np.intp]


def write_csv(data: DataSet) -> Iterator[bytes]:
    """The file, piece by piece."""
    names = [variable.name for variable in data.variables]
    yield (",".join(names) + "\n").encode()
    last = len(names) - 1
    columns = [
        spell(data.columns[variable.name], variable, b"\n" if place == last else b",")
        for place, variable in enumerate(data.variables)
    ]
    for start in range(0, data.rows, AT_ONCE):
        yield join(columns, slice(start, start + AT_ONCE))


def spell(column: NDArray[Any], variable: DataVariable, end: bytes) -> FormattedColumn:
    """The texts of a column, each with what follows it in the row."""
    values, places = _distinct(column, variable)
    return FormattedColumn(np.array([_text(value, variable).encode() + end for value in values.tolist()]), places)


def _distinct(column: NDArray[Any], variable: DataVariable) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """The values of a column and which of them stands in each row; all whole steps between, where those are few."""
    whole = np.issubdtype(column.dtype, np.integer)
    step = 1 if whole else 10.0 ** -(variable.decimals or 0)
    has_steps = whole or (variable.decimals is not None and bool(np.isfinite(column).all()))
    if has_steps and len(column):
        steps = np.rint(column / step).astype(np.int64)
        first, last = int(steps.min()), int(steps.max())
        if last - first < WIDEST_RANGE:
            return np.arange(first, last + 1) * step, steps - first
    values, places = np.unique(column, return_inverse=True)
    return values, places


def _text(value: float, variable: DataVariable) -> str:
    if value != value:
        return ""
    if isinstance(value, int):
        return str(value)
    return repr(float(value)) if variable.decimals is None else f"{value:.{variable.decimals}f}"


def join(columns: Sequence[FormattedColumn], rows: slice) -> bytes:
    """Rows as bytes: each text in a field of fixed width, then all padding dropped."""
    fields = [column.texts[column.places[rows]] for column in columns]
    wide = np.hstack([field.view(np.uint8).reshape(len(field), -1) for field in fields])
    return bytes(wide[wide != 0])
