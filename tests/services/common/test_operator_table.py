"""Operators' tables as local programs write them: separators, signs, encodings, headers, workbooks; or a refusal."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

from app.errors import BadTable
from app.services.communities.population import Level, read_levels
from app.services.communities.workforce import read_staff
from app.services.scorecards.upload_rows import read_noted, read_rows, upload_text

HEAD = "variable,level,count,share,moe90,source,year\n"


def read(content: bytes | str) -> list[tuple[str, float | None, float | None, float | None]]:
    return [(each.level, each.count, each.share, each.moe90) for each in read_levels("t.csv", content)[0]]


def test_german_excel_is_read_with_its_signs() -> None:
    text = (
        "Variable;Level;Share;MOE90;Source;Year\ngender;1;0,48;0,01;Zensus Köln;2023\ngender;2;52 %;1 %;Zensus;2023\n"
    )
    levels, notes = read_levels("t.csv", text.encode("cp1252"))
    assert [(each.share, each.moe90, each.source) for each in levels] == [
        (0.48, 0.01, "Zensus Köln"),
        (0.52, 0.01, "Zensus"),
    ]
    line = "; ".join(notes)
    for word in ("cp1252", "separated by ';'", "decimal comma", "percent signs", "Variable, Level, Share"):
        assert word in line


@pytest.mark.parametrize(
    "text",
    [
        "variable;level;count;source;year\nage;1;12.400;S;2023\nage;2;950;S;2023\n",
        "variable;level;count;source;year\nage;1;12,400;S;2023\nage;2;950;S;2023\n",
        "variable;level;count;source;year\nage;1;12 400;S;2023\nage;2;950;S;2023\n",
        'variable,level,count,source,year\nage,1,"12,400",S,2023\nage,2,950,S,2023\n',
        "variable\tlevel\tcount\tsource\tyear\nage\t1\t12'400\tS\t2023\nage\t2\t950\tS\t2023\n",
    ],
)
def test_signs_between_thousands_are_no_decimals(text: str) -> None:
    levels, notes = read_levels("t.csv", text)
    assert [each.count for each in levels] == [12400, 950]
    assert "signs between thousands" in notes


@pytest.mark.parametrize("number", ["12.400", "1.000"])
def test_a_count_that_may_be_thousands_is_refused(number: str) -> None:
    text = f"variable,level,count,source,year\nage,1,{number},S,2023\nage,2,950,S,2023\n"
    with pytest.raises(
        BadTable, match=f"line 2: expected count without a sign that may part thousands, found '{number}'"
    ):
        read_levels("t.csv", text)
    with pytest.raises(BadTable, match="line 2: expected count without"):
        read_staff("t.csv", f"agency,variable,level,count,source,year\npolice,age,1,{number},S,2023\n")


def test_points_and_commas_that_are_both_unclear_are_refused() -> None:
    text = "variable;level;count;moe90;source;year\nage;1;12.400;1,250;S;2023\n"
    with pytest.raises(BadTable, match="expected one decimal sign in the table"):
        read_levels("t.csv", text)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252"])
def test_common_encodings_are_read(encoding: str) -> None:
    text = HEAD + "gender,1,48000,,,Recensement é,2023\ngender,2,52000,,,Recensement é,2023\n"
    assert {each.source for each in read_levels("t.csv", text.encode(encoding))[0]} == {"Recensement é"}
    text_again, notes = upload_text("t.csv", text.encode(encoding))
    assert text_again == text
    assert bool(notes) is (not encoding.startswith("utf-8"))


def test_a_column_that_is_there_twice_is_refused() -> None:
    text = "variable,level,count,count,source,year\ngender,man,48000,1,Census,2023\ngender,woman,52000,2,Census,2023\n"
    for content in (text, text.replace("count,count", "Count, count ")):
        with pytest.raises(BadTable, match=r"each column.* once.* found .*count.* several times"):
            read_levels("population.csv", content)
        with pytest.raises(BadTable, match="several times"):
            read_rows("measures.csv", content.encode(), ["level"])


def test_lines_of_commas_are_passed_over() -> None:
    text = HEAD + "gender,1,48000,,,Census,2023\ngender,2,52000,,,Census,2023\n,,,,,,\n,,,,,,\n"
    assert read(text) == [("1", 48000, None, None), ("2", 52000, None, None)]


@pytest.mark.parametrize("inside", ["\n", "\u2028", "\x0b", "\x85"])
def test_a_break_inside_a_cell_stays(inside: str) -> None:
    text = HEAD + f'gender,1,48000,,,"Census table{inside}first page",2023\ngender,2,52000,,,Census,2023\n'
    levels, _ = read_levels("t.csv", text)
    assert [each.source for each in levels] == [f"Census table{inside}first page", "Census"]
    assert levels[1].line == (4 if inside == "\n" else 3)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('gender,2,52000,,,"Census,2023\n', "line 3: expected a closing quote for each opening quote"),
        ('gender,2,52000,,,"Cen"sus,2023\n', "line 3: expected a separator after each closing quote"),
        ("gender,2,52000\n", "line 3: expected 7 fields"),
    ],
)
def test_a_broken_line_is_refused_by_its_number(row: str, said: str) -> None:
    with pytest.raises(BadTable, match=said):
        read_levels("t.csv", HEAD + "gender,1,48000,,,Census,2023\n" + row)


def test_unknown_number_is_never_zero() -> None:
    for word in ("NA", "-", "*****", "inf", "1_0"):
        with pytest.raises(BadTable, match="line 2: expected a number of people in count"):
            read_levels("t.csv", HEAD + f"gender,1,{word},,,Census,2023\ngender,2,5,,,Census,2023\n")
    with pytest.raises(BadTable, match="gender: expected a margin for each level or for none, found none for 2"):
        read_levels("t.csv", HEAD + "gender,1,48000,,120,Census,2023\ngender,2,52000,,,Census,2023\n")


def test_only_the_visible_sheet_of_a_workbook_is_read() -> None:
    book, file = Workbook(), io.BytesIO()
    hidden = book.active
    assert hidden is not None
    hidden.append(["variable", "level", "count", "source", "year"])
    hidden.append(["gender", 1, 1, "Old", 1990])
    hidden.sheet_state = "hidden"
    sheet = book.create_sheet("Shares")
    sheet.append(["Variable", "Level", "Share", "Source", "Year"])
    sheet.append(["gender", 1, 0.475, "Census", 2023])
    sheet.append([None] * 5)
    sheet.append(["gender", 2, 0.525, "Census", 2023])
    book.save(file)
    assert read(file.getvalue()) == [("1", None, 0.475, None), ("2", None, 0.525, None)]
    text, _ = upload_text("t.xlsx", file.getvalue())
    assert [each.line for each in read_levels("t", text)[0]] == [2, 4]


def test_figures_of_staff_are_read_with_local_signs() -> None:
    text = "Measure;Agency;Period;Numerator;Denominator\n1.1;police;2026-Q1;1.250,5;2.500\n"
    rows, notes = read_noted("m.csv", text.encode(), ["measure", "agency", "period"])
    assert rows == [
        (2, {"measure": "1.1", "agency": "police", "period": "2026-Q1", "numerator": "1250.5", "denominator": "2500"})
    ]
    assert "decimal comma" in notes


def test_two_kinds_in_one_variable_are_refused() -> None:
    with pytest.raises(BadTable, match="gender: expected counts or shares throughout, found both"):
        read_levels("t.csv", HEAD + "gender,1,48000,,,Census,2023\ngender,2,,0.52,,Census,2023\n")
    assert isinstance(read_levels("t.csv", HEAD + "gender,1,48000,,,Census,2023\n")[0][0], Level)
