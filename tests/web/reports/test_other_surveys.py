"""A page sets published figures beside those of other surveys, and states no difference that it cannot."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.language import formats
from app.language.languages import LANGUAGES
from app.services.reports.benchmarks import (
    BadBenchmarks,
    BenchmarkFigure,
    BenchmarkQuestion,
    load_benchmarks,
)
from app.web.reports.other_surveys import compare_with_surveys
from app.web.reports.page_set import ReportContext, read_report
from app.web.reports.rendering import render_other_surveys
from tests.web.reports.making import OPEN, make_frozen, make_report
from tests.web.service import Service

HIGH = (6, 7, 8, 9, 10)
FILE = """
sources:
  one: {short: One, title: A survey, publisher: Us, fielded: "2024", mode: interview, selection: random,
        universe: adults, license: CC0, address: "https://example.org"}
questions:
  - {id: a, source: one, construct: trust, close_to: "Do you trust?", figures: [{count: share, value: 4, at: p. 1}]}
"""


def make_context(lang: str = "en", **changes: Any) -> ReportContext:
    return read_report(replace(make_frozen(), **changes), lang)


def asked_alike(context: ReportContext, value: float, se: float | None = 1.0) -> BenchmarkQuestion:
    """A survey that asked what the address sample was asked, in the same way, of people drawn at random."""
    known = next(each for each in load_benchmarks() if each.id == "oecd-courts")
    source = replace(known.source, mode="self-completion", selection="random")
    figure = BenchmarkFigure("NO", 0, "share", HIGH, value, se, 0.0, "page 1")
    words = context.frozen.words["en"]["item.A1"]
    return replace(known, source=source, text=words, is_official=True, asked_in={}, figures=(figure,))


def findings(context: ReportContext, *questions: BenchmarkQuestion) -> list[str]:
    found = compare_with_surveys(context, questions)
    assert found is not None
    figures = found.parts[0].figures
    return [line.entries[2].words for figure in figures for block in figure.blocks for line in block.lines[1:]]


@pytest.mark.parametrize(("value", "words"), [(30, "clearly more trust"), (39, "no clear difference")])
def test_difference_from_a_survey_that_asked_alike(value: float, words: str) -> None:
    context = make_context()
    assert findings(context, asked_alike(context, value))[0].startswith(words)


def test_each_own_line_is_the_published_figure() -> None:
    context = make_context()
    found = compare_with_surveys(context, (asked_alike(context, 30),))
    assert found is not None
    own = found.parts[0].figures[0].blocks[0].lines[0]
    published = next(context.main.source.tables["institutions"].of(term="A1:band=high"))
    assert own.entries[0].words == context.phrasing.value(published.cell, "percent")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"text": "Do you trust them?"}, "other words in the question"),
        ({"is_official": False, "asked_in": {"community-trust": "A1"}}, "other words in the question"),
        ({"scale": (1, 10)}, "other answers to choose from"),
    ],
)
def test_unlike_question_is_not_compared(change: dict[str, Any], reason: str) -> None:
    context = make_context()
    question = replace(asked_alike(context, 30), **{"asked_in": {"community-trust": "A1"}, **change})
    assert reason in findings(context, question)[0]
    assert "clearly" not in findings(context, question)[0]


def test_unlike_survey_is_not_compared() -> None:
    context = make_context()
    alike = asked_alike(context, 30)
    interview = replace(alike, source=replace(alike.source, mode="interview"))
    panel = replace(alike, source=replace(alike.source, selection="panel"))
    assert "asked in another way" in findings(context, interview)[0]
    assert "people not picked at random" in findings(context, panel)[0]
    assert "no margin of error published" in findings(context, asked_alike(context, 30, None))[0]


def test_open_link_is_never_compared_with_a_survey() -> None:
    context = make_context(report=make_report((OPEN,)))
    assert "people not picked at random" in findings(context, asked_alike(context, 30))[0]


def test_many_comparisons_make_intervals_longer() -> None:
    context = make_context()
    alone = findings(context, asked_alike(context, 35.4))
    many = findings(context, *[asked_alike(context, 35.4) for _ in range(12)])
    assert alone[0].startswith("clearly more trust")
    assert {each.partition(":")[0] for each in many} == {"no clear difference"}


@pytest.mark.parametrize("lang", ["en", "es", "ar"])
def test_page_is_in_the_language_of_its_reader(lang: str) -> None:
    rendered = render_other_surveys(make_context(lang), load_benchmarks())
    assert rendered is not None
    assert ("Not compared" in rendered[0]) is (lang == "en")
    assert "OECD 2021" in rendered[0]
    assert "Gallup" not in rendered[0]


def test_every_country_has_a_name_in_every_language() -> None:
    codes = {figure.country for each in load_benchmarks() for figure in each.figures if figure.country}
    english = {code: formats.country(code, "en") for code in codes}
    same = {lang for lang in LANGUAGES for code in codes if formats.country(code, lang) == english[code]}
    assert {"ht", "mww", "ar", "km"}.isdisjoint(same)


def test_address_shows_the_page(city: Service) -> None:
    page = city.client.get("/compare/river-city/with/surveys", params={"lang": "en"})
    assert page.status_code == 200
    assert "Beside other surveys" in page.text
    assert city.client.get("/compare/nowhere/with/surveys").status_code == 404
    link = 'href="/compare/river-city/with/surveys?lang=en"'
    assert link in city.client.get("/compare/river-city?lang=en").text


# --- the file


def test_every_figure_has_a_place_and_a_license() -> None:
    questions = load_benchmarks()
    assert len(questions) == len({each.id for each in questions})
    assert len({each.source.id for each in questions}) == 9
    assert all(figure.at for each in questions for figure in each.figures)
    quoted = [each for each in questions if each.is_official]
    assert quoted
    assert all("OGL" in each.source.license or "CC BY 4.0" in each.source.license for each in quoted)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("mode: interview", "mode: letter", "one: expected one of self-completion, interview, mixed, found 'letter'"),
        ("license: CC0", "note: none", "one: expected text as license, found None"),
        ("source: one", "source: two", "a: expected a source among one, found 'two'"),
        ("close_to:", "words:", "a: expected either official or close_to"),
        ("value: 4", "value: few", "a: expected a number as value, found 'few'"),
        ("at: p. 1", "page: 1", "a: expected text as at, found None"),
    ],
)
def test_bad_entry_is_refused_with_its_place(old: str, new: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "benchmarks.yaml"
    file.write_text(FILE.replace(old, new), "utf-8")
    with pytest.raises(BadBenchmarks, match=words):
        load_benchmarks(file)
