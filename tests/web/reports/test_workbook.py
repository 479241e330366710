"""The workbook of a report: every figure of the document, no formula, the same bytes when it is made again."""

from __future__ import annotations

import copy
import io
import time
from dataclasses import replace
from typing import Any

import pytest
from openpyxl import load_workbook

from app.web.reports.csv_export import COLUMNS
from app.web.reports.page_set import read_report
from app.web.reports.workbook import to_workbook
from tests.web.reading import Page
from tests.web.reports.making import LANGUAGES, make_frozen
from tests.web.reports.stored_reports import ADDRESS
from tests.web.service import Service


def read_sheets(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    book = load_workbook(io.BytesIO(content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def as_floats(pair: tuple[Any, Any]) -> tuple[float, ...]:
    return tuple(float("-inf") if each is None else float(each) for each in pair)


def make_book(lang: str = "en") -> bytes:
    return to_workbook(read_report(make_frozen(), lang))


def test_workbook_holds_every_shown_figure_of_the_document() -> None:
    rows = [row for name, sheet in list(read_sheets(make_book()).items())[1:] for row in sheet[2:]]
    value, low = COLUMNS.index("value"), COLUMNS.index("low")
    cells = [
        row["cell"]
        for section in make_frozen().report.document["sections"]
        if section["name"] != "method"
        for table in section["tables"]
        for row in table["rows"]
    ]
    shown = [(cell["value"], cell["low"]) for cell in cells if cell["shown"]]
    written = [(row[value], row[low]) for row in rows if row[value] is not None]
    assert sorted(map(as_floats, shown)) == sorted(map(as_floats, written))
    assert len(rows) == len(cells)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_columns_have_names_for_people_and_for_programs(lang: str) -> None:
    sheets = read_sheets(make_book(lang))
    people, programs = sheets["index"][:2]
    assert programs == COLUMNS
    assert all(people)
    assert people != programs
    assert "simulad" in str(sheets).casefold() or lang != "es"


def test_same_report_gives_the_same_bytes_at_another_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    first, now = make_book(), time.time()
    monkeypatch.setattr(time, "time", lambda: now + 100_000)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(now + 100_000))
    assert make_book() == first


def test_hostile_name_is_a_text_in_the_workbook() -> None:
    words = copy.deepcopy(dict(make_frozen().words))
    words["en"]["agency.police"] = '=HYPERLINK("http://example.org")\x0b'
    book = load_workbook(io.BytesIO(to_workbook(read_report(replace(make_frozen(), words=words), "en"))))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any("HYPERLINK" in str(cell.value) for cell in cells)
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_summary_leads_to_the_workbook(city: Service) -> None:
    link = Page(city.client.get(ADDRESS, params={"lang": "en"}).text).one("a", href=f"{ADDRESS}.xlsx?lang=en")
    answer = city.client.get(link.attributes["href"])
    assert answer.headers["content-disposition"] == 'attachment; filename="riverside-2026-v1.en.xlsx"'
    assert answer.content.startswith(b"PK")
