"""The trend shows each wave's figures from its own report, and joins two waves only where both used one method."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.disclosure import DraftReport, publish, restore
from analysis.disclosure.publication import BrokenReport
from analysis.disclosure.sealing import Sealed
from app.web.reports.chart_geometry import fitting_axis
from app.web.reports.csv_export import to_csv
from app.web.reports.phrasing import report_phrasing
from app.web.reports.published_document import read_document
from app.web.reports.row_writer import RowWriter
from app.web.reports.trend import QUESTIONS, Moment, waves_part
from tests.web.reports.making import (
    ADDRESS,
    OPEN,
    make_draft,
    make_earlier,
    make_later_report,
    make_report,
    make_words,
)


def make_teller(source: str, lang: str = "en") -> RowWriter:
    contents = read_document(make_later_report().document)
    found = next(each for each in contents.sources if each.id == source)
    return RowWriter(contents, found, report_phrasing(lang, make_words()[lang]))


def test_every_wave_has_the_figures_of_its_own_report() -> None:
    part = waves_part(make_teller(ADDRESS))
    assert part is not None
    police = part.figures[0]
    assert [line.label for line in police.blocks[0].lines] == [
        "Mar 1\u2009–\u2009Apr 15, 2024",
        "Mar 1\u2009–\u2009Apr 15, 2025",
        "Mar 1\u2009–\u2009Apr 15, 2026",
    ]
    assert [line.entries[0].words for line in police.blocks[0].lines] == ["44.0", "46.2", "47.1"]
    assert all(line.entries[1].words for line in police.blocks[0].lines)


def test_line_breaks_where_questions_changed_with_a_note() -> None:
    part = waves_part(make_teller(ADDRESS))
    assert part is not None
    police = part.figures[0]
    assert police.curve is not None
    assert [point.joined for point in police.curve.points] == [False, False, True]
    assert police.blocks[0].lines[1].entries[0].notes[-1] == "the questions changed"
    assert police.blocks[0].lines[2].entries[0].notes == ()


def test_an_agency_that_was_not_rated_before_begins_where_it_was() -> None:
    writer = make_teller(ADDRESS)
    first, second = writer.contents.earlier
    table = first.headlines[ADDRESS]
    without = replace(table, rows=tuple(row for row in table.rows if row.agency != "housing"))
    contents = replace(writer.contents, earlier=(replace(first, headlines={ADDRESS: without}), second))
    part = waves_part(replace(writer, contents=contents))
    assert part is not None
    assert [len(figure.blocks[0].lines) for figure in part.figures] == [3, 3, 2]


def test_a_source_without_waves_before_has_no_line() -> None:
    assert waves_part(make_teller(OPEN)) is None


def test_time_runs_from_right_to_left_in_arabic() -> None:
    part = waves_part(make_teller(ADDRESS, "ar"))
    assert part is not None
    curve = part.figures[0].curve
    assert curve is not None
    assert curve.points[0].x > curve.points[-1].x


def test_restored_report_is_equal_and_a_broken_one_is_refused() -> None:
    report = make_later_report()
    assert restore(report.content, report.sha256).content == report.content
    assert "earlier" not in make_report().document
    changed = json.loads(report.content)
    changed["earlier"][0]["sources"][0]["table"]["rows"][0]["cell"].pop("value")
    from analysis.disclosure.canonical import sha256, to_bytes

    with pytest.raises(BrokenReport):
        restore(to_bytes(changed), sha256(to_bytes(changed)))


def test_earlier_report_must_be_sealed() -> None:
    draft = make_draft()
    forged: DraftReport = DraftReport(draft.wave, draft.data, draft.catalogue, draft.sections, ({"wave": "x"},))  # type: ignore[arg-type]
    with pytest.raises(Sealed):
        publish(forged, [])


def test_the_table_for_spreadsheets_names_the_wave_of_each_row() -> None:
    lines = to_csv(make_later_report().document, make_words(), "en").decode("utf-8-sig").splitlines()
    assert {line.rpartition(",")[2] for line in lines[1:]} == {"river-city-2024", "river-city-2025", "river-city-2026"}


def test_earlier_figures_are_those_that_were_published() -> None:
    stated = {each["wave"]: each["sha256"] for each in make_later_report().document["earlier"]}
    assert stated == {report.wave: report.sha256 for report in make_earlier()}


@given(st.lists(st.floats(0, 100), max_size=8))
def test_the_scale_holds_all_figures_and_stays_within_0_and_100(values: list[float]) -> None:
    axis = fitting_axis(values)
    assert 0 <= axis.low < axis.high <= 100
    assert all(axis.low <= value <= axis.high for value in values)
    assert axis.high - axis.low >= 20
    assert math.isclose(axis.height(axis.high), 0)


def test_wording_of_the_index_decides_and_not_the_survey_version() -> None:
    named = [Moment("", version, wording, frozenset(), None) for version, wording in (("s 1", "a"), ("s 2", "a"))]  # type: ignore[arg-type]
    assert named[1].breaks_with(named[0]) == ""
    assert replace(named[1], wording="b").breaks_with(named[0]) == QUESTIONS
    assert replace(named[1], wording="").breaks_with(named[0]) == QUESTIONS
    assert replace(named[1], wording="", survey="s 1").breaks_with(named[0]) == ""
