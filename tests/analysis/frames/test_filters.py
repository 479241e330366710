"""Filters: the right rows, or a refusal; never all rows without a word."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from analysis import Condition, Design, mean
from analysis.errors import AnalysisError, NotNumeric
from analysis.frames import Table
from analysis.frames.conditions import rows_where
from analysis.frames.errors import BadMask, NotComparable, OtherIndex, UnorderedLevels, WithoutOrder

FRAME = pd.DataFrame({"y": [1.0, 2.0, 3.0, 4.0], "g": ["a", "b", "a", None]}, index=[10, 11, 12, 13])
TRUE = [True, None, True, False]
MEANT = [True, False, True, False]
MASKS: dict[str, Any] = {
    "list": TRUE,
    "list of 0 and 1": [1, 0, 1, 0],
    "numpy": np.array(MEANT),
    "numpy integers": np.array([1, 0, 1, 0]),
    "numpy floats with NaN": np.array([1.0, np.nan, 1.0, 0.0]),
    "numpy objects with NA": np.array([True, pd.NA, True, False], object),
    "masked array": np.ma.array([True, True, True, False], mask=[False, True, False, False]),
    "pandas": pd.Series(MEANT, index=FRAME.index),
    "pandas shuffled": pd.Series([True, False, True, False], index=[12, 11, 10, 13]),
    "pandas nullable": pd.Series(TRUE, dtype="boolean", index=FRAME.index),
    "pandas Arrow": pd.Series(TRUE, dtype=pd.ArrowDtype(pa.bool_()), index=FRAME.index),
    "pandas array": pd.array(TRUE, dtype="boolean"),
    "Polars": pl.Series(TRUE),
    "Arrow": pa.array(TRUE),
    "Arrow chunked": pa.chunked_array([[True], [None, True, False]]),
    "condition": Condition("y", "in", [1, 3]),
    "conditions": [Condition("y", "<", 4), Condition("g", "==", "a")],
    "set of conditions": {Condition("g", "==", "a")},
    "condition and mask": [Condition("y", "<", 4), np.array([True, False, True, True])],
}


@pytest.mark.parametrize("name", MASKS)
def test_filter_selects_the_same_rows_in_every_type(name: str) -> None:
    found = rows_where(Table.of(FRAME), MASKS[name])
    assert found is not None
    assert found.tolist() == MEANT
    assert mean(Design.of(FRAME), "y", where=MASKS[name])[0].value == 2.0


@pytest.mark.parametrize(
    "where",
    [
        np.array([1, 2]), np.array([True]), [True], [1, 2, 1, 2], np.array([]), "y", ["y > 2"], [None], True,
        np.ones((4, 1), bool), FRAME[["y"]] > 2, pl.col("y") > 2, len, {"y": 1}, ["a"] * 4, pd.Series([True] * 3),
    ],
    ids=str,
)  # fmt: skip
def test_a_filter_that_is_no_mask_is_refused(where: Any) -> None:
    with pytest.raises(BadMask, match="4 booleans"):
        rows_where(Table.of(FRAME), where)


def test_a_pandas_mask_of_other_rows_is_refused() -> None:
    with pytest.raises(OtherIndex, match="the filter"):
        rows_where(Table.of(FRAME), pd.Series(MEANT))
    with pytest.raises(OtherIndex):
        rows_where(Table({"y": [1, 2]}), pd.Series([True, False], index=["a", "b"]))


def test_a_pandas_mask_on_another_frame_goes_by_row_number() -> None:
    mask = pd.Series([True, False, False], index=[2, 1, 0])
    assert rows_where(Table.of(pl.DataFrame({"y": [1, 2, 3]})), mask).tolist() == [False, False, True]  # type: ignore[union-attr]


def test_no_filter_and_no_conditions_mean_all_rows() -> None:
    assert rows_where(Table.of(FRAME), None) is None
    assert rows_where(Table.of(FRAME), ()) is None


@pytest.mark.parametrize("value", ["abc", None, float("nan"), [1], pd.NA, "1_0", "nan"], ids=str)
def test_a_number_is_compared_with_numbers_only(value: Any) -> None:
    with pytest.raises(NotComparable, match="a number"):
        Condition("y", ">", value).holds(Table.of(FRAME))


def test_text_has_no_order() -> None:
    with pytest.raises(NotNumeric, match="'g'"):
        Condition("g", ">", 1).holds(Table.of(FRAME))


@pytest.mark.parametrize(
    ("op", "value", "expected"),
    [
        (">", "2024-01-31", [False, False, True]),
        (">=", dt.date(2024, 1, 31), [True, False, True]),
        ("<", np.datetime64("2024-02-01"), [True, False, False]),
        ("<", pd.Timestamp("2024-02-01"), [True, False, False]),
        ("==", "2024-01-31", [True, False, False]),
        ("!=", "2024-01-31", [False, False, True]),
    ],
)
@pytest.mark.parametrize("make", [pd.to_datetime, pl.Series, pa.array, list])
def test_dates_are_compared_with_dates(make: Any, op: str, value: Any, expected: list[bool]) -> None:
    days = make([dt.date(2024, 1, 31), None, dt.date(2024, 2, 29)])
    assert Condition("d", op, value).holds(Table({"d": days})).tolist() == expected


@pytest.mark.parametrize("value", ["soon", 3, None])
def test_dates_are_compared_with_nothing_else(value: Any) -> None:
    with pytest.raises(NotComparable, match="a date"):
        Condition("d", ">", value).holds(Table({"d": [dt.date(2024, 1, 31)]}))


def test_ordered_categories_are_compared_by_their_order() -> None:
    table = Table({"c": pd.Categorical(["low", "high", None], ["low", "middle", "high"], ordered=True)})
    assert Condition("c", ">=", "middle").holds(table).tolist() == [False, True, False]
    assert Condition("c", "<", "middle").holds(table).tolist() == [True, False, False]
    with pytest.raises(UnorderedLevels, match="'low', 'middle', 'high'"):
        Condition("c", ">", "tall").holds(table)


@pytest.mark.parametrize(
    "value", [["a"], ("a",), {"a"}, np.array(["a"]), pd.Series(["a"]), pl.Series(["a"]), "a"], ids=str
)
def test_a_choice_among_levels_takes_any_collection(value: Any) -> None:
    assert Condition("g", "in", value).holds(Table.of(FRAME)).tolist() == [True, False, True, False]


@pytest.mark.parametrize("op", ["==", "!=", "in"])
def test_a_missing_value_meets_no_condition(op: str) -> None:
    assert not Condition("g", op, "z").holds(Table.of(FRAME))[3]
    assert not Condition("g", op, None).holds(Table.of(FRAME))[3]


def test_an_unknown_operator_is_refused() -> None:
    with pytest.raises(AnalysisError, match="operator"):
        Condition("y", "~", 1)


BIG = 2**53
LONG_IDS: dict[str, Any] = {
    "integers": [BIG - 1, BIG, BIG + 1, BIG + 2],
    "pandas nullable": pd.Series([BIG - 1, BIG, BIG + 1, BIG + 2], dtype="Int64"),
    "text": [str(BIG - 1), str(BIG), str(BIG + 1), str(BIG + 2)],
    "category": pd.Series(pd.Categorical([BIG - 1, BIG, BIG + 1, BIG + 2], ordered=True)),
}


@pytest.mark.parametrize("ids", LONG_IDS.values(), ids=LONG_IDS)
@pytest.mark.parametrize("value", [BIG, np.int64(BIG), str(BIG)])
def test_condition_compares_long_integers_exactly(ids: Any, value: Any) -> None:
    table = Table({"g": ids})
    assert Condition("g", ">", value).holds(table).tolist() == [False, False, True, True]
    assert Condition("g", "<=", value).holds(table).tolist() == [True, True, False, False]
    assert not Condition("g", ">", 10**400).holds(table).any()


def test_condition_compares_ordered_numbers_as_numbers() -> None:
    table = Table({"g": pd.Series(pd.Categorical([3, 1, 2], [3, 1, 2], ordered=True))})
    assert Condition("g", ">", 1).holds(table).tolist() == [True, False, True]
    assert "numbers compare as numbers" in " ".join(str(Condition.__doc__).split())


@pytest.mark.parametrize("value", [True, 1, "1", "true", "True", "1.0"])
def test_truth_is_named_as_a_number_or_a_word(value: Any) -> None:
    assert Condition("x", "==", value).holds(Table({"x": [True, None, False]})).tolist() == [True, False, False]
    assert Condition("x", "!=", value).holds(Table({"x": [True, None, False]})).tolist() == [False, False, True]


def test_numbers_written_in_text_are_compared_as_numbers() -> None:
    table = Table({"size": [1.0, 2.5], "code": ["007", "7"]})
    assert Condition("size", "in", ["1", "x"]).holds(table).tolist() == [True, False]
    assert Condition("code", "==", "7").holds(table).tolist() == [False, True]


WAVES = ["Sep 2023", "Jan 2024", None, "Apr 2024"]


@pytest.mark.parametrize(
    ("waves", "op", "value", "expected"),
    [
        (WAVES, ">=", "Jan 2024", [False, True, False, True]),
        (WAVES, "<", "Feb 2024", [True, True, False, False]),
        (WAVES, ">", "2023-12-31", [False, True, False, True]),
        (["wave 2", "wave 10", "wave 9"], ">", "wave 3", [False, True, True]),
        (["Q4 2023", "Q1 2024"], "<=", "Q4 2023", [True, False]),
    ],
)
@pytest.mark.parametrize("make", [list, pd.Series, pl.Series, lambda x: pd.Series(x, dtype="category")])
def test_text_with_a_place_in_time_is_compared(make: Any, waves: Any, op: str, value: str, expected: Any) -> None:
    assert Condition("wave", op, value).holds(Table({"wave": make(waves)})).tolist() == expected


@pytest.mark.parametrize("value", ["before", "Jan 2024", "abc"])
def test_text_without_an_order_says_how_to_give_one(value: str) -> None:
    with pytest.raises(WithoutOrder, match=r"'before'.*no known order; hold it as an ordered category"):
        Condition("wave", ">", value).holds(Table({"wave": ["before", "after"]}))


def test_text_that_a_text_holds_has_no_order() -> None:
    with pytest.raises(WithoutOrder):
        Condition("wave", ">", "2024-04-15").holds(Table({"wave": ["April 2024", "May 2024"]}))
