"""A published report on paper: tagged, in its language, the same bytes each time, with nothing left to guess."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.services.pdf.typesetting import NotPrinted, Paper, to_pdf
from app.web.reports.pdf_pages import to_annex
from tests.pdf.reading import page_count, read_text, shapes_of, text_of
from tests.web.reports.making import ADDRESS, LANGUAGES, OPEN, make_frozen

pytestmark = pytest.mark.usefixtures("noto_fonts")
BASE = "https://survey.example.org"
MARGIN_OF_ERROR = {
    "en": r"margins? of error",
    "es": r"m[aá]rgen(es)? de error",
    "ar": r"هامش (ال)?خطأ|هامش الخطأ",
}


def make_pdf(lang: str, sources: tuple[str, ...] = (ADDRESS, OPEN), version: int = 1) -> bytes:
    return to_pdf(to_annex(make_frozen(sources, version=version), lang, BASE))


@pytest.fixture(scope="module", params=LANGUAGES)
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def pdf(lang: str) -> bytes:
    return make_pdf(lang)


def test_pdf_is_tagged_for_pdf_ua_with_language_and_title(lang: str, pdf: bytes) -> None:
    assert pdf.startswith(b"%PDF-1.7")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert re.search(rb"/MarkInfo\s*<<\s*/Marked true", pdf)
    assert b"/StructTreeRoot" in pdf
    assert re.search(rb"/Lang\s*\(%s\)" % lang.encode(), pdf)
    assert re.search(rb"/DisplayDocTitle true", pdf)
    assert make_frozen().words[lang]["community"] in text_of(pdf, "title")


@pytest.mark.parametrize(("code", "stated"), [("zh-Hant", "zh-TW"), ("zh-Hans", "zh-CN"), ("km", "km"), ("mww", "mww")])
def test_every_script_of_a_language_can_be_printed(code: str, stated: str) -> None:
    frozen = make_frozen((OPEN,))
    frozen = replace(frozen, words={**frozen.words, code: frozen.words["en"]})
    assert re.search(rb"/Lang\s*\(%s\)" % stated.encode(), to_pdf(to_annex(frozen, code, BASE)))


def test_the_same_report_gives_the_same_bytes(lang: str, pdf: bytes) -> None:
    assert make_pdf(lang) == pdf


def test_another_version_is_another_file_of_its_own_day(lang: str, pdf: bytes) -> None:
    assert make_pdf(lang, version=2) != pdf
    assert b"D:20260502" in pdf
    assert f"{date.today():%Y%m%d}".encode() not in pdf or date.today() == date(2026, 5, 2)


def test_an_open_link_never_has_a_margin_of_error(lang: str) -> None:
    assert not re.findall(MARGIN_OF_ERROR[lang], read_text(to_annex(make_frozen((OPEN,)), lang, BASE)), re.IGNORECASE)


def test_figures_intervals_and_counts_stand_in_the_file_as_text() -> None:
    stated = " ".join(text_of(make_pdf("en"), "text").split())
    for words in (
        "47.1",
        "People (rounded)",
        "Margin of sampling error (95%)",
        "Likely range (95%)",
        "Fingerprint",
    ):
        assert words in stated
    assert make_frozen().report.sha256 in stated


def test_charts_are_shapes_and_hold_no_letter() -> None:
    assert shapes_of(make_pdf("en")) > 100
    assert "<svg" not in read_text(to_annex(make_frozen(), "en", BASE))


def test_a_report_of_one_source_is_shorter_than_one_of_two(lang: str, pdf: bytes) -> None:
    assert 1 < page_count(make_pdf(lang, (OPEN,))) < page_count(pdf)


def test_a_letter_without_a_font_is_refused_in_one_sentence(tmp_path: Path) -> None:
    template = tmp_path / "strange.typ"
    lines = (
        '#set document(title: "x")',
        "#set text(font: json(bytes(sys.inputs.fonts)))",
        "#json(bytes(sys.inputs.paper)).words",
    )
    template.write_text("\n".join(lines))
    with pytest.raises(NotPrinted, match=r"^Expected a document in en that can be set completely as PDF, got: .*\.$"):
        to_pdf(Paper(template, ("en",), date(2026, 5, 2), {"words": "\U00013000"}))


def test_template_fetches_nothing_and_has_no_date_of_its_own() -> None:
    template = to_annex(make_frozen(), "en", BASE).template.read_text()
    assert "@preview" not in template
    assert "import" not in template
    assert "datetime" not in template
