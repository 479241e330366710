"""One column of text, numbers, booleans or dates in every container that a user may bring."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

Values = Sequence[Any]
Container = Callable[[Values], Any]


def objects(values: Values) -> np.ndarray:
    return np.fromiter(values, dtype=object, count=len(values))


def masked(values: Values, filler: Any) -> np.ma.MaskedArray:
    return np.ma.array([filler if x is None else x for x in values], mask=[x is None for x in values])


def chunked(values: Values, encode: bool = False) -> pa.ChunkedArray:
    """Three chunks, the second one empty, each with a dictionary of its own."""
    kind = pa.array(values).type
    chunks = [pa.array(part, kind) for part in (values[:2], [], values[2:])]
    return pa.chunked_array([chunk.dictionary_encode() for chunk in chunks] if encode else chunks)


def categories(values: Values, *, order: int = 1, unused: Sequence[Any] = (), ordered: bool = False) -> pd.Series:
    levels = [*sorted({x for x in values if x is not None}), *unused][::order]
    return pd.Series(pd.Categorical(values, levels, ordered=ordered))


def renamed(values: Values) -> pd.Series:
    """Categories that carried other names before."""
    before = pd.Series([None if x is None else f"z{x}"[::-1] for x in values], dtype="category")
    return before.cat.rename_categories({f"z{x}"[::-1]: x for x in values if x is not None})


TEXT: Mapping[str, Container] = {
    "list": list,
    "tuple": tuple,
    "list with nan": lambda v: [float("nan") if x is None else x for x in v],
    "list with NaT": lambda v: [pd.NaT if x is None else x for x in v],
    "numpy object": objects,
    "numpy object with NA": lambda v: objects([pd.NA if x is None else x for x in v]),
    "masked array": lambda v: masked(v, "hidden"),
    "pandas object": lambda v: pd.Series(v, dtype=object),
    "pandas object with NA": lambda v: pd.Series([pd.NA if x is None else x for x in v], dtype=object),
    "pandas str": lambda v: pd.Series(v, dtype="str"),
    "pandas string": lambda v: pd.Series(v, dtype="string"),
    "pandas Arrow": lambda v: pd.Series(v, dtype=pd.ArrowDtype(pa.string())),
    "pandas Arrow dictionary": lambda v: pd.Series(pd.arrays.ArrowExtensionArray(pa.array(v).dictionary_encode())),
    "pandas category": lambda v: pd.Series(v, dtype="category"),
    "pandas category reversed": lambda v: categories(v, order=-1),
    "pandas category ordered": lambda v: categories(v, order=-1, ordered=True),
    "pandas category unused": lambda v: categories(v, order=-1, unused=["zz", "unused"]),
    "pandas category renamed": renamed,
    "pandas Categorical": lambda v: pd.Categorical(v),
    "Polars String": lambda v: pl.Series(v, dtype=pl.String),
    "Polars Categorical": lambda v: pl.Series(v, dtype=pl.String).cast(pl.Categorical),
    "Polars Enum": lambda v: pl.Series(
        v, dtype=pl.Enum([*sorted({x for x in v if x is not None}, reverse=True), "zz"])
    ),
    "Polars Object": lambda v: pl.Series(v, dtype=pl.Object),
    "Arrow string": lambda v: pa.array(v, pa.string()),
    "Arrow large string": lambda v: pa.array(v, pa.large_string()),
    "Arrow string view": lambda v: pa.array(v, pa.string_view()),
    "Arrow dictionary": lambda v: pa.array(v).dictionary_encode(),
    "Arrow chunked": chunked,
    "Arrow chunked dictionary": lambda v: chunked(v, encode=True),
}

NUMBERS: Mapping[str, Container] = {
    "list": list,
    "list with nan": lambda v: [float("nan") if x is None else x for x in v],
    "list of Decimal": lambda v: [None if x is None else Decimal(str(x)) for x in v],
    "numpy float": lambda v: np.array(v, float),
    "numpy float32": lambda v: np.array(v, np.float32),
    "numpy float16": lambda v: np.array(v, np.float16),
    "numpy object": objects,
    "numpy object with NA": lambda v: objects([pd.NA if x is None else x for x in v]),
    "masked array": lambda v: masked(v, 999),
    "list of text": lambda v: ["" if x is None else str(x) for x in v],
    "pandas float": lambda v: pd.Series(v, dtype=float),
    "pandas Int64": lambda v: pd.Series(v, dtype="Int64"),
    "pandas Float64": lambda v: pd.Series(v, dtype="Float64"),
    "pandas sparse": lambda v: pd.Series(pd.arrays.SparseArray(np.array(v, float))),
    "pandas Arrow": lambda v: pd.Series(v, dtype=pd.ArrowDtype(pa.int32())),
    "pandas category": lambda v: pd.Series(v, dtype="category"),
    "pandas category reversed": lambda v: categories(v, order=-1),
    "pandas category of text": lambda v: pd.Series([None if x is None else str(x) for x in v], dtype="category"),
    "Polars Int64": lambda v: pl.Series(v, dtype=pl.Int64),
    "Polars UInt8": lambda v: pl.Series(v, dtype=pl.UInt8),
    "Polars Decimal": lambda v: pl.Series(v, dtype=pl.Int64).cast(pl.Decimal(10, 2)),
    "Arrow int8": lambda v: pa.array(v, pa.int8()),
    "Arrow float16": lambda v: pa.array(v, pa.float16()),
    "Arrow decimal": lambda v: pa.array([None if x is None else Decimal(x) for x in v], pa.decimal128(8, 2)),
    "Arrow dictionary": lambda v: pa.array(v).dictionary_encode(),
    "Arrow chunked": chunked,
}

BOOLEANS: Mapping[str, Container] = {
    "list": list,
    "numpy object with NA": lambda v: objects([pd.NA if x is None else x for x in v]),
    "list with NaT": lambda v: [pd.NaT if x is None else x for x in v],
    "masked array": lambda v: masked(v, True),
    "pandas boolean": lambda v: pd.Series(v, dtype="boolean"),
    "pandas object": lambda v: pd.Series(v, dtype=object),
    "pandas Arrow": lambda v: pd.Series(v, dtype=pd.ArrowDtype(pa.bool_())),
    "pandas category": lambda v: pd.Series(v, dtype="category"),
    "Polars Boolean": lambda v: pl.Series(v, dtype=pl.Boolean),
    "Arrow boolean": lambda v: pa.array(v, pa.bool_()),
}

DATES: Mapping[str, Container] = {
    "list": list,
    "numpy days": lambda v: np.array(v, "M8[D]"),
    "numpy nanoseconds": lambda v: np.array(v, "M8[ns]"),
    "pandas": lambda v: pd.Series(pd.to_datetime(v)),
    "pandas object": lambda v: pd.Series(v, dtype=object),
    "pandas category": lambda v: pd.Series(pd.to_datetime(v)).astype("category"),
    "pandas Arrow": lambda v: pd.Series(v, dtype=pd.ArrowDtype(pa.date32())),
    "Polars Date": lambda v: pl.Series(v, dtype=pl.Date),
    "Polars Datetime": lambda v: pl.Series(v, dtype=pl.Date).cast(pl.Datetime),
    "Arrow date": lambda v: pa.array(v, pa.date32()),
    "Arrow timestamp": lambda v: pa.array(v, pa.date32()).cast(pa.timestamp("ns")),
}
