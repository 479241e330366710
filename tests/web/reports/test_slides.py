"""The slides of a report, read back by a reader: six of them, native charts, the figures of the document."""

from __future__ import annotations

import io
import time
from datetime import date, datetime, tzinfo
from typing import Any

import pptx
import pytest

from app.services.reports.publish import FrozenReport
from app.web.reports.page_set import ReportContext, read_report
from app.web.reports.slide_drawing import to_slides
from tests.web.reports.making import (
    ADDRESS,
    LANGUAGES,
    OPEN,
    make_frozen,
    make_later_report,
    make_words,
)
from tests.web.reports.stored_reports import ADDRESS as PLACE
from tests.web.service import Service

BASE = "https://city.example"


def make_context(lang: str = "en") -> ReportContext:
    """A report with two rounds before it."""
    return read_report(
        FrozenReport("river-city", "river-city-2026", 1, date(2026, 5, 2), make_later_report(), make_words()), lang
    )


def read_back(content: bytes) -> Any:
    return pptx.Presentation(io.BytesIO(content))


def charts_of(deck: Any) -> list[Any]:
    return [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]


def texts_of(slide: Any) -> str:
    words = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    words += [cell.text for shape in slide.shapes if shape.has_table for row in shape.table.rows for cell in row.cells]
    return "\n".join(words)


def test_charts_hold_the_figures_of_the_document() -> None:
    context = make_context()
    bars, lines = charts_of(read_back(to_slides(context, BASE)))
    table = context.main.source.tables["index"]
    levels = {context.phrasing.agency(row.agency): row.cell for row in table.rows}
    plotted = bars.plots[0]
    assert dict(zip(plotted.categories, plotted.series[0].values, strict=True)) == {
        name: cell.value for name, cell in levels.items()
    }
    assert {series.name: series.values[-1] for series in lines.plots[0].series} == {
        name: cell.value for name, cell in levels.items()
    }
    assert len(lines.plots[0].categories) == 3


def test_error_bars_are_the_published_intervals() -> None:
    context = make_context()
    bars, _ = charts_of(read_back(to_slides(context, BASE)))
    (series,) = bars.plots[0].series
    found = {
        side: [float(v.text) for v in series._element.xpath(f"c:errBars/c:{side}//c:v")] for side in ("plus", "minus")
    }
    cells = {row.agency: row.cell for row in context.main.source.tables["index"].rows}
    pairs = [(cells[each].value, *(cells[each].interval or (0.0, 0.0))) for each in context.contents.agencies]
    assert found["plus"] == pytest.approx([high - value for value, _, high in pairs])
    assert found["minus"] == pytest.approx([value - low for value, low, _ in pairs])


def test_no_line_joins_rounds_with_other_questions() -> None:
    _, lines = charts_of(read_back(to_slides(make_context(), BASE)))
    for series in lines.plots[0].series:
        hidden = series._element.xpath("c:dPt[c:spPr/a:ln/a:noFill]/c:idx/@val")
        assert hidden == ["1"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_six_slides_each_say_that_answers_are_simulated(lang: str) -> None:
    context = make_context(lang)
    began = time.perf_counter()
    deck = read_back(to_slides(context, BASE))
    assert time.perf_counter() - began < 4  # two seconds, on a busy machine
    assert len(deck.slides) == 6
    simulated = context.phrasing.text("These answers are simulated: a computer made them up, and no one was asked.")
    assert all(simulated in texts_of(slide) for slide in deck.slides)
    assert all(slide.shapes.title.text_frame.text for slide in deck.slides)
    described = [
        shape._element.xpath(".//p:cNvPr/@descr")[0]
        for slide in deck.slides
        for shape in slide.shapes
        if shape.has_chart
    ]
    assert all("47" in words for words in described)


class Tomorrow(datetime):
    """The clock of the workbooks behind the charts."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Tomorrow:
        return cls(2031, 1, 2, 3, 4, 5, tzinfo=tz)


def test_same_report_gives_the_same_bytes_at_another_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    first, now = to_slides(make_context(), BASE), time.time()
    monkeypatch.setattr(time, "time", lambda: now + 100_000)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(now + 100_000))
    monkeypatch.setattr("xlsxwriter.core.datetime", Tomorrow)
    assert to_slides(make_context(), BASE) == first


def test_first_report_shows_parts_of_trust_instead_of_rounds() -> None:
    deck = read_back(to_slides(read_report(make_frozen((ADDRESS,)), "en"), BASE))
    parts = charts_of(deck)[1]
    assert len(parts.plots[0].categories) == 5
    assert len(deck.slides) == 6


def test_slides_of_volunteers_name_no_margin() -> None:
    deck = read_back(to_slides(read_report(make_frozen((OPEN,)), "en"), BASE))
    words = "\n".join(map(texts_of, deck.slides))
    assert "Likely range (95%)" in words
    assert "Margin of" not in words


def test_address_sends_the_slides(city: Service) -> None:
    answer = city.client.get(f"{PLACE}.pptx", params={"lang": "es"})
    assert answer.headers["content-disposition"] == 'attachment; filename="riverside-2026-v1.es.pptx"'
    assert len(read_back(answer.content).slides) == 6
