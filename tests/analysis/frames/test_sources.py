"""Sources: every make of frame becomes the same table, and what is no frame is refused."""

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from analysis import Design, mean
from analysis.errors import AnalysisError, EmptyTable, UnequalLengths, UnknownColumn
from analysis.frames import Factor, Table
from analysis.frames.errors import NotAName, OtherIndex, RepeatedColumn, UnknownFrame
from analysis.frames.numbers import Numbers

Y, G = [1.0, 2.0, 3.0, 6.0], ["b", "a", "b", "a"]
COLUMNS = {"y": Y, "g": G}


def stream() -> pa.RecordBatchReader:
    batch = pa.record_batch(COLUMNS)
    return pa.RecordBatchReader.from_batches(batch.schema, [batch])


SOURCES = {
    "mapping": lambda: COLUMNS,
    "records": lambda: [{"y": y, "g": g} for y, g in zip(Y, G, strict=True)],
    "structured array": lambda: np.array(list(zip(Y, G, strict=True)), dtype=[("y", float), ("g", "U1")]),
    "record array": lambda: np.rec.fromarrays([Y, G], names="y,g"),
    "pandas": lambda: pd.DataFrame(COLUMNS),
    "pandas named index": lambda: pd.DataFrame(COLUMNS).set_index("g"),
    "pandas two index levels": lambda: pd.DataFrame({**COLUMNS, "z": 1}).set_index(["g", "z"]),
    "mapping of Series": lambda: dict(pd.DataFrame(COLUMNS, index=[7, 5, 6, 4]).items()),
    "Polars": lambda: pl.DataFrame(COLUMNS),
    "Polars lazy": lambda: pl.LazyFrame(COLUMNS).filter(pl.col("y") > 0),
    "Arrow table": lambda: pa.table(COLUMNS),
    "Arrow batch": lambda: pa.record_batch(COLUMNS),
    "Arrow stream": stream,
    "table": lambda: Table(COLUMNS),
}


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_gives_the_same_means(name: str) -> None:
    found = mean(Design.of(SOURCES[name]()), "y", by="g")
    assert {dict(row.group)["g"]: row.value for row in found} == {"a": 4.0, "b": 2.0}


@pytest.mark.parametrize(
    "frame",
    [None, 3, "y", pd.Series([1]), pl.Series([1]), pa.array([1]), np.ones((2, 2)), [[1, 2]], pl.col("y"), object()],
    ids=lambda frame: type(frame).__name__,
)
def test_data_without_column_names_is_refused(frame: Any) -> None:
    with pytest.raises(UnknownFrame, match="expected a pandas or Polars"):
        Table.of(frame)


@pytest.mark.parametrize("frame", [pd.DataFrame(), pl.DataFrame(), {}, [], {"y": []}, pa.table({})], ids=repr)
def test_a_frame_without_rows_is_refused(frame: Any) -> None:
    with pytest.raises(EmptyTable):
        Table.of(frame)


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(UnequalLengths, match="expected 2 values in column 'z'"):
        Table({"y": [1, 2], "z": [1]})


def test_a_record_without_a_key_is_missing_there() -> None:
    assert Table.of([{"y": 1}, {"z": 2}]).numbers("y").tolist()[0] == 1
    assert np.isnan(Table.of([{"y": 1}, {"z": 2}]).numbers("y")[1])


@pytest.mark.parametrize(
    "frame",
    [pd.DataFrame([[1, 2, 3]], columns=["a", "b", "a"]), pa.table([[1], [2], [3]], names=["a", "b", "a"])],
    ids=["pandas", "Arrow"],
)
def test_a_repeated_name_is_refused_when_asked_for(frame: Any) -> None:
    table = Table.of(frame)
    assert table.numbers("b").tolist() == [2]
    with pytest.raises(RepeatedColumn, match="the table has 2"):
        table.numbers("a")
    with pytest.raises(RepeatedColumn):
        table.with_columns({"c": [1]}).rows_at(np.array([0])).factor("a")


def test_whole_numbers_name_columns_without_a_header() -> None:
    design = Design.of(pd.DataFrame([[1.0, "a"], [3.0, "a"]]))
    assert mean(design, 0, by=1)[0].value == 2.0  # type: ignore[arg-type]


@pytest.mark.parametrize("option", ["weights", "strata", "psu", "fpc"])
@pytest.mark.parametrize("make", [np.array, pd.Series, pl.Series])
def test_values_instead_of_a_name_are_refused(option: str, make: Any) -> None:
    with pytest.raises(NotAName, match="expected the name of a column"):
        Design.of(COLUMNS, **{option: make([1.0, 1.0, 1.0, 1.0])})


@pytest.mark.parametrize("option", ["nest", "domain_lonely", "lonely"])
def test_an_unknown_option_is_refused(option: str) -> None:
    with pytest.raises(AnalysisError, match="to be one of"):
        Design.of(COLUMNS, **{option: "bogus"})


def test_several_strata_columns_are_crossed() -> None:
    columns = {"y": range(8), "a": [1, 1, 1, 1, 2, 2, 2, 2], "b": ["x", "x", "y", "y"] * 2}
    design = Design.of(columns, strata=("a", "b"))
    assert design.df == 4
    assert design.table.names == ("y", "a", "b")
    assert set(design.stages[0].names) == {"1 x x", "1 x y", "2 x x", "2 x y"}


def test_series_of_different_indexes_are_refused() -> None:
    frame = pd.DataFrame(COLUMNS)
    with pytest.raises(OtherIndex, match="column 'g'"):
        Table({"y": frame.y, "g": frame.g.sort_values()})
    with pytest.raises(OtherIndex, match="column 'z'"):
        Table.of(frame).with_columns({"z": frame.y.sort_values(ascending=False)})


def test_a_frame_changed_afterwards_does_not_change_the_table() -> None:
    frame, values = pd.DataFrame(COLUMNS), [1, 2]
    table, other = Table.of(frame), Table({"y": values})
    frame["y"] = 0
    values[0] = 9
    assert table.numbers("y").tolist() == Y
    assert other.numbers("y").tolist() == [1, 2]


def test_an_unknown_column_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownColumn, match="'y', 'g'"):
        Table(COLUMNS).factor("h")


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table, dict])
def test_rows_taken_from_a_table_keep_their_values(make: Any) -> None:
    part = Table.of(make(COLUMNS)).rows_at(np.array([False, True, False, True]))
    assert part.numbers("y").tolist() == [2.0, 6.0]
    assert part.factor("g").levels == ("a",)
    assert part.rows_at(np.array([1])).numbers("y").tolist() == [6.0]


def test_unused_columns_are_never_converted() -> None:
    table = Table.of({**COLUMNS, "unused": pd.Series([1, 2, 3, 4], dtype=object)})
    mean(Design.of(table), "y", by="g")
    converted = {name for name, values in table._columns.items() if isinstance(values, (Numbers, Factor))}
    assert converted == {"y", "g"}


def test_a_table_shows_its_size_and_its_first_columns() -> None:
    assert repr(Table({f"x{k}": [1] for k in range(9)})).endswith("'x7' and 1 more")
    assert repr(Table({"y": [1, 2]})) == "Table of 2 rows and 1 column: 'y'"
