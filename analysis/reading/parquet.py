"""Parquet files, with pyarrow where it is installed and with fastparquet elsewhere; both give the same columns."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.frames import Factor
from analysis.reading.calendar_text import date_texts
from analysis.reading.errors import MissingReader, UnreadableFile
from analysis.reading.typed import typed_column

Values = NDArray[Any] | Factor
NOT_PARQUET = ("a Parquet file", "something else")
MOST_PACKED, MOST_OF_A_BYTE = 20_000_000, 1_000  # values
BYTES = 7  # the physical type of fixed-length bytes, in which Parquet keeps floats of 16 bits


def load_parquet(path: Path, missing: frozenset[str]) -> Mapping[str, Values]:
    """Read the columns of a Parquet file, a named index of pandas among them.

    Raises
    ------
    UnreadableFile, MissingReader
    """
    for load in (_with_arrow, _with_fastparquet):
        try:
            return load(path, missing)
        except ImportError:
            continue
    raise MissingReader(path, "fastparquet")


def _with_arrow(path: Path, missing: frozenset[str]) -> Mapping[str, Values]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with path.open("rb") as file:
            found = pq.ParquetFile(file).metadata
            _check_size(path, found.num_rows * found.num_columns)
            table = pq.read_table(file)
    except (pa.ArrowException, OSError):
        raise UnreadableFile(path, *NOT_PARQUET) from None
    _check_names(path, table.column_names)
    columns = {name: _of_arrow(table[name], missing) for name in table.column_names if not _is_unnamed(name)}
    return {**_counted_index((table.schema.metadata or {}).get(b"pandas"), table.num_rows), **columns}


def _of_arrow(column: Any, missing: frozenset[str]) -> Values:
    import pyarrow as pa

    kind = column.type
    if pa.types.is_dictionary(kind):
        return _of_dictionary(column, missing)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _in_order(_of_dictionary(column.dictionary_encode(), missing))
    if pa.types.is_decimal(kind):
        return typed_column([None if x is None else float(x) for x in column.to_pylist()], missing)
    if pa.types.is_floating(kind) or (pa.types.is_integer(kind) and column.null_count == 0):
        return typed_column(np.asarray(column.to_numpy()), missing)
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return _dates(column)
    return typed_column(column.to_pylist(), missing)


def _of_dictionary(column: Any, missing: frozenset[str]) -> Factor:
    import pyarrow as pa

    whole = column.unify_dictionaries().combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = whole.chunk(0) if whole.num_chunks else pa.array([], whole.type)
    codes = whole.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return _of_levels(codes, whole.dictionary.to_pylist(), missing, column.type.ordered)


def _in_order(factor: Factor) -> Factor:
    """The factor of a column of text: its levels ascend, and are those that some row has."""
    order = sorted(range(len(factor.levels)), key=factor.levels.__getitem__)
    rank = np.empty(len(order) + 1, np.int64)
    rank[order] = np.arange(len(order))
    rank[-1] = -1
    return Factor(rank[factor.codes], tuple(factor.levels[k] for k in order), declared=False).dense()


def _dates(column: Any) -> NDArray[Any]:
    import pyarrow as pa

    kind = column.type
    unit = kind.unit if pa.types.is_timestamp(kind) else "D" if pa.types.is_date32(kind) else "ms"
    moments = column.cast(pa.timestamp(unit)) if pa.types.is_timestamp(kind) else column  # without a time zone: UTC
    numbers = moments.cast(pa.int32() if unit == "D" else pa.int64())
    return date_texts(numbers.fill_null(0).to_numpy(), unit, np.asarray(column.is_null().to_numpy()))


def _of_levels(codes: NDArray[np.int64], levels: list[Any], missing: frozenset[str], ordered: bool) -> Factor:
    """A factor in the order of the file; levels that stand for missing are left out."""
    names = [x.strip() if isinstance(x, str) else x for x in levels]
    kept = list(dict.fromkeys(x for x in names if x is not None and not (isinstance(x, str) and x in missing)))
    place = {level: k for k, level in enumerate(kept)}
    recode = np.array([*(place.get(x, -1) for x in names), -1], np.int64)
    return Factor(recode[codes], tuple(kept), ordered)


def _with_fastparquet(path: Path, missing: frozenset[str]) -> Mapping[str, Values]:
    import fastparquet

    if not _is_whole(path):  # a broken end takes fastparquet, and the process with it, down
        raise UnreadableFile(path, *NOT_PARQUET)
    try:
        with path.open("rb") as file:  # fastparquet leaves a file open that it opens by name
            held = fastparquet.ParquetFile(file)
            _check_size(path, held.count() * len(held.columns))
            frame = held.to_pandas(index=False)
            halves = _halves(held.schema.schema_elements)
            counted = _counted_index(held.key_value_metadata.get("pandas"), len(frame))
    except UnreadableFile:
        raise
    except Exception:  # fastparquet raises whatever the first bad byte leads to
        raise UnreadableFile(path, *NOT_PARQUET) from None
    _check_names(path, list(frame.columns))
    names = [name for name in frame.columns if not _is_unnamed(str(name))]
    return {**counted, **{str(name): _of_pandas(frame[name], missing, name in halves) for name in names}}


def _counted_index(metadata: str | bytes | None, rows: int) -> Mapping[str, Values]:
    """Return a named index of evenly spaced numbers, which pandas does not store as a column."""
    try:
        held = json.loads(metadata or "{}").get("index_columns", [])
        ranges = {each["name"]: range(each["start"], each["stop"], each["step"]) for each in held if "step" in each}
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}
    return {name: np.array(values) for name, values in ranges.items() if name and len(values) == rows}


def _check_size(path: Path, values: int) -> None:
    """Refuse a small file of very many values, which repetition packs: in memory each takes eight bytes."""
    if values > MOST_PACKED and values > path.stat().st_size * MOST_OF_A_BYTE:
        raise UnreadableFile(
            path, f"at most {MOST_PACKED:,} values where each byte holds thousands", f"{values:,}", "save it as CSV"
        )


def _is_whole(path: Path) -> bool:
    """Whether a file begins and ends as Parquet does, and its footer fits into it."""
    size = path.stat().st_size
    with path.open("rb") as file:
        first = file.read(4)
        file.seek(max(size - 8, 0))
        end = file.read(8)
    return first == end[4:] == b"PAR1" and 0 < int.from_bytes(end[:4], "little") <= size - 12


def _halves(elements: Any) -> frozenset[str]:
    """The columns of floats of 16 bits, which fastparquet leaves as bytes."""
    two = (e for e in elements if e.type == BYTES and e.type_length == 2 and e.converted_type is None)
    return frozenset(e.name.decode() if isinstance(e.name, bytes) else e.name for e in two)


def _of_pandas(series: Any, missing: frozenset[str], is_half: bool) -> Values:
    import pandas as pd

    kind = series.dtype
    if is_half:
        return np.array([np.nan if x is None else float(np.frombuffer(x, "<f2")[0]) for x in series])
    if isinstance(kind, pd.CategoricalDtype):
        return _of_levels(
            series.cat.codes.to_numpy().astype(np.int64), kind.categories.to_list(), missing, bool(kind.ordered)
        )
    if isinstance(kind, np.dtype) and kind.kind == "M":
        return date_texts(series.to_numpy().astype(np.int64), np.datetime_data(kind)[0], series.isna().to_numpy())
    if isinstance(kind, np.dtype) and kind.kind in "iufb":
        return typed_column(series.to_numpy(), missing)
    return typed_column(series.to_list(), missing)


def _is_unnamed(name: str) -> bool:
    """Whether a column holds the row numbers that pandas writes for an index without a name."""
    return name.startswith("__index_level_") and name.endswith("__")


def _check_names(path: Path, names: list[Any]) -> None:
    repeated = next((name for k, name in enumerate(names) if name in names[:k]), None)
    if repeated is not None:
        raise UnreadableFile(path, "each column name once", f"'{repeated}' several times")
