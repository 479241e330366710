"""Write the data as CSV in UTF-8 with line feeds: codes, numbers with their decimals, and empty cells.

A million rows are written without a loop over rows: each column has few distinct texts, each cell is an index into
them, and a row is its texts side by side without the padding.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.services.releases.package.study import DataSet, DataVariable

CHUNK_ROWS = 20_000  # rows
WIDEST_RANGE = 1_000_000  # largest number of texts that are formatted in advance


@dataclass(frozen=True)
class FormattedColumn:
    """Hold the distinct texts of a column and, for each row, the index of its text."""

    texts: NDArray[np.bytes_]
    indices: NDArray[np.intp]


def write_csv(data: DataSet) -> Iterator[bytes]:
    """Yield the file in pieces."""
    names = [variable.name for variable in data.variables]
    yield (",".join(names) + "\n").encode()
    last = len(names) - 1
    columns = [
        format_column(data.columns[variable.name], variable, b"\n" if position == last else b",")
        for position, variable in enumerate(data.variables)
    ]
    for start in range(0, data.rows, CHUNK_ROWS):
        yield join(columns, slice(start, start + CHUNK_ROWS))


def format_column(column: NDArray[Any], variable: DataVariable, end: bytes) -> FormattedColumn:
    """Return the texts of a column, each with the separator after it."""
    values, indices = _distinct(column, variable)
    return FormattedColumn(np.array([_text(value, variable).encode() + end for value in values.tolist()]), indices)


def _distinct(column: NDArray[Any], variable: DataVariable) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Return the values of a column and their index in each row. Few decimal steps are listed completely."""
    whole = np.issubdtype(column.dtype, np.integer)
    step = 1 if whole else 10.0 ** -(variable.decimals or 0)
    has_steps = whole or (variable.decimals is not None and bool(np.isfinite(column).all()))
    if has_steps and len(column):
        steps = np.rint(column / step).astype(np.int64)
        first, last = int(steps.min()), int(steps.max())
        if last - first < WIDEST_RANGE:
            return np.arange(first, last + 1) * step, steps - first
    values, indices = np.unique(column, return_inverse=True)
    return values, indices


def _text(value: float, variable: DataVariable) -> str:
    if value != value:
        return ""
    if isinstance(value, int):
        return str(value)
    return repr(float(value)) if variable.decimals is None else f"{value:.{variable.decimals}f}"


def join(columns: Sequence[FormattedColumn], rows: slice) -> bytes:
    """Return rows as bytes: each text in a field of fixed width, then without the padding."""
    fields = [column.texts[column.indices[rows]] for column in columns]
    wide = np.hstack([field.view(np.uint8).reshape(len(field), -1) for field in fields])
    return bytes(wide[wide != 0])
