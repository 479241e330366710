"""Text files that are broken in form are refused with the line."""

from pathlib import Path

import pytest

from tests.analysis.reading.tables import read, refusal, values_of

BROKEN = {
    "unclosed quote": ('a,b\n1,"x\n2,y\n', "a closing quote for each opening quote", "quote on line 2"),
    "unclosed quote late": ('a,b\n1,x\n2,y\n3,"z\n', "a closing quote", "quote on line 4"),
    "text after a quote": ('a,b\n1,x\n2,"y" z\n', "a separator after each closing quote", "line 3"),
    "backslash before a quote": ('a,b\n1,"say \\"hi\\""\n', "a separator after each closing quote", "line 2"),
    "row too long": ("a,b\n1,2\n3,4,5\n", "2 fields separated by ','", "3 on line 3"),
    "row too short": ("a;b;c\n1;2;3\n4;5\n", "3 fields separated by ';'", "2 on line 3"),
    "tab row": ("a\tb\n1\t2\n3\t4\t5\n", "separated by 'tab'", "3 on line 3"),
    "one name twice": ("a,b,a\n1,2,3\n", "each column name once in the header", "'a' several times on line 1"),
    "a column without a name": ("a,,c\n1,2,3\n", "a name for each column", "none for column 2 on line 1"),
    "zero character": ("a,b\n1,x\n2,y\x00\n", "text without zero characters", "one on line 3"),
    "bytes of another encoding": (b"a,b\n1,\xc3\xa9\n2,\xc3\xbc\n3,\xff\n", "text in the encoding utf-8", "on line 4"),
    "cut inside a character": ("a,b\n1,é\n2,ü".encode()[:-1], "text in the encoding utf-8", "on line 3"),
    "half a character of UTF-16": ("a,b\n1,é\n".encode("utf-16")[:-1], "text in the encoding utf-16", "on line"),
    "rows inside a quote": (
        'id,note,score\n1,"good,3\n2,bad",4\n3,fine,5\n',
        "quotes that belong to one cell",
        "a quote on line 2 that swallows the rows down to line 3",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_file_is_refused_with_the_line(tmp_path: Path, name: str) -> None:
    content, expected, place = BROKEN[name]
    stated = refusal(tmp_path, content)
    assert expected in stated
    assert place in stated


def test_swallowed_rows_of_words_are_refused(tmp_path: Path) -> None:
    rows = "".join(f"{'north' if k % 2 else 'south'},{'yes' if k % 3 else 'no'},words {k}\n" for k in range(12))
    assert "swallows" in refusal(tmp_path, f'area,vote,note\n{rows}north,"yes,words 9\nsouth,no",words 10\n')


def test_quoted_line_breaks_with_commas_are_preserved(tmp_path: Path) -> None:
    data = read(tmp_path, 'id,note,score\n1,"Well, no\nBut then, yes",5\n3,ok,5\n')
    assert values_of(data, "note") == ["Well, no\nBut then, yes", "ok"]


def test_rare_line_separators_stay_inside_a_cell(tmp_path: Path) -> None:
    data = read(tmp_path, "id,note\n1,a\u2028b\n2,c\x0bd\n3,e\x0cf\n4,g\x85h\n5,i\x1cj\n")
    assert values_of(data, "note") == ["a\u2028b", "c\x0bd", "e\x0cf", "g\x85h", "i\x1cj"]


def test_empty_and_comma_lines_at_the_end_pass(tmp_path: Path) -> None:
    data = read(tmp_path, "id,sex\n1,F\n2,M\n,\n,\n\n\n")
    assert data.table.rows == 2
    assert data.notes == ()


def test_comma_lines_between_rows_are_noted(tmp_path: Path) -> None:
    data = read(tmp_path, "id,sex\n1,F\n,\n2,M\n")
    assert data.table.rows == 2
    assert data.notes == ("1 line of separators only passed over",)


@pytest.mark.parametrize("content", ["a,b,\n1,2,\n3,4,\n", "a,b\n1,2,\n3,4,\n", "a,b,,\n1,2,,\n3,4,,\n"])
def test_empty_columns_at_the_end_are_dropped(tmp_path: Path, content: str) -> None:
    assert read(tmp_path, content).table.names == ("a", "b")


def test_one_longer_row_with_an_empty_end_is_refused(tmp_path: Path) -> None:
    assert "4 on line 2" in refusal(tmp_path, "name,score,note\nDoe, John,5,\nRoe,4,x\n")


@pytest.mark.parametrize("first", ["sep=;\n", '"sep=;"\n', "SEP=;\r\n"])
def test_separator_line_of_excel_is_taken(tmp_path: Path, first: str) -> None:
    data = read(tmp_path, f"{first}a;b\n1;2,5\n")
    assert data.table.names == ("a", "b")
    assert data.table.numbers("b").tolist() == [2.5]


@pytest.mark.parametrize("title", ["Survey 2024\n\n", "Survey 2024,,\n", "Survey 2024\nSpring\n\n"])
def test_title_lines_are_skipped_with_a_note(tmp_path: Path, title: str) -> None:
    data = read(tmp_path, f"{title}id,sex,score\n1,F,2\n2,M,3\n")
    assert data.table.names == ("id", "sex", "score")
    assert "of title" in data.notes[0]


def test_title_that_may_be_a_header_is_refused(tmp_path: Path) -> None:
    assert "name it: data: {file: ..., header: 3}" in refusal(tmp_path, "name\nDoe, John\nRoe, Jane\n")


def test_space_before_a_quote_is_no_part_of_the_cell(tmp_path: Path) -> None:
    data = read(tmp_path, 'a, b\n1, "x, y"\n')
    assert values_of(data, "b") == ["x, y"]


def test_header_names_lose_line_breaks_and_spaces(tmp_path: Path) -> None:
    assert read(tmp_path, '"How\n much?", b \n1,2\n').table.names == ("How much?", "b")


def test_end_of_file_character_of_dos_is_no_row(tmp_path: Path) -> None:
    data = read(tmp_path, b"a,b\r\n1,x\r\n2,y\r\n\x1a")
    assert values_of(data, "b") == ["x", "y"]
