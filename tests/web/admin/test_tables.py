"""The preview of a table shows every refused row with its reason, and stores nothing."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import Workbook

from app.records.communities import get_community
from app.records.database import reading
from app.records.population import PopulationShare, population_of
from tests.services.communities.test_population import POPULATION
from tests.web.admin.people import Office, Person

PAGE = "/staff/communities/river-city/population"
BROKEN = """variable,level,count,share,moe90,source,year
age,1,many,,120,ACS 2025,2025
age,2,7000,,150,ACS 2025,2025
age,2,7000,,150,,2025
gender,1,,1.4,,ACS 2025,twenty
"""


def looks_at(office: Office, table: bytes | str) -> Person:
    content = table.encode() if isinstance(table, str) else table
    return office.olga.visits(PAGE).fills_in(files={"table": ("population.csv", content)})


def loaded(office: Office) -> list[PopulationShare]:
    with reading(office.engine) as session:
        return population_of(session, get_community(session, "river-city").id or 0)


def test_good_table_is_previewed_and_stored_after_confirmation(office: Office) -> None:
    olga = looks_at(office, POPULATION)
    assert olga.status == 200
    assert "age: 2 levels, ACS 2025, 2025; new" in olga.text
    assert loaded(office) == []
    olga.fills_in(f"{PAGE}/load")
    assert olga.path == "/staff/communities/river-city"
    assert "The table is stored." in olga.text
    assert [(row.variable, row.level, row.count) for row in loaded(office)][:2] == [
        ("age", "1", 5000),
        ("age", "2", 7000),
    ]
    again = looks_at(office, POPULATION)
    assert "replaces 2 levels" in again.text


def test_a_workbook_is_read_like_the_text_of_its_first_sheet(office: Office) -> None:
    book, file = Workbook(), io.BytesIO()
    for line in csv.reader(POPULATION.splitlines()):
        book.active.append(line)
    book.save(file)
    olga = looks_at(office, file.getvalue())
    assert olga.status == 200
    assert "age: 2 levels, ACS 2025, 2025; new" in olga.text
    olga.fills_in(f"{PAGE}/load")
    assert next((row.variable, row.level, row.count) for row in loaded(office)) == ("age", "1", 5000)


def test_every_refused_row_is_shown_with_its_line_and_reason(office: Office) -> None:
    olga = looks_at(office, BROKEN)
    assert olga.status == 422
    assert olga.title.startswith("Error: ")
    rows = [[cell.text_content() for cell in row] for row in olga.page.xpath("//tbody/tr")]
    assert {row[0] for row in rows} == {"2", "4", "5"}
    assert ["2", "expected a number of people in count, found 'many'", "age,1,many,,120,ACS 2025,2025"] in rows
    assert not olga.page.xpath("//form[contains(@action, 'load')]")
    assert office.last_act.facts["refused"] == len(rows)
    assert loaded(office) == []


def test_row_with_two_errors_is_counted_once(office: Office) -> None:
    twice = "variable,level,count,share,moe90,source,year\nage,1,many,,few,ACS 2025,2025\nage,2,10,,1,ACS 2025,2025\n"
    olga = looks_at(office, twice)
    assert len(olga.page.xpath("//tbody/tr")) == 2
    assert olga.heading == "Nothing was stored: 1 row cannot be used"


def test_level_that_stands_twice_is_not_added_up(office: Office) -> None:
    line = "age,1,400,,10,ACS 2025,2025\n"
    olga = looks_at(office, f"variable,level,count,share,moe90,source,year\n{line}{line}")
    assert "expected each level once, found age 1 again" in olga.text
    assert loaded(office) == []


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (b"", "Choose a file"),
        (b"   \n ", "Choose a file"),
        (b"\xff\xfe\x00", "or a CSV file in UTF-8"),
        (b"PK\x03\x04 no workbook", "expected an .xlsx workbook, found something else"),
        (b"a,b\n1,2\n", "expected the columns variable"),
        (b"variable,level,source,year\n", "expected at least one row"),
    ],
)
def test_file_that_is_no_table_is_refused_in_a_sentence(office: Office, table: bytes, said: str) -> None:
    assert said in looks_at(office, table).text
    assert office.olga.status == 422


def test_table_changed_after_the_preview_is_checked_again(office: Office) -> None:
    looks_at(office, POPULATION)
    assert office.olga.fills_in(f"{PAGE}/load", table=BROKEN).status == 422
    assert loaded(office) == []


def test_a_table_that_is_too_large_is_refused(office: Office) -> None:
    assert looks_at(office, b"x" * (5 * 1024 * 1024)).status == 413


def test_text_of_a_file_is_escaped(office: Office) -> None:
    olga = looks_at(office, POPULATION.replace("ACS 2025", "<script>alert(1)</script>"))
    assert "<script>alert" not in olga.answer.text
    assert "<script>alert(1)</script>" in olga.text
