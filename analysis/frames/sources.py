"""Read frames of any make as named columns, without conversion."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.frames.encoding import package_of
from analysis.frames.errors import UnknownFrame

Named = list[tuple[str, Any]]


@dataclass(frozen=True, eq=False, slots=True)
class Source:
    """Hold the columns of a frame by name, which may repeat, and the index of its rows if pandas made it."""

    columns: Named
    index: Any = None


def read_source(frame: Any) -> Source:
    """List the columns of a frame; lazy frames are collected, because a second run could order the rows otherwise.

    Examples
    --------
    >>> read_source([{"a": 1}, {"b": 2}]).columns
    [('a', (1, None)), ('b', (None, 2))]
    """
    if isinstance(frame, Mapping):
        return Source([(str(name), values) for name, values in frame.items()], _common_index(frame.values()))
    if isinstance(frame, np.ndarray) and frame.dtype.names:
        return Source([(name, frame[name]) for name in frame.dtype.names])
    if isinstance(frame, (list, tuple)) and all(isinstance(row, Mapping) for row in frame):
        return Source(_from_records(frame))
    return _from_engine(frame)


def _from_records(rows: Sequence[Mapping[Any, Any]]) -> Named:
    names = dict.fromkeys(name for row in rows for name in row)
    return [(str(name), tuple(row.get(name) for row in rows)) for name in names]


def _common_index(columns: Iterable[Any]) -> Any:
    """Return the index of the first pandas Series."""
    return next((x.index for x in columns if package_of(x) == "pandas" and hasattr(x, "iloc")), None)


def _from_engine(frame: Any) -> Source:
    package = package_of(frame)
    if package == "pandas" and hasattr(frame, "items") and frame.ndim == 2:
        return _from_pandas(frame)
    if package == "polars" and hasattr(frame, "collect"):
        frame = frame.collect()
    if package == "polars" and hasattr(frame, "get_columns"):
        return Source([(series.name, series) for series in frame.get_columns()])
    if package == "pyarrow" and hasattr(frame, "column_names"):
        return Source(list(zip(frame.column_names, frame.columns, strict=True)))
    return _from_others(frame)


def _from_pandas(frame: Any) -> Source:
    columns = [(str(name), series) for name, series in frame.items()]
    taken = {name for name, _ in columns}
    index = frame.index
    named = [(str(name), index.get_level_values(k)) for k, name in enumerate(index.names) if name is not None]
    return Source([*columns, *((name, values) for name, values in named if name not in taken)], index)


def _from_others(frame: Any) -> Source:
    """Read a frame that narwhals supports (DuckDB, Spark, Dask, Modin, Ibis ...), or one that exports Arrow."""
    import narwhals as nw

    try:
        data = nw.from_native(frame)
    except TypeError:
        return _from_stream(frame)
    return read_source((data.collect() if isinstance(data, nw.LazyFrame) else data).to_arrow())


def _from_stream(frame: Any) -> Source:
    if not hasattr(frame, "__arrow_c_stream__") or package_of(frame) in ("pandas", "polars"):
        raise UnknownFrame(frame)
    import pyarrow as pa

    try:
        return read_source(pa.table(frame))
    except pa.ArrowInvalid:
        raise UnknownFrame(frame) from None
