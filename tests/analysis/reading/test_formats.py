"""The same table gives the same values in every format."""

from pathlib import Path
from typing import Any

import fastparquet
import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest

from analysis.errors import AnalysisError
from analysis.reading import DataFile, TextForm, load_data, parquet
from tests.analysis.reading.tables import CASES, read, values_of

AREAS = ["north", "NA", "", None, " ", "south", "N/A", "."]
SCORES = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, None, 8.0]
ENDINGS = ("csv", "xlsx", "arrow.parquet", "fast.parquet", "sav", "dta")


def written(folder: Path, ending: str, columns: dict[str, list[Any]]) -> Path:
    path = folder / f"table.{ending}"
    frame = pd.DataFrame(columns)
    texts = frame.assign(**{name: frame[name].fillna("") for name in frame if frame[name].dtype != float})
    writers = {
        "csv": lambda: frame.to_csv(path, index=False),
        "xlsx": lambda: frame.to_excel(path, index=False),
        "arrow.parquet": lambda: pq.write_table(pa.table(columns), path),
        "fast.parquet": lambda: fastparquet.write(str(path), frame),
        "sav": lambda: pyreadstat.write_sav(texts, str(path)),
        "dta": lambda: pyreadstat.write_dta(texts, str(path)),
    }
    writers[ending]()
    return path


