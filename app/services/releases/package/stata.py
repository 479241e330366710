"""Write the data for Stata (format 118, Stata 14 and later), with tagged missing values: -5 is `.a`.

Rows have a fixed width, so the data are one array of records and a million rows are written at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.services.releases.package.shortening import shorten
from app.services.releases.package.study import DataSet, DataVariable

LONGEST_LABEL = 80  # letters
LONGEST_VALUE_LABEL = 4000
NAME, FORMAT, LABEL = 129, 57, 321  # bytes of a field
INT, DOUBLE = 65529, 65526
CHUNK_ROWS = 50_000  # rows

# The first of Stata's missing values: `.` itself, then `.a`, `.b` and so on.
DOT_OF_INT, DOT_OF_LONG = 32_741, 2_147_483_621
DOT_OF_DOUBLE = 2.0**1023
LETTERS: Mapping[int, str] = {-5: "a", -6: "b", -7: "c", -8: "d", -9: "e"}
LARGEST = 32_740


def write_dta(data: DataSet, lang: str) -> Iterator[bytes]:
    """Yield the file with the labels of a language, in pieces."""
    before, after = _before_data(data, lang), _value_labels(data, lang)
    records = record_type(data)
    size = data.rows * records.itemsize
    yield _opening(data, lang, before, size, len(after))
    yield before
    yield b"<data>"
    for start in range(0, data.rows, CHUNK_ROWS):
        yield to_records(data, records, slice(start, start + CHUNK_ROWS)).tobytes()
    yield b"</data><strls></strls>"
    yield after
    yield b"</stata_dta>"


def record_type(data: DataSet) -> np.dtype[Any]:
    return np.dtype([(variable.name, "<i2" if variable.is_coded else "<f8") for variable in data.variables])


def to_records(data: DataSet, records: np.dtype[Any], rows: slice) -> NDArray[Any]:
    """Return rows as records, each missing code as Stata's tagged missing value."""
    first = data.columns[data.variables[0].name][rows]
    filled = np.empty(len(first), records)
    for variable in data.variables:
        column = data.columns[variable.name][rows]
        filled[variable.name] = to_ints(column) if variable.is_coded else to_doubles(column)
    return filled


def to_ints(column: NDArray[Any]) -> NDArray[np.int16]:
    assert not len(column) or column.max() <= LARGEST, "expected codes below Stata's missing values"
    filled = column.astype(np.int16)
    for code, letter in LETTERS.items():
        filled[column == code] = DOT_OF_INT + 1 + ord(letter) - ord("a")
    return filled


def to_doubles(column: NDArray[Any]) -> NDArray[np.float64]:
    return np.where(np.isnan(column), DOT_OF_DOUBLE, column)


# --- the parts of the file


def _opening(data: DataSet, lang: str, before: bytes, data_size: int, after: int) -> bytes:
    """Return the header and the map with the offset of each part of the file."""
    title = shorten(data.study.title[lang], LONGEST_LABEL).encode()
    stamp = f"{data.study.published_on:%d %b %Y} 00:00".encode()
    header = b"".join(
        (
            b"<stata_dta><header><release>118</release><byteorder>LSF</byteorder><K>",
            len(data.variables).to_bytes(2, "little"),
            b"</K><N>",
            data.rows.to_bytes(8, "little"),
            b"</N><label>",
            len(title).to_bytes(2, "little") + title,
            b"</label><timestamp>",
            len(stamp).to_bytes(1, "little") + stamp,
            b"</timestamp></header>",
        )
    )
    start = len(header) + len(b"<map>") + 14 * 8 + len(b"</map>")
    parts = ("variable_types", "varnames", "sortlist", "formats", "value_label_names", "variable_labels")
    inside = [before.index(f"<{part}>".encode()) + start for part in (*parts, "characteristics")]
    data_at = start + len(before)
    strls = data_at + len(b"<data>") + data_size + len(b"</data>")
    labels = strls + len(b"<strls></strls>")
    close = labels + after
    offsets = [0, len(header), *inside, data_at, strls, labels, close, close + len(b"</stata_dta>")]
    return header + b"<map>" + b"".join(offset.to_bytes(8, "little") for offset in offsets) + b"</map>"


def _before_data(data: DataSet, lang: str) -> bytes:
    fields = data.variables
    return b"".join(
        _part(name, content)
        for name, content in (
            ("variable_types", b"".join((INT if v.is_coded else DOUBLE).to_bytes(2, "little") for v in fields)),
            ("varnames", b"".join(_field(v.name, NAME) for v in fields)),
            ("sortlist", bytes(2 * (len(fields) + 1))),
            ("formats", b"".join(_field(_format(v), FORMAT) for v in fields)),
            ("value_label_names", b"".join(_field(v.name if v.is_coded else "", NAME) for v in fields)),
            ("variable_labels", b"".join(_field(shorten(v.label[lang], LONGEST_LABEL), LABEL) for v in fields)),
            ("characteristics", b""),
        )
    )


def _format(variable: DataVariable) -> str:
    if variable.is_coded:
        return "%8.0g"
    return f"%10.{variable.decimals}f" if variable.decimals is not None else "%10.0g"


def _value_labels(data: DataSet, lang: str) -> bytes:
    return _part("value_labels", b"".join(_label_table(each, lang) for each in data.variables if each.is_coded))


def _label_table(variable: DataVariable, lang: str) -> bytes:
    """Return the labels of one variable: their number, offsets, codes and texts."""
    labels = sorted((to_label_code(code.value), code.label[lang]) for code in variable.codes)
    texts = [shorten(text, LONGEST_VALUE_LABEL).encode() + b"\0" for _, text in labels]
    starts = np.cumsum([0, *map(len, texts[:-1])]).astype("<i4").tobytes()
    codes = np.array([code for code, _ in labels], "<i4").tobytes()
    table = _long(len(labels)) + _long(sum(map(len, texts))) + starts + codes + b"".join(texts)
    return b"<lbl>" + _long(len(table)) + _field(variable.name, NAME) + bytes(3) + table + b"</lbl>"


def to_label_code(code: int) -> int:
    return DOT_OF_LONG + 1 + ord(LETTERS[code]) - ord("a") if code in LETTERS else code


def _part(name: str, content: bytes) -> bytes:
    return f"<{name}>".encode() + content + f"</{name}>".encode()


def _field(text: str, size: int) -> bytes:
    raw = text.encode()
    assert len(raw) < size, f"expected at most {size - 1} bytes for Stata, got {text!r}"
    return raw.ljust(size, b"\0")


def _long(number: int) -> bytes:
    return number.to_bytes(4, "little")
