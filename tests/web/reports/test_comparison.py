"""A comparison holds the figures and words of the frozen reports, and computes none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.services.reports.publish import FrozenReport
from app.web.reports.page_set import ReportContext, read_report
from app.web.reports.published_rounds import compare_agencies, compare_rounds
from app.web.reports.rendering import render_comparison
from app.web.reports.views import ReportFigure
from tests.web.reports.making import (
    ADDRESS,
    LANGUAGES,
    OPEN,
    make_earlier,
    make_frozen,
    make_later_report,
    make_report,
    make_words,
)
from tests.web.service import Service


def make_contexts(lang: str = "en") -> list[ReportContext]:
    reports = (*make_earlier(), make_later_report())
    days = (date(2024, 5, 2), date(2025, 5, 2), date(2026, 5, 2))
    return [
        read_report(FrozenReport("river-city", f"river-city-{day.year}", 1, day, report, make_words()), lang)
        for day, report in zip(days, reports, strict=True)
    ]


def published(context: ReportContext, table: str, agency: str) -> list[float]:
    found = context.main.source.tables[table]
    return [row.cell.value for row in found.of(agency=agency) if row.term == "CTI"]


def words_of(figure: ReportFigure, column: int) -> list[list[str]]:
    return [[line.entries[column].words for line in block.lines] for block in figure.blocks]


def test_levels_and_changes_are_those_of_each_report() -> None:
    contexts = make_contexts()
    found = compare_rounds(contexts, "police")
    assert found is not None
    figure = found.parts[0].figures[0]
    levels = [f"{published(each, 'index', 'police')[0]:.1f}" for each in contexts]
    assert words_of(figure, 0) == [levels]
    changes = [line.entries[3] for line in figure.blocks[0].lines]
    assert [each.words for each in changes[1:]] == ["no clear change: +0.9", "no clear change: +0.9"]
    assert all(line.entries[1].words for line in figure.blocks[0].lines)


def test_agencies_are_compared_with_their_frozen_differences() -> None:
    contexts = make_contexts()
    found = compare_agencies(contexts)
    assert found is not None
    pairs = next(figure for part in found.parts for figure in part.figures if figure.id == "pairs")
    first = [f"{published(each, 'agency_gaps', 'health')[0]:+.1f}" for each in contexts]
    table = contexts[-1].main.source.tables["agency_gaps"]
    place = next(k for k, row in enumerate(table.rows) if row.agency == "health")
    assert [line.entries[0].words for line in pairs.blocks[place].lines] == first
    findings = {word for block in words_of(pairs, 3) for word in block}
    assert {"clearly more trust", "no clear difference"} <= findings


def test_groups_stand_beside_each_other_by_round() -> None:
    found = compare_rounds(make_contexts(), "police")
    assert found is not None
    assert found.matrix is not None
    assert len(found.matrix.agencies) == 3
    cells = [cell for block in found.matrix.blocks for line in block.lines for cell in line.cells]
    assert {cell.agency for cell in cells} == {"police"}
    assert all(bool(cell.number) is (cell.tone in ("higher", "lower")) for cell in cells)


def test_round_of_other_people_is_left_out() -> None:
    contexts = make_contexts()
    volunteers = read_report(replace(make_frozen(), report=make_report((OPEN,))), "en")
    found = compare_rounds([volunteers, *contexts[1:]], "police")
    assert found is not None
    assert len(found.parts[0].figures[0].blocks[0].lines) == 2
    alone: Any = compare_rounds([volunteers], "police")
    assert "argin of" not in str(alone)


def test_agency_that_no_round_rated_has_no_page() -> None:
    assert compare_rounds(make_contexts(), "nobody") is None
    assert compare_agencies([]) is None
    assert render_comparison(make_contexts(), "nobody") is None


def test_comparison_links_only_to_agencies_with_a_page() -> None:
    contexts = make_contexts()
    table = contexts[-1].main.source.tables["index"]
    for context in contexts:
        index = context.main.source.tables["index"]
        rows = tuple(row for row in index.rows if row.agency != "health")
        context.main.source.tables["index"] = replace(index, rows=rows)  # type: ignore[index]
    assert any(row.agency == "health" for row in table.rows)
    rendered = render_comparison(contexts, "")
    assert rendered is not None
    assert "/compare/river-city/police?" in rendered[0]
    assert "/compare/river-city/health?" not in rendered[0]
    assert render_comparison(contexts, "health") is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_comparison_page_is_in_the_language_of_its_reader(lang: str) -> None:
    for agency in ("", "police"):
        rendered = render_comparison(make_contexts(lang), agency)
        assert rendered is not None
        assert ("no clear difference" in rendered[0] or "no clear change" in rendered[0]) is (lang == "en")
        assert len(rendered[0].encode()) < 200_000


def test_addresses_show_the_published_reports(city: Service) -> None:
    page = city.client.get("/compare/river-city", params={"lang": "en"})
    assert page.status_code == 200
    assert "River City Police" in page.text
    assert city.client.get("/compare/river-city/police", params={"lang": "es"}).status_code == 200
    for missing in ("/compare/river-city/nobody", "/compare/nowhere"):
        assert city.client.get(missing).status_code == 404
    assert (
        'href="/compare/river-city/police?lang=en"'
        in city.client.get("/reports/river-city/riverside-2026/police?lang=en").text
    )


def test_comparison_shows_the_address_sample_of_each_report() -> None:
    assert {context.main.source.id for context in make_contexts()} == {ADDRESS}
