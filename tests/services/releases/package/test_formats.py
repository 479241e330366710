"""Every data file holds the same counts in every program: R, PSPP, pyreadstat, pandas, Polars."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pandas as pd
import polars
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.releases.package.parquet import write_parquet
from app.services.releases.package.shortening import ELLIPSIS, shorten, utf8_bytes
from app.services.releases.package.spss import CaseStore, pack, write_sav
from app.services.releases.package.stata import LETTERS, write_dta
from app.services.releases.package.study import DataSet
from app.services.releases.package.text_table import write_csv
from tests.services.releases.package.making import LANGUAGES, LONG, make_data
from tests.services.releases.package.readers import Counts, count_in_pspp, count_in_r

CODED = [variable.name for variable in make_data(2).variables if variable.is_coded]
NUMBERS = [variable.name for variable in make_data(2).variables if not variable.is_coded]


@pytest.fixture(scope="module")
def data() -> DataSet:
    return make_data()


def true_counts(data: DataSet) -> Counts:
    found = {name: np.unique(data.columns[name], return_counts=True) for name in CODED}
    return {name: dict(zip(map(int, codes), map(int, n), strict=True)) for name, (codes, n) in found.items()}


def count_frame(frame: pd.DataFrame) -> Counts:
    return {name: {int(code): int(n) for code, n in frame[name].value_counts().items()} for name in CODED}


def store(path: Path, pieces: Iterable[bytes]) -> Path:
    path.write_bytes(b"".join(pieces))
    return path


def sav(data: DataSet, lang: str, folder: Path) -> Path:
    return store(folder / f"data.{lang}.sav", write_sav(data, lang, CaseStore(data)))


def dta(data: DataSet, lang: str, folder: Path) -> Path:
    return store(folder / f"data.{lang}.dta", write_dta(data, lang))


# --- the same frequencies and numbers everywhere


def test_csv_is_read_by_pandas(data: DataSet) -> None:
    frame = pd.read_csv(io.BytesIO(b"".join(write_csv(data))))
    assert list(frame) == [variable.name for variable in data.variables]
    assert count_frame(frame) == true_counts(data)
    for name in NUMBERS:
        np.testing.assert_array_equal(frame[name], data.columns[name])


def test_csv_is_read_by_polars(data: DataSet) -> None:
    frame = polars.read_csv(b"".join(write_csv(data)), infer_schema_length=None).to_pandas()
    assert count_frame(frame) == true_counts(data)


def test_parquet_is_read_by_polars(data: DataSet) -> None:
    frame = polars.read_parquet(io.BytesIO(write_parquet(data))).to_pandas()
    assert count_frame(frame) == true_counts(data)
    for name in NUMBERS:
        np.testing.assert_array_equal(frame[name], data.columns[name])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sav_is_read_by_pyreadstat(data: DataSet, lang: str, tmp_path: Path) -> None:
    frame, about = pyreadstat.read_sav(sav(data, lang, tmp_path), user_missing=True)
    assert count_frame(frame) == true_counts(data)
    for name in NUMBERS:
        np.testing.assert_array_equal(frame[name], data.columns[name])
    for variable in data.variables:
        stated = {code.value: code.label[lang] for code in variable.codes}
        assert about.variable_value_labels.get(variable.name, {}) == stated
        assert about.variable_measure[variable.name] == variable.measure
        assert (variable.name in about.missing_ranges) == bool(variable.missing)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_dta_is_read_by_pyreadstat(data: DataSet, lang: str, tmp_path: Path) -> None:
    frame, about = pyreadstat.read_dta(dta(data, lang, tmp_path), user_missing=True)
    codes = {letter: code for code, letter in LETTERS.items()}
    plain = frame.assign(**{name: frame[name].map(lambda value: codes.get(value, value)) for name in CODED})
    assert count_frame(plain) == true_counts(data)
    for name in NUMBERS:
        np.testing.assert_array_equal(frame[name].astype(float), data.columns[name])
    for variable in data.variables:
        stated = {LETTERS.get(code.value, code.value): code.label[lang] for code in variable.codes}
        assert about.variable_value_labels.get(variable.name, {}) == stated


def test_dta_is_read_by_pandas(data: DataSet, tmp_path: Path) -> None:
    with pd.read_stata(dta(data, "en", tmp_path), iterator=True, convert_categoricals=False) as reader:
        frame = reader.read()
        labels = reader.value_labels()
    valid = data.columns["B1"] > 0
    np.testing.assert_array_equal(frame["B1"][valid], data.columns["B1"][valid])
    assert labels["B1"][1] == "Answer 1 (en)"


@pytest.mark.slow
@pytest.mark.parametrize("write", [sav, dta])
def test_in_r_every_code_has_its_label(
    data: DataSet, write: Callable[[DataSet, str, Path], Path], tmp_path: Path
) -> None:
    assert count_in_r(write(data, "ar", tmp_path), tmp_path) == true_counts(data)


@pytest.mark.slow
def test_sav_is_read_by_pspp(data: DataSet, tmp_path: Path) -> None:
    assert count_in_pspp(sav(data, "ar", tmp_path), CODED, tmp_path) == true_counts(data)


# --- the same bytes, and what does not fit


def test_the_cases_are_the_same_bytes_in_every_language(data: DataSet) -> None:
    cases = CaseStore(data)
    files = [b"".join(write_sav(data, lang, cases)) for lang in LANGUAGES]
    assert all(file.endswith(b"".join(cases.pieces)) for file in files)
    assert len(set(files)) == len(LANGUAGES)


def test_no_file_holds_the_moment_at_which_it_was_made(data: DataSet, monkeypatch: pytest.MonkeyPatch) -> None:
    before = b"".join(write_sav(data, "en", CaseStore(data)))
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    assert b"".join(write_sav(data, "en", CaseStore(data))) == before
    assert b"02 May 26" in before
    assert b"02 May 2026 00:00" in b"".join(write_dta(data, "en"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_long_questions_are_shortened_on_purpose(data: DataSet, lang: str, tmp_path: Path) -> None:
    _, in_spss = pyreadstat.read_sav(sav(data, lang, tmp_path), metadataonly=True)
    _, in_stata = pyreadstat.read_dta(dta(data, lang, tmp_path), metadataonly=True)
    whole = " ".join(LONG[lang].split())
    for label in (in_spss.column_names_to_labels["B1"], in_stata.column_names_to_labels["B1"]):
        assert label.endswith(ELLIPSIS)
        assert whole.startswith(label.removesuffix(ELLIPSIS))


@given(st.text(st.characters(codec="utf-8", categories=("L", "M", "N", "P", "Zs")), max_size=200), st.integers(4, 60))
def test_shortened_text_fits_and_keeps_letters_with_accents(text: str, most: int) -> None:
    short = shorten(text, most, utf8_bytes)
    whole = " ".join(text.split())
    assert utf8_bytes(short) <= most
    if short != whole:
        kept = short.removesuffix(ELLIPSIS)
        assert whole.startswith(kept)
        following = whole[len(kept) :].lstrip()[:1]
        assert not kept or not unicodedata.category(following).startswith("M")


@given(st.lists(st.one_of(st.integers(-200, 300).map(float), st.floats(-1e6, 1e6), st.just(float("nan"))), max_size=50))
def test_packed_cases_unpack_unchanged(values: list[float]) -> None:
    cells = np.array(values, "<f8")
    np.testing.assert_array_equal(unpack(pack(cells), len(cells)), cells)


def unpack(packed: bytes, cells: int) -> np.ndarray:
    """Unpack the compressed data of a `.sav`, code by code, as PSPP's documentation describes it."""
    found: list[float] = []
    place = 0
    while place < len(packed):
        codes, place = packed[place : place + 8], place + 8
        for code in codes:
            if code == 253:
                found.append(float(np.frombuffer(packed, "<f8", 1, place)[0]))
                place += 8
            elif code == 255:
                found.append(float("nan"))
            elif code:
                found.append(code - 100.0)
    return np.array(found[:cells])


@pytest.mark.parametrize("rows", [0, 1, 7, 8, 9])
def test_few_records_are_written_as_well(rows: int, tmp_path: Path) -> None:
    data = make_data(rows)
    assert len(pd.read_csv(io.BytesIO(b"".join(write_csv(data))))) == rows
    assert len(pyreadstat.read_sav(sav(data, "en", tmp_path))[0]) == rows
    assert len(pyreadstat.read_dta(dta(data, "en", tmp_path))[0]) == rows
