"""Write the data for SPSS and PSPP: pyreadstat writes the dictionary, and this module packs the cases once.

A `.sav` holds the labels of one language, so there is one file for each. The bytes of their cases are the same.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
from numpy.typing import NDArray

from app.services.releases.package.shortening import shorten, utf8_bytes
from app.services.releases.package.study import DataSet, DataVariable

LONGEST_LABEL, LONGEST_VALUE_LABEL, LONGEST_TITLE = 255, 120, 60  # bytes
MISSING: list[Any] = [{"lo": -9.0, "hi": -5.0}]
DATE = slice(92, 109)  # the creation time in the header: nine bytes of day, eight of time
CASES = slice(80, 84)
END_OF_DICTIONARY = b"\xe7\x03\x00\x00\x00\x00\x00\x00"
CASES_64 = b"\x07\x00\x00\x00\x10\x00\x00\x00\x08\x00\x00\x00\x02\x00\x00\x00"
CHUNK_ROWS = 16_384  # rows, a multiple of eight

# The packing of a `.sav`: eight codes, then the numbers that have no code.
BIAS, SMALLEST, LARGEST = 100, -99, 151
VERBATIM, NO_NUMBER, PADDING = 253, 255, 0


class CaseStore:
    """Pack the cases of a data set once, for the files of all languages."""

    def __init__(self, data: DataSet) -> None:
        self.data = data

    @cached_property
    def pieces(self) -> list[bytes]:
        columns = [self.data.columns[variable.name] for variable in self.data.variables]
        return list(pack_cases(columns, self.data.rows))


def write_sav(data: DataSet, lang: str, cases: CaseStore) -> Iterator[bytes]:
    """Yield the file with the labels of a language, in pieces."""
    yield make_dictionary(data, lang)
    yield from cases.pieces


def make_dictionary(data: DataSet, lang: str) -> bytes:
    """Return everything before the cases, with the day of publication as the creation time."""
    study = data.study
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.sav"
        pyreadstat.write_sav(
            pd.DataFrame({variable.name: np.zeros(0) for variable in data.variables}),
            str(path),
            file_label=shorten(study.title[lang], LONGEST_TITLE, utf8_bytes),
            column_labels=[shorten(each.label[lang], LONGEST_LABEL, utf8_bytes) for each in data.variables],
            variable_value_labels={each.name: value_labels(each, lang) for each in data.variables if each.is_coded},
            missing_ranges={each.name: MISSING for each in data.variables if each.missing},
            variable_measure={each.name: each.measure for each in data.variables},
            variable_format={each.name: _format(each) for each in data.variables},
            row_compress=True,
        )
        header = bytearray(path.read_bytes())
    header[DATE] = f"{study.published_on:%d %b %y}00:00:00".encode()
    header[CASES] = data.rows.to_bytes(4, "little")
    position = header.find(CASES_64)
    if position >= 0:
        header[position + 24 : position + 32] = data.rows.to_bytes(8, "little")
    assert header.endswith(END_OF_DICTIONARY), "expected nothing after the dictionary of an empty file"
    return bytes(header)


def value_labels(variable: DataVariable, lang: str) -> dict[float, str]:
    return {float(code.value): shorten(code.label[lang], LONGEST_VALUE_LABEL, utf8_bytes) for code in variable.codes}


def _format(variable: DataVariable) -> str:
    if variable.is_coded:
        return "F4.0"
    return f"F10.{variable.decimals if variable.decimals is not None else 4}"


def pack_cases(columns: list[NDArray[Any]], rows: int) -> Iterator[bytes]:
    """Yield the cases row by row: one byte for each small integer, nine for any other number."""
    for start in range(0, rows, CHUNK_ROWS):
        cells = np.column_stack([column[start : start + CHUNK_ROWS] for column in columns]).astype("<f8").ravel()
        yield pack(cells)


def pack(cells: NDArray[np.float64]) -> bytes:
    """Return cells as codes in groups of eight, each group followed by its numbers without a code."""
    whole = (cells == np.rint(cells)) & (cells >= SMALLEST) & (cells <= LARGEST)
    codes = np.where(whole, np.where(whole, cells, 0) + BIAS, VERBATIM)
    codes[np.isnan(cells)] = NO_NUMBER
    groups = -(-len(cells) // 8)
    padded = np.full(groups * 8, PADDING, np.uint8)
    padded[: len(cells)] = codes
    numbers = np.zeros((groups * 8, 8), np.uint8)
    numbers[: len(cells)] = cells.view(np.uint8).reshape(-1, 8)
    block = np.concatenate([padded.reshape(groups, 1, 8), numbers.reshape(groups, 8, 8)], axis=1)
    used = np.concatenate([np.ones((groups, 1), bool), padded.reshape(groups, 8) == VERBATIM], axis=1)
    return bytes(block[used])
