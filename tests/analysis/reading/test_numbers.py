"""Numbers are read by a grammar: codes stay codes, and assumed signs are noted."""

from pathlib import Path

import pytest

from analysis.reading import TextForm, load_data
from tests.analysis.reading.tables import CASES, read, refusal, values_of

CODES = {
    "leading zeros": ["00501", "10001"],
    "underscores": ["12_1", "13_2"],
    "letter E": ["1e2", "2e1"],
    "inf": ["inf", "-inf"],
    "infinity": ["Infinity", "INF"],
    "Arabic digits": ["١٢", "٣"],
    "hexadecimal": ["0x10", "0x1F"],
    "19 digits": ["1234567890123456700", "1234567890123456701"],
    "17 digits": ["12345678901234567", "12345678901234568"],
    "groups of three codes": ["101 102", "101 103"],
    "dates": ["12.05.2024", "13.05.2024"],
    "percent": ["45%", "50%"],
}


@pytest.mark.parametrize("name", CODES)
def test_codes_stay_as_they_are_written(tmp_path: Path, name: str) -> None:
    data = read(tmp_path, "code,x\n" + "".join(f"{code},1\n" for code in CODES[name]))
    assert values_of(data, "code") == CODES[name]


def test_ids_keep_each_cell_when_asked_for_as_text(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("id,x\n1.50,1\n+2,2\nNA,3\n", encoding="utf-8")
    assert values_of(load_data(path, as_text=("id",)), "id") == ["1.50", "+2", "NA"]


NUMBERS = {
    "plain": ("1\n-2.5\n+3\n.5\n6.\n", [1, -2.5, 3, 0.5, 6]),
    "exponents of R": ("1e-05\n1e+05\n", [1e-05, 1e5]),
    "exponent of Rust": ("1.5e20\n2.5\n", [1.5e20, 2.5]),
    "thousands": ('"1,250"\n"12,400.5"\n', [1250, 12400.5]),
    "no-break space": ("1\u00a0250\n", [1250]),
    "apostrophe": ("1'250'000\n", [1250000]),
    "16 digits in a float": ("0.1234567890123456\n", [0.1234567890123456]),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_of_the_grammar_are_read(tmp_path: Path, name: str) -> None:
    content, expected = NUMBERS[name]
    assert read(tmp_path, f"x\n{content}").table.numbers("x").tolist() == expected


@pytest.mark.parametrize("form", [None, TextForm(decimal=",")])
def test_point_is_for_thousands_beside_a_decimal_comma(form: TextForm | None) -> None:
    data = load_data(CASES / "thousands.csv", form)
    assert data.table.numbers("pay").tolist() == [1250, 2400]
    assert data.table.numbers("weight").tolist() == [0.75, 1.25]
    assert "'1.250' in pay is 1250 (thousands)" in data.notes


def test_two_possible_decimal_signs_are_refused(tmp_path: Path) -> None:
    assert "state decimal" in refusal(tmp_path, "a;b\n1.250;1,250\n2.300;3,400\n")


@pytest.mark.parametrize(("text", "sign"), [("1.250", "."), ("1,250", ",")])
def test_guessed_decimal_sign_is_noted(tmp_path: Path, text: str, sign: str) -> None:
    data = read(tmp_path, f"a;b\n1;{text}\n")
    assert data.table.numbers("b").tolist() == [1.25]
    assert f"decimal sign '{sign}', a guess" in data.notes


def test_comma_file_keeps_its_decimal_point(tmp_path: Path) -> None:
    data = read(tmp_path, 'a,b\n1,"1,3"\n2,"2,4"\n')
    assert values_of(data, "b") == ["1,3", "2,4"]


def test_word_in_a_column_of_numbers_is_known_by_line(tmp_path: Path) -> None:
    word = read(tmp_path, 'a,b\n1,"two\nlines"\n2,x\noften,y\n').words["a"]
    assert (word.row, word.line, word.text) == (3, 5, "often")


def test_wrong_decimal_sign_is_advised(tmp_path: Path) -> None:
    data = read(tmp_path, "id;weight\n1;0,75\n", TextForm(decimal="."))
    assert data.words["weight"].advice.startswith("state decimal: ','")