@pytest.fixture(params=["pyarrow", "fastparquet"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Read Parquet with one of the two engines."""
    if request.param == "fastparquet":

        def absent(path: Path, missing: frozenset[str]) -> Any:
            raise ImportError

        monkeypatch.setattr(parquet, "_with_arrow", absent)
    return str(request.param)


@pytest.mark.parametrize("ending", ENDINGS)
def test_missing_values_are_the_same_in_each_format(tmp_path: Path, ending: str, engine: str) -> None:
    data = load_data(written(tmp_path, ending, {"area": AREAS, "score": SCORES}))
    assert values_of(data, "area") == ["north", None, None, None, None, "south", None, None]
    np.testing.assert_array_equal(data.table.numbers("score"), [1, 2, 3, 4, 5, 6, np.nan, 8])


@pytest.mark.parametrize("ending", ENDINGS)
def test_missing_words_can_be_stated_in_each_format(tmp_path: Path, ending: str) -> None:
    data = load_data(written(tmp_path, ending, {"area": AREAS, "score": SCORES}), TextForm(missing_words=(".",)))
    assert values_of(data, "area") == ["north", "NA", None, None, None, "south", "N/A", None]


def parquet_of(folder: Path, table: pa.Table) -> Path:
    path = folder / "table.parquet"
    pq.write_table(table, path)
    return path


def test_booleans_with_null_keep_their_levels(tmp_path: Path, engine: str) -> None:
    data = load_data(parquet_of(tmp_path, pa.table({"voted": [True, None, False, True]})))
    assert values_of(data, "voted") == [True, None, False, True]


def test_named_index_is_a_column(tmp_path: Path, engine: str) -> None:
    frame = pd.DataFrame({"score": [1, 2]}, index=pd.Index(["a", "b"], name="district"))
    frame.to_parquet(tmp_path / "table.parquet")
    assert values_of(load_data(tmp_path / "table.parquet"), "district") == ["a", "b"]


def test_named_index_that_counts_is_a_column(tmp_path: Path, engine: str) -> None:
    frame = pd.DataFrame({"score": [1, 2]}, index=pd.RangeIndex(5, 9, 2, name="person"))
    frame.to_parquet(tmp_path / "table.parquet")
    assert values_of(load_data(tmp_path / "table.parquet"), "person") == [5, 7]


def test_unnamed_index_is_no_column(tmp_path: Path, engine: str) -> None:
    pd.DataFrame({"score": [1, 2]}, index=[5, 7]).to_parquet(tmp_path / "table.parquet")
    assert load_data(tmp_path / "table.parquet").table.names == ("score",)


def test_half_floats_and_decimals_are_numbers(tmp_path: Path, engine: str) -> None:
    from decimal import Decimal

    halves = pa.array(np.array([1.5, 2.0], np.float16))
    table = pa.table({"half": halves, "price": [Decimal("1.25"), None]})
    data = load_data(parquet_of(tmp_path, table))
    assert data.table.numbers("half").tolist() == [1.5, 2.0]
    np.testing.assert_array_equal(data.table.numbers("price"), [1.25, np.nan])


def test_long_ids_with_null_keep_their_digits(tmp_path: Path, engine: str) -> None:
    data = load_data(parquet_of(tmp_path, pa.table({"id": [1234567890123456701, None]})))
    assert [str(x) for x in values_of(data, "id")] == ["1234567890123456701", "None"]


def test_categories_keep_their_order_and_labels(tmp_path: Path, engine: str) -> None:
    kind = pd.CategoricalDtype(["low", "mid", "high", "unused"], ordered=True)
    pd.DataFrame({"trust": pd.Categorical(["high", None, "low"], dtype=kind)}).to_parquet(tmp_path / "table.parquet")
    data = load_data(tmp_path / "table.parquet")
    assert values_of(data, "trust") == ["high", None, "low"]
    assert data.table.factor("trust").levels == ("low", "mid", "high", "unused")
    assert data.table.factor("trust").ordered


def test_dates_are_text_in_each_format(tmp_path: Path, engine: str) -> None:
    import datetime as dt

    days = [dt.date(2024, 1, 2), dt.date(1999, 5, 6)]
    frame = pd.DataFrame({"day": days})
    paths = [tmp_path / name for name in ("a.parquet", "a.sav", "a.dta", "a.xlsx")]
    pq.write_table(pa.table({"day": days}), paths[0])
    pyreadstat.write_sav(frame, str(paths[1]))
    pyreadstat.write_dta(frame, str(paths[2]))
    frame.to_excel(paths[3], index=False)
    for path in paths:
        assert values_of(load_data(path), "day") == ["2024-01-02", "1999-05-06"]


@pytest.mark.parametrize("name", ["far.dta", "far.sav"])
def test_dates_beyond_the_calendar_of_python_stay_text(name: str) -> None:
    data = load_data(CASES / name)
    assert values_of(data, "d") == ["2024-01-02", "11005-02-04"]
    assert data.table.numbers("s").tolist() == [1, 2]


def test_tagged_missing_values_of_stata_are_missing() -> None:
    np.testing.assert_array_equal(load_data(CASES / "tagged.dta").table.numbers("x"), [1, np.nan, np.nan, np.nan])


def book(folder: Path, *sheets: tuple[str, str, list[list[Any]]]) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, state, rows in sheets:
        sheet = made.create_sheet(title)
        sheet.sheet_state = state
        for row in rows:
            sheet.append(row)
    path = folder / "table.xlsx"
    made.save(path)
    return path


def read_book(folder: Path, *sheets: tuple[str, str, list[list[Any]]], form: TextForm | None = None) -> DataFile:
    return load_data(book(folder, *sheets), form)


OLD, NEW = [["score"], [1]], [["score"], [2]]


def test_hidden_sheets_are_never_read(tmp_path: Path) -> None:
    hidden = [("old", "hidden", OLD), ("older", "veryHidden", OLD), ("new", "visible", NEW)]
    assert read_book(tmp_path, *hidden).table.numbers("score").tolist() == [2]
    with pytest.raises(AnalysisError, match=r"a visible sheet 'old'.*but found 'new'"):
        read_book(tmp_path, *hidden, form=TextForm(sheet="old"))


def test_sheet_can_be_named_and_the_first_is_noted(tmp_path: Path) -> None:
    sheets = [("first", "visible", OLD), ("second", "visible", NEW)]
    assert read_book(tmp_path, *sheets, form=TextForm(sheet="second")).table.numbers("score").tolist() == [2]
    assert read_book(tmp_path, *sheets).notes == ("the sheet 'first', not 'second'",)


def test_sheets_that_are_not_read_are_named_in_one_note(tmp_path: Path) -> None:
    sheets = [("old", "hidden", OLD), ("new", "visible", NEW), ("codes", "visible", OLD)]
    assert read_book(tmp_path, *sheets).notes == ("the sheet 'new', not 'old' (hidden), 'codes'",)


LONG = 1234567890123456789


@pytest.mark.parametrize("name", ["long.xlsx", "long.csv"])
def test_long_ids_that_lost_digits_are_noted_and_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.endswith("csv"):
        path.write_text("id,y\n1.23457E+18,1\n1.23457E+18,2\n")
    else:
        made = openpyxl.Workbook()
        for row in (["id", "y"], [LONG, 1], [LONG + 1, 2]):
            made.active.append(row)
        made.save(path)
    assert "in id lacks digits (a code of this length must be text)" in load_data(path).notes[-1]
    with pytest.raises(AnalysisError, match=r"expected whole ids in column 'id' .* in line 2, of which"):
        load_data(path, as_text=["id"])


def test_long_ids_that_are_text_keep_their_digits(tmp_path: Path) -> None:
    data = read_book(tmp_path, ("s", "visible", [["id"], [str(LONG)], [str(LONG + 1)], ["5E20"]]))
    assert values_of(data, "id") == [str(LONG), str(LONG + 1), "5E20"]
    assert not data.notes


def test_workbook_codes_keep_the_zeros_that_excel_shows(tmp_path: Path) -> None:
    path = book(tmp_path, ("s", "visible", [["zip", "text"], [501, "007"]]))
    made = openpyxl.load_workbook(path)
    made.active["A2"].number_format = "00000"
    made.save(path)
    data = load_data(path)
    assert (values_of(data, "zip"), values_of(data, "text")) == (["00501"], ["007"])


def test_formula_without_a_stored_result_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match="a formula without one in cell B2"):
        read_book(tmp_path, ("s", "visible", [["a", "b"], [1, "=A2*2"]]))


def test_workbook_with_titles_and_ragged_cells_is_read(tmp_path: Path) -> None:
    data = read_book(tmp_path, ("s", "visible", [["Survey 2024"], [], ["id", "sex", "score"], [1, "F", 2], [2, "M"]]))
    assert data.table.names == ("id", "sex", "score")
    np.testing.assert_array_equal(data.table.numbers("score"), [2, np.nan])


@pytest.mark.parametrize("kind", ["string", "category"])
def test_parquet_notes_the_words_read_as_missing(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "answers.parquet"
    country = pd.Series(["NA", "DE", "NA", None, "FR"], dtype=kind)
    pd.DataFrame({"country": country, "y": [1, 2, 3, 4, 5]}).to_parquet(path)
    found = load_data(path)
    assert found.table.factor("country").levels == ("DE", "FR")
    assert "read as missing: 'NA' in country (2)" in "; ".join(found.notes)
    stated = load_data(path, TextForm(missing_words=()))
    assert not stated.notes
    assert set(stated.table.factor("country").levels) == {"DE", "FR", "NA"}


@pytest.mark.parametrize("error", ["#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!", "#N/A"])
def test_error_of_a_spreadsheet_is_missing_and_named(tmp_path: Path, error: str) -> None:
    sheet = ("s", "visible", [["x", "g"], [1, "a"], [error, error], [3, "b"]])
    path = tmp_path / "answers.csv"
    path.write_text(f"x,g\n1,a\n{error},{error}\n3,b\n")
    for data in (read_book(tmp_path, sheet), load_data(path)):
        np.testing.assert_array_equal(data.table.numbers("x"), [1, np.nan, 3])
        assert data.table.factor("g").levels == ("a", "b")
        assert f"'{error}' in g (1)" in "; ".join(data.notes)


def test_cells_merged_over_rows_are_named(tmp_path: Path) -> None:
    path = book(tmp_path, ("s", "visible", [["g", "y"], ["a", 1], [None, 2], ["b", 3]]))
    made = openpyxl.load_workbook(path)
    made.active.merge_cells("A2:A3")
    made.save(path)
    assert any("merged cells A2:A3" in note for note in load_data(path).notes)


def test_title_merged_in_one_row_needs_no_note(tmp_path: Path) -> None:
    path = book(tmp_path, ("s", "visible", [["Survey 2024"], [], ["g", "y"], ["a", 1], ["b", 3]]))
    made = openpyxl.load_workbook(path)
    made.active.merge_cells("A1:B1")
    made.save(path)
    assert not any("merged" in note for note in load_data(path).notes)


def test_date_that_no_calendar_has_is_missing_and_named(tmp_path: Path) -> None:
    path = book(tmp_path, ("s", "visible", [["day", "y"], [45322, 1], [10**10, 2]]))
    made = openpyxl.load_workbook(path)
    for cell in ("A2", "A3"):
        made.active[cell].number_format = "yyyy-mm-dd"
    made.save(path)
    data = load_data(path)
    assert values_of(data, "day") == ["2024-01-31", None]
    assert any("'#VALUE!' in day (1)" in note for note in data.notes)


def test_column_name_has_no_unseen_characters(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("\u200eage\u200f,\u2066sex\u2069\n1,2\n3,4\n", "utf-8")
    assert load_data(path).table.names == ("age", "sex")


LOCAL_ERRORS = {"#NV": "German", "#VALEUR!": "French", "#N/D": "Spanish", "#RIF!": "Italian", "#Н/Д": "Russian"}


@pytest.mark.parametrize("word", [*LOCAL_ERRORS, ".a", ".Z", "._", "\\N", "NaT"])
def test_missing_of_other_tools_is_missing_in_text(tmp_path: Path, word: str) -> None:
    data = read(tmp_path, f"x;g\n1;a\n{word};{word}\n3;b\n")
    np.testing.assert_array_equal(data.table.numbers("x"), [1, np.nan, 3])
    assert data.table.factor("g").levels == ("a", "b")
    assert f"'{word}' in g (1)" in "; ".join(data.notes)


@pytest.mark.parametrize("end", ["", ".0", ".", ".00"])
def test_long_ids_with_a_decimal_point_keep_their_digits(tmp_path: Path, end: str) -> None:
    data = read(tmp_path, f"id,y\n12345678901234567{end},1\n12345678901234568{end},2\n")
    assert len(set(values_of(data, "id"))) == 2
