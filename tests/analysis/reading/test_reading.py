"""Data files of every kind in which people send them."""

import contextlib
from pathlib import Path

import fastparquet
import numpy as np
import pandas as pd
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import AnalysisError
from analysis.reading import TextForm, load_data
from analysis.reading.encodings import detected_encoding

ROWS = "town;score;share\nMünchen;4;0,5\nKöln;;1,25\n"
COMMA = "town,score,share\nMünchen,4,0.5\nKöln,,1.25\n"


def check_is_read(path: Path, form: TextForm | None = None) -> None:
    data = load_data(path, form)
    assert data.table.names == ("town", "score", "share")
    assert data.table.factor("town").levels == ("Köln", "München")
    np.testing.assert_array_equal(data.table.numbers("score"), [4, np.nan])
    np.testing.assert_array_equal(data.table.numbers("share"), [0.5, 1.25])


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("cp1252", b""),
    ],
)
@pytest.mark.parametrize(
    "text", [ROWS, COMMA, ROWS.replace(";", "\t"), ROWS.replace("\n", "\r\n"), COMMA.replace(",", "|")]
)
def test_encoding_separator_and_decimal_sign_are_found(tmp_path: Path, encoding: str, mark: bytes, text: str) -> None:
    path = tmp_path / "answers.csv"
    path.write_bytes(mark + text.encode(encoding))
    check_is_read(path)


def test_form_of_a_text_file_is_returned(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_bytes(ROWS.encode("utf-16"))
    assert load_data(path).form == TextForm("utf-16", ";", ",")


def test_stated_form_goes_before_the_found_one(tmp_path: Path) -> None:
    path = tmp_path / "answers.txt"
    path.write_text("a;b\n1,5;2\n", encoding="utf-8")
    assert load_data(path, TextForm(separator=";", decimal=".")).table.factor("a").levels == ("1,5",)


def test_codes_with_leading_zeros_stay_text(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text('zip,place\n00501,"Holtsville, NY"\n10001,"New York"\n', encoding="utf-8")
    table = load_data(path).table
    assert table.factor("zip").levels == ("00501", "10001")
    assert "Holtsville, NY" in table.factor("place").levels


@pytest.mark.parametrize("name", ["answers.parquet", "answers.sav", "answers.dta"])
def test_parquet_spss_and_stata_are_read(tmp_path: Path, name: str) -> None:
    frame = pd.DataFrame({"town": ["München", "Köln"], "score": [4.0, np.nan], "share": [0.5, 1.25]})
    path = tmp_path / name
    write = {
        ".parquet": lambda: fastparquet.write(str(path), frame),
        ".sav": lambda: pyreadstat.write_sav(frame, str(path)),
        ".dta": lambda: pyreadstat.write_dta(frame, str(path)),
    }
    write[path.suffix]()
    check_is_read(path)


def test_labels_come_along_and_user_missing_codes_are_missing(tmp_path: Path) -> None:
    frame = pd.DataFrame({"trust": [1.0, 2.0, 9.0, 98.0], "name": ["a", "b", "c", "d"]})
    path = tmp_path / "answers.sav"
    pyreadstat.write_sav(
        frame,
        str(path),
        variable_value_labels={"trust": {1: "low", 2: "high", 9: "refused"}},
        missing_ranges={"trust": [9, {"lo": 97, "hi": 99}]},
    )
    data = load_data(path)
    np.testing.assert_array_equal(data.table.numbers("trust"), [1, 2, np.nan, np.nan])
    assert data.labels == {"trust": {1.0: "low", 2.0: "high"}}


def test_missing_codes_of_stata_are_missing(tmp_path: Path) -> None:
    frame = pd.DataFrame({"trust": [1, 2, "a"]}, dtype=object)
    path = tmp_path / "answers.dta"
    pyreadstat.write_dta(frame, str(path), missing_user_values={"trust": ["a"]})
    np.testing.assert_array_equal(load_data(path).table.numbers("trust"), [1, 2, np.nan])


BAD = [
    ("answers.csv", b"", "but found an empty file"),
    ("answers.csv", b"\n \n", "but found an empty file"),
    ("answers.csv", bytes(range(256)) * 20, "expected text with columns"),
    ("answers.csv", b"a,b\n", "at least one line below the header"),
    ("answers.csv", b"a,b\n1,2\n3\n", "expected 2 fields separated by ',' on each line"),
    ("answers.csv", b"a,a\n1,2\n", "each column name once"),
    ("answers.csv", b"a,b,\n1,2,3\n", "a name for each column"),
    ("answers.parquet", b"no parquet here", "expected a Parquet file"),
    ("answers.sav", b"nothing of the kind", "expected a file of SPSS"),
    ("answers.dta", b"nothing of the kind", "expected a file of Stata"),
    ("answers.xlsx", b"PK", "expected an .xlsx workbook"),
    ("answers.xls", b"PK", "expected a file ending in '.csv'"),
]


@pytest.mark.parametrize(("name", "content", "expected"), BAD)
def test_unreadable_file_is_refused_in_one_sentence(tmp_path: Path, name: str, content: bytes, expected: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(AnalysisError) as refused:
        load_data(path)
    assert expected in str(refused.value)
    assert "\n" not in str(refused.value)


def test_missing_file_and_directory_are_refused(tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match="but found nothing there"):
        load_data(tmp_path / "nothing.csv")
    with pytest.raises(AnalysisError, match="but found a directory"):
        load_data(tmp_path)


def test_wrong_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_bytes("stadt\nKöln\n".encode("cp1252"))
    with pytest.raises(AnalysisError, match="text in the encoding utf-8"):
        load_data(path, TextForm(encoding="utf-8"))
    with pytest.raises(AnalysisError, match="the encoding to be one of"):
        load_data(path, TextForm(encoding="klingon"))


@given(st.binary(max_size=300))
def test_no_bytes_at_all_break_the_reader(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "answers.csv"
    path.write_bytes(content)
    with contextlib.suppress(AnalysisError):
        assert load_data(path).table.rows > 0


@given(
    st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=0x24F), min_size=4),
    st.sampled_from(["utf-8-sig", "utf-16"]),
)
def test_encoding_with_a_bom_is_always_found(text: str, encoding: str) -> None:
    raw = text.encode(encoding)
    found = detected_encoding(raw)
    assert found is not None
    assert raw.decode(found) == text
