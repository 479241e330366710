"""A data set as bytes: its document in one line, then its columns one after the other, little-endian.

Codes take two bytes. Indices and weights have two decimals and are kept in hundredths, so that bytes never depend on
how a machine writes a fraction.
"""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.canonical import to_bytes
from analysis.disclosure.microdata.refusals import BrokenMicrodata

Column = NDArray[Any]
Columns = Mapping[str, Column]

TYPES: Mapping[str, str] = {
    "id": "<i4",
    "key": "<i2",
    "item": "<i2",
    "index": "hundredths",
    "weight": "hundredths",
    "replicate": "hundredths",
}
HUNDREDTHS = np.dtype("<i4")
NO_NUMBER = np.iinfo(HUNDREDTHS).min


def to_content(document: Mapping[str, Any], columns: Columns) -> bytes:
    """Return the bytes of a data set."""
    parts = [_written(TYPES[variable["kind"]], columns[variable["name"]]) for variable in document["variables"]]
    return b"".join([to_bytes(document), b"\n", *parts])


def from_content(content: bytes, schema: str) -> tuple[dict[str, Any], Columns]:
    """Read document and read-only columns from such bytes; raise `BrokenMicrodata`."""
    head, _, _ = content.partition(b"\n")
    try:
        document = json.loads(head)
        kinds = {variable["name"]: TYPES[variable["kind"]] for variable in document["variables"]}
        rows = int(document["rows"])
    except (ValueError, KeyError, TypeError) as error:
        raise BrokenMicrodata(f"in the form {schema}", f"reading failed: {error!r}") from error
    sizes = {name: rows * _dtype(kind).itemsize for name, kind in kinds.items()}
    if document.get("schema") != schema or to_bytes(document) != head:
        raise BrokenMicrodata(f"in the form {schema}", "they are written otherwise")
    if len(head) + 1 + sum(sizes.values()) != len(content) or len(kinds) != len(document["variables"]):
        raise BrokenMicrodata(f"of {rows} records in {len(kinds)} columns", "their length is another")
    columns, start = {}, len(head) + 1
    for name, kind in kinds.items():
        columns[name] = _read(kind, np.frombuffer(content, _dtype(kind), rows, start))
        start += sizes[name]
    return document, MappingProxyType(columns)


def in_hundredths(values: Column) -> Column:
    """Return numbers rounded to two decimals; NaN stays."""
    return np.round(np.asarray(values, np.float64) * 100) / 100 + 0.0


def _dtype(kind: str) -> np.dtype[Any]:
    return HUNDREDTHS if kind == "hundredths" else np.dtype(kind)


def _written(kind: str, column: Column) -> bytes:
    if kind != "hundredths":
        return column.astype(kind).tobytes()
    missing = np.isnan(column)
    return np.where(missing, NO_NUMBER, np.round(np.where(missing, 0, column) * 100)).astype(HUNDREDTHS).tobytes()


def _read(kind: str, stored: Column) -> Column:
    if kind != "hundredths":
        return stored
    values = stored / 100.0
    values[stored == NO_NUMBER] = np.nan
    values.setflags(write=False)
    return values
