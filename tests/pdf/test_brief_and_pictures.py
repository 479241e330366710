"""The brief of a report and its figures as pictures: few pages, the same figures, the same bytes."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest

from app.services.pdf.typesetting import to_pdf, to_picture
from app.web.reports.page_set import make_summary, read_report
from app.web.reports.pdf_pages import to_annex, to_brief, to_picture_paper
from app.web.reports.pictures import Picture, collect_pictures, list_pictures, with_description
from app.web.reports.views import DrawnMap, ReportPart
from tests.pdf.reading import page_count, text_of
from tests.web.reports.making import AGENCIES, LANGUAGES, OPEN, make_frozen, make_later_report
from tests.web.reports.test_answered import STOPS
from tests.web.reports.test_area_map import make_context

pytestmark = pytest.mark.usefixtures("noto_fonts")
BASE = "https://survey.example.org"
MOST_PAGES = 6


def make_brief(lang: str) -> bytes:
    return to_pdf(to_brief(make_frozen(), lang, BASE))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_brief_with_earlier_rounds_and_commitments_has_six_pages(lang: str) -> None:
    frozen = replace(make_frozen(), report=make_later_report(), commitments=(STOPS,) * 3)
    assert page_count(to_pdf(to_brief(frozen, lang, BASE))) <= MOST_PAGES


@pytest.mark.parametrize("lang", LANGUAGES[:2])  # the reader returns Arabic in the order of the eye
def test_annex_has_the_map_of_each_agency(lang: str) -> None:
    context = make_context(lang=lang)
    said = " ".join(text_of(to_pdf(to_annex(context.frozen, lang, BASE)), "text").split())
    assert all(f"{context.phrasing.agency(slug)}: {context.phrasing.heading('area')}" in said for slug in AGENCIES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_brief_has_at_most_six_pages_and_the_annex_more(lang: str) -> None:
    brief = make_brief(lang)
    assert 2 <= page_count(brief) <= MOST_PAGES
    assert page_count(to_pdf(to_annex(make_frozen(), lang, BASE))) > page_count(brief)
    assert make_brief(lang) == brief


def test_brief_repeats_the_summary() -> None:
    said = " ".join(text_of(make_brief("en"), "text").split())
    summary = make_summary(read_report(make_frozen(), "en"))
    assert summary.headline in said
    for card in summary.cards:
        assert card.level.words in said
        assert card.level.interval.replace("\N{NO-BREAK SPACE}", " ") in said
    assert all(finding.sentence in said for finding, _ in summary.findings)


def test_brief_of_an_open_link_has_no_margin_of_error() -> None:
    said = text_of(to_pdf(to_brief(make_frozen((OPEN,)), "en", BASE)), "text").casefold()
    assert not re.search(r"margins? of error", said)
    assert "likely range" in said


def picture(lang: str, id: str) -> tuple[Picture, bytes]:
    context = read_report(make_frozen(), lang)
    found = collect_pictures(context).pictures[id]
    paper = to_picture_paper(context, found, BASE)
    return found, with_description(to_picture(paper, "svg"), found, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("id", ["cards", "groups"])
def test_picture_says_its_figures_in_words(lang: str, id: str) -> None:
    found, svg = picture(lang, id)
    stated = unescape(svg.decode())
    assert f'<title id="t">{found.title}</title>' in stated
    assert 'role="img"' in stated
    assert "<text" not in stated  # letters are shapes, so that the picture looks the same everywhere
    assert picture(lang, id)[1] == svg
    summary = make_summary(read_report(make_frozen(), lang))
    assert id != "cards" or all(card.level.interval in found.words for card in summary.cards)


def test_png_doubles_with_its_scale() -> None:
    context = read_report(make_frozen(), "en")
    found = collect_pictures(context).pictures["cards"]
    paper = to_picture_paper(context, found, BASE)
    widths = [int.from_bytes(to_picture(paper, "png", scale)[16:20], "big") for scale in (1, 2)]
    assert abs(widths[1] - 2 * widths[0]) <= 1


def test_pictures_have_names_of_their_own_and_a_source() -> None:
    found = list(list_pictures(read_report(make_frozen(), "en")))
    assert len({each.id for each in found}) == len(found) > 20
    assert all(each.id == each.id.lower() and "River City" in each.source and each.note for each in found)


def map_picture(lang: str) -> tuple[ReportPart, DrawnMap, bytes]:
    context = make_context(lang=lang)
    found = collect_pictures(context).pictures["address-sample-areas-police"]
    assert isinstance(found.shown, ReportPart)
    assert found.shown.map is not None
    svg = with_description(to_picture(to_picture_paper(context, found, BASE), "svg"), found, lang)
    return found.shown, found.shown.map, svg


@pytest.mark.parametrize("lang", LANGUAGES)
def test_map_is_a_picture_with_every_area_in_words(lang: str) -> None:
    part, drawn, svg = map_picture(lang)
    stated = unescape(svg.decode())
    assert map_picture(lang)[2] == svg
    assert all(f"{line.label}: {line.words}" in stated for line in part.areas)
    assert all(line.interval in stated for line in part.areas)
    assert {"lower", "withheld"} <= {shape.tone for shape in drawn.shapes}
    assert "#fae6d8" in stated  # the tint of "clearly less"
    assert "<pattern" in stated  # the hatching of a hidden area
    assert "<image" not in stated  # a page's policy would not load it


def test_map_picture_is_not_mirrored_in_arabic() -> None:
    places = [[(shape.x, shape.path) for shape in map_picture(lang)[1].shapes] for lang in ("en", "ar")]
    assert places[0] == places[1]


@pytest.mark.parametrize("written", ["ar", "zh-Hans", "en"])
def test_brief_repeats_a_commitment_in_its_own_language(written: str) -> None:
    frozen = replace(make_frozen(), commitments=({**STOPS, "lang": written},))
    assert STOPS["what"] in " ".join(text_of(to_pdf(to_brief(frozen, "en", BASE)), "text").split())
