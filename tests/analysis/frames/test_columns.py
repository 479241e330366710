"""Columns: one and the same column gives one and the same labels and numbers from every container."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from analysis.errors import NotNumeric
from analysis.frames import Factor, Table, polars_series
from analysis.frames.errors import NotAColumn, NotFinite
from tests.analysis.frames.containers import BOOLEANS, DATES, NUMBERS, TEXT

WORDS = ["b", "a", None, "c", "a", "b", "c"]
COUNTS = [3, 1, None, 2, 10, 3, 1]
TRUTHS = [True, None, False, True, True]
DAYS = [dt.date(2024, 1, 31), None, dt.date(2023, 12, 1), dt.date(2024, 1, 31)]
GIVEN_ORDER = {"pandas category reversed", "pandas category ordered", "pandas category unused", "Polars Enum"}


BLANK = {
    **{name: TEXT[name] for name in TEXT if name not in ("list with nan", "list with NaT")},
    "numpy text": np.array,
    "numpy bytes": lambda values: np.array([x.encode() for x in values]),
    "numpy strings": lambda values: np.array(values, np.dtypes.StringDType()),
}


def labels(factor: Factor) -> list[Any]:
    return [None if code < 0 else factor.levels[code] for code in factor.codes]


def factor_of(values: Any) -> Factor:
    return Table({"x": values}).factor("x")


@pytest.mark.parametrize("name", TEXT)
def test_text_keeps_its_labels_in_every_container(name: str) -> None:
    factor = factor_of(TEXT[name](WORDS))
    assert labels(factor) == WORDS
    assert factor.dense().levels == (
        ("c", "b", "a") if name in GIVEN_ORDER - {"pandas category renamed"} else ("a", "b", "c")
    )


@pytest.mark.parametrize("name", BLANK)
def test_blank_text_is_missing_in_every_container(name: str) -> None:
    factor = factor_of(BLANK[name](["b", "", "a", "  ", "b"]))
    assert labels(factor) == ["b", None, "a", None, "b"]
    assert set(factor.dense().levels) == {"a", "b"}


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_are_the_same_in_every_container(name: str) -> None:
    table = Table({"x": NUMBERS[name](COUNTS)})
    np.testing.assert_array_equal(table.numbers("x"), np.array(COUNTS, float))
    if "text" not in name:
        assert labels(table.factor("x")) == COUNTS
        assert all(type(level) is int for level in table.factor("x").levels)


@pytest.mark.parametrize("name", BOOLEANS)
def test_booleans_are_the_same_in_every_container(name: str) -> None:
    table = Table({"x": BOOLEANS[name](TRUTHS)})
    assert labels(table.factor("x")) == TRUTHS
    assert table.factor("x").levels == (False, True)
    np.testing.assert_array_equal(table.numbers("x"), [1.0, np.nan, 0.0, 1.0, 1.0])


@pytest.mark.parametrize("name", DATES)
def test_dates_are_the_same_in_every_container(name: str) -> None:
    factor = factor_of(DATES[name](DAYS))
    assert labels(factor) == DAYS
    assert factor.levels == (DAYS[2], DAYS[0])


def test_times_stay_times_when_one_is_not_midnight() -> None:
    noon = dt.datetime(2024, 1, 1, 12)
    assert factor_of(pd.Series([noon, pd.Timestamp("2024-01-02")])).levels == (noon, dt.datetime(2024, 1, 2))


@pytest.mark.parametrize("make", [pd.Series, pl.Series, pa.array, np.array, list])
def test_long_codes_keep_their_digits_beside_a_missing_value(make: Any) -> None:
    if make is np.array:
        values = np.ma.array([2**60, 2**60 + 1, 0], mask=[False, False, True])
    elif make is pd.Series:
        values = pd.Series([2**60, 2**60 + 1, None], dtype="Int64")
    else:
        values = make([2**60, 2**60 + 1, None])
    assert labels(factor_of(values)) == [2**60, 2**60 + 1, None]


@pytest.mark.parametrize(
    "values",
    [np.array([2**64 - 1, 5], np.uint64), [2**64 - 1, 5], pl.Series([2**64 - 1, 5], dtype=pl.UInt64), [2**70, 5]],
    ids=["numpy", "list", "Polars", "beyond 64 bits"],
)
def test_unsigned_labels_are_not_negative(values: Any) -> None:
    levels = factor_of(values).levels
    assert levels[0] == 5
    assert levels[1] >= 2**64 - 1


def test_a_dictionary_that_repeats_an_entry_gives_one_level() -> None:
    array = pa.DictionaryArray.from_arrays(pa.array([1, 0, None, 3, 4]), pa.array(["a", "b", None, "c", "a"]))
    assert labels(factor_of(array)) == ["b", "a", None, "c", "a"]


def test_an_order_is_known_only_where_a_container_says_so() -> None:
    assert factor_of(pd.Categorical(["b", "a"], ["b", "a"], ordered=True)).ordered
    assert factor_of(pl.Series(["b"], dtype=pl.Enum(["b"]))).ordered
    assert not factor_of(pd.Categorical(["b", "a"], ["b", "a"])).ordered
    assert not factor_of(["b", "a"]).ordered


def test_intervals_keep_their_order() -> None:
    ages = pd.cut(pd.Series([70, 20, 40]), [17, 34, 64, 99])
    assert [str(level) for level in factor_of(ages).levels] == ["(17, 34]", "(34, 64]", "(64, 99]"]
    assert [str(x) for x in labels(factor_of(ages))] == ["(64, 99]", "(17, 34]", "(34, 64]"]


@pytest.mark.parametrize(
    "values",
    [[], 3, "abc", {1, 2}, np.ones((2, 2)), iter([1]), pd.DataFrame({"a": [1]})],
    ids=["empty", "number", "text", "set", "matrix", "iterator", "frame"],
)
def test_a_column_that_is_no_sequence_is_refused(values: Any) -> None:
    with pytest.raises(ValueError, match="expected"):
        Table({"x": values})


@pytest.mark.parametrize(
    "values", [[[1], [2]], pl.Series([[1], [2]]), pa.array([[1], [2]]), [{"a": 1}, {"a": 2}]], ids=str
)
def test_a_column_of_lists_is_refused_when_asked_for(values: Any) -> None:
    table = Table({"x": values, "y": [1, 2]})
    assert table.numbers("y").tolist() == [1, 2]
    with pytest.raises(NotAColumn, match="'x'"):
        table.factor("x")


def test_infinity_is_refused_with_its_row() -> None:
    with pytest.raises(NotFinite, match="1 row holds infinity, the first in row 2"):
        Table({"y": [1.0, float("inf")]}).numbers("y")


@pytest.mark.parametrize("text", ["12_1", "nan", "inf", "3,5", "0x1", "١٢", "1 2", "NA"])
def test_text_that_is_no_number_is_refused_with_its_row(text: str) -> None:
    with pytest.raises(NotNumeric, match="row 2"):
        Table({"y": ["1", text]}).numbers("y")


def test_text_that_no_row_has_is_no_obstacle() -> None:
    values = pd.Series(pd.Categorical(["1", "2"], ["1", "2", "refused"]))
    assert Table({"y": values}).numbers("y").tolist() == [1, 2]


def test_polars_text_of_one_hash_stays_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polars_series, "_hashes", lambda series: series.str.len_bytes().fill_null(0).to_numpy())
    assert labels(factor_of(pl.Series(["ab", "cd", None, "e", "ab"]))) == ["ab", "cd", None, "e", "ab"]


def test_polars_text_that_comes_late_has_its_level() -> None:
    texts = ["b"] * 10_000 + ["a", None, "c"]
    factor = factor_of(pl.Series(texts))
    assert factor.levels == ("a", "b", "c")
    assert factor.codes[-4:].tolist() == [1, 0, -1, 2]


def test_moments_apart_by_nanoseconds_stay_apart() -> None:
    assert len(factor_of(pd.Series(pd.to_datetime([1, 2, 3]))).levels) == 3
