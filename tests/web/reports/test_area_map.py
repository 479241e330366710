"""Trust by part of the city: a list of direct estimates, and a map that says no more than the list."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from typing import Any

import pytest

from app.demo.community import area_map
from app.services.communities.area_shapes import LARGEST, read_shapes
from app.web.reports.page_set import ReportContext, make_agency, read_report
from app.web.reports.rendering import render_report
from app.web.reports.views import ReportPart
from tests.web.reports.making import ADDRESS, LANGUAGES, OPEN, make_frozen

SHAPES = read_shapes(area_map()).as_document()


def make_context(sources: tuple[str, ...] = (ADDRESS,), lang: str = "en", shapes: Any = SHAPES) -> ReportContext:
    """A report whose groups of age are areas instead; the second of them is hidden."""
    frozen = make_frozen(sources)
    text = re.sub(r"\bage=", "area=", frozen.report.content.decode()).replace('"age"', '"area"')
    text = text.replace("gaps_by_age", "rest_gaps_by_area").replace("index_by_age", "index_by_area")
    document = json.loads(text)
    for section in document["sections"]:
        for table in section["tables"]:
            for row in table["rows"]:
                if "area=2" in row["domain"]:
                    row["cell"] = {"shown": False, "reason": "too_few"}
    words = {
        code: {**each, **{f"group.area={k}": f"Area {k}" for k in range(1, 5)}} for code, each in frozen.words.items()
    }
    report: Any = type("Report", (), {"document": document, "sha256": "0" * 64})()
    return read_report(replace(frozen, report=report, words=words, shapes=shapes), lang)


def areas_of(context: ReportContext) -> ReportPart:
    page = make_agency(context, "police")
    assert page is not None
    return next(part for part in page.parts if "-areas-" in part.id)


def test_list_has_each_area_with_its_published_figure() -> None:
    context = make_context()
    part = areas_of(context)
    rows = list(context.main.source.tables["index_by_area"].of(agency="police"))
    assert [line.label for line in part.areas] == ["Area 1", "Area 2", "Area 3", "Area 4"]
    shown = [f"{row.cell.value:.1f}" for row in rows if row.cell.shown]
    assert [line.words for line in part.areas if line.tone != "withheld"] == shown
    assert part.areas[0].finding == "clearly less trust"
    assert part.areas[1].words == "Not shown: too few people answered"


def test_hidden_area_is_hatched_without_an_interval() -> None:
    part = areas_of(make_context())
    assert part.map is not None
    tones = {shape.number: (shape.tone, bool(shape.bar)) for shape in part.map.shapes}
    assert tones[1] == ("lower", True)
    assert tones[2] == ("withheld", False)
    assert "Hatched areas are not shown." in part.paragraphs


def test_interval_on_the_map_is_that_of_the_list() -> None:
    part = areas_of(make_context())
    assert part.map is not None
    shape, line = part.map.shapes[0], part.areas[0]
    low, high, value, left, right = shape.bar
    scale = 60 / (right - left)
    bounds = [20 + (each - left) * scale for each in (low, high, value)]
    said = [float(each) for each in re.findall(r"[0-9.]+", f"{line.interval} {line.words}")]
    assert bounds == pytest.approx(said, abs=0.1)


def test_report_without_shapes_has_the_list_alone() -> None:
    part = areas_of(make_context(shapes=None))
    assert part.map is None
    assert len(part.areas) == 4
    assert "Hatched areas are not shown." not in part.paragraphs


def test_volunteers_give_no_verdict_about_an_area() -> None:
    part = areas_of(make_context((OPEN,)))
    assert not [line for line in part.areas if line.finding]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_with_the_largest_map_weighs_at_most_60_kb(lang: str) -> None:
    noise = "".join(f"{(k * 7919) % 997} -{(k * 104729) % 991} " for k in range(LARGEST // 9))
    areas = {**SHAPES["areas"], "1": {"path": f"M0 0l{noise[: LARGEST - 20]}z", "mark": [400, 300]}}
    context = make_context(lang=lang, shapes={**SHAPES, "areas": areas})
    rendered = render_report(context, "police", False)
    assert rendered is not None
    assert len(gzip.compress(rendered[0].encode())) <= 60_000
    assert 'aria-hidden="true"' in rendered[0].split('class="map"')[1][:80]


@pytest.mark.parametrize(
    ("lang", "phrase"), [("en", "people who live in Area 1"), ("es", "las personas que viven en Area 1")]
)
def test_area_is_a_noun_phrase_in_sentences(lang: str, phrase: str) -> None:
    phrasing = make_context(lang=lang).phrasing
    assert phrasing.noun("area", "1") == phrase
    assert phrasing.has_noun("area", "1")
