"""One sample as a frame of every make."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

from tests.analysis.frames.containers import categories, chunked, masked, objects, renamed
from tests.analysis.metamorphic.samples import Sample, Values

Make = Callable[[Sample], Any]
CODED = ("g", "s", "k", "q1")  # columns that people hold as categories


def is_text(values: Values) -> bool:
    return any(isinstance(x, str) for x in values)


def is_boolean(values: Values) -> bool:
    return any(isinstance(x, bool) for x in values)


def plain(values: Values) -> Any:
    """Return the values as numpy holds them: floats with NaN, text and booleans as objects."""
    if is_text(values) or (is_boolean(values) and None in values):
        return objects(values)
    return np.array([np.nan if x is None else x for x in values])


def hidden(values: Values) -> Any:
    """A masked array whose mask hides a value that looks like an answer."""
    return masked(values, next(x for x in values if x is not None))


def each(make: Callable[[Values], Any], others: Callable[[Values], Any] = plain, only: Any = None) -> Make:
    """A pandas frame whose columns are made by `make`, those that `only` leaves out by `others`."""

    def frame(sample: Sample) -> pd.DataFrame:
        return pd.DataFrame(
            {
                name: (make if only is None or only(name, values, sample) else others)(values)
                for name, values in sample.columns.items()
            }
        )

    return frame


def of_text(name: str, values: Values, sample: Sample) -> bool:
    return is_text(values)


def of_codes(name: str, values: Values, sample: Sample) -> bool:
    return name in {sample.name(own) for own in CODED}


def with_na(values: Values) -> pd.Series:
    return pd.Series([pd.NA if x is None else x for x in values], dtype=object)


def records(sample: Sample) -> list[dict[str, Any]]:
    return [{name: values[row] for name, values in sample.columns.items()} for row in range(sample.rows)]


def structured(sample: Sample) -> Any:
    columns = {name: plain(values) for name, values in sample.columns.items()}
    array = np.empty(sample.rows, dtype=[(name, values.dtype) for name, values in columns.items()])
    for name, values in columns.items():
        array[name] = values
    return array


def named_index(sample: Sample) -> pd.DataFrame:
    return pd.DataFrame(dict(sample.columns)).set_index([sample.name("g"), sample.name("w")])


def odd_index(sample: Sample) -> pd.DataFrame:
    return pd.DataFrame(dict(sample.columns), index=[7] * sample.rows)


def arrow_backed(values: Values) -> pd.Series:
    array = pa.array(values)
    return pd.Series(values, dtype=pd.ArrowDtype(array.type))


def polars(sample: Sample) -> pl.DataFrame:
    return pl.DataFrame(dict(sample.columns), strict=False)


def polars_as(dtype: Callable[[Values], Any]) -> Make:
    def frame(sample: Sample) -> pl.DataFrame:
        names = [name for name, values in sample.columns.items() if is_text(values)]
        return polars(sample).with_columns(pl.col(name).cast(dtype(sample.columns[name])) for name in names)

    return frame


def enum(values: Values) -> Any:
    return pl.Enum([*sorted({x for x in values if x is not None}, reverse=True), "unused"])


def arrow(make: Callable[[Values], Any]) -> Make:
    return lambda sample: pa.table({name: make(values) for name, values in sample.columns.items()})


def dictionary(values: Values) -> Any:
    return pa.array(values).dictionary_encode() if is_text(values) else pa.array(values)


MAKES: Mapping[str, Make] = MappingProxyType(
    {
        "lists": lambda s: dict(s.columns),
        "lists with nan": lambda s: {
            name: [float("nan") if x is None else x for x in values] for name, values in s.columns.items()
        },
        "records": records,
        "numpy": lambda s: {name: plain(values) for name, values in s.columns.items()},
        "numpy objects": lambda s: {name: objects(values) for name, values in s.columns.items()},
        "numpy masked": lambda s: {name: hidden(values) for name, values in s.columns.items()},
        "numpy structured": structured,
        "pandas": lambda s: pd.DataFrame(dict(s.columns)),
        "pandas object": each(lambda v: pd.Series(v, dtype=object)),
        "pandas object with NA": each(with_na),
        "pandas string": each(lambda v: pd.Series(v, dtype="string"), only=of_text),
        "pandas nullable": lambda s: pd.DataFrame(dict(s.columns)).convert_dtypes(),
        "pandas Arrow": each(arrow_backed),
        "pandas category": each(lambda v: pd.Series(v, dtype="category"), only=of_codes),
        "pandas category text": each(lambda v: pd.Series(v, dtype="category"), only=of_text),
        "pandas category ordered": each(lambda v: categories(v, ordered=True), only=of_codes),
        "pandas category unsorted": each(lambda v: categories(v, order=-1), only=of_codes),
        "pandas category unused": each(
            lambda v: categories(v, order=-1, unused=["zz"] if is_text(v) else [99]), only=of_codes
        ),
        "pandas category renamed": each(renamed, only=of_text),
        "pandas named index": named_index,
        "pandas odd index": odd_index,
        "Polars": polars,
        "Polars lazy": lambda s: polars(s).lazy(),
        "Polars Categorical": polars_as(lambda v: pl.Categorical),
        "Polars Enum": polars_as(enum),
        "Arrow": arrow(pa.array),
        "Arrow dictionary": arrow(dictionary),
        "Arrow large string": arrow(lambda v: pa.array(v, pa.large_string()) if is_text(v) else pa.array(v)),
        "Arrow chunked": arrow(chunked),
        "Arrow chunked dictionary": arrow(lambda v: chunked(v, encode=is_text(v))),
        "Arrow batch": lambda s: pa.record_batch(dict(s.columns)),
    }
)
