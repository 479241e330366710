"""Reports use separate words for the two kinds of uncertainty, in every language that the service offers."""

from __future__ import annotations

import json
import re
from dataclasses import asdict

import pytest

from app.language.languages import LANGUAGES
from app.web.reports.page import view_source
from app.web.reports.phrasing import ReportPhrasing, report_phrasing
from app.web.reports.published_document import read_document
from app.web.reports.row_writer import RowWriter
from tests.web.reports.making import ADDRESS, OPEN, make_report, make_words

# The one sentence of an open link that may name the margin: to say that there is none.
DISCLAIMER = (
    "Because participants selected themselves, no margin of sampling error can be calculated; the likely ranges "
    "show model uncertainty only and do not include selection bias."
)


def speak_of_the_city(lang: str) -> ReportPhrasing:
    """The report's own sentences in a language; the names of the example stay English."""
    return report_phrasing(lang, make_words()["en"])


def said_of(source: str, lang: str) -> str:
    """All that the report says of a source but the disclaimer."""
    contents, phrasing = read_document(make_report().document), speak_of_the_city(lang)
    found = next(each for each in contents.sources if each.id == source)
    view = view_source(RowWriter(contents, found, phrasing))
    stated = json.dumps(asdict(view), ensure_ascii=False, default=str)
    return stated.replace(phrasing.text(DISCLAIMER), "").casefold()


def terms(lang: str) -> tuple[str, str]:
    """Return the column heads of the margin and the modeled interval."""
    text = speak_of_the_city(lang).text
    margin, modelled = text("Margin of sampling error (95%)"), text("Likely range (95%)")
    return _bare(margin), _bare(modelled)


def _bare(heading: str) -> str:
    return re.split(r"\s*[(（]", heading)[0].casefold()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_open_link_has_modeled_intervals_and_no_margin(lang: str) -> None:
    (margin, modelled), stated = terms(lang), said_of(OPEN, lang)
    assert modelled in stated
    assert margin not in stated


@pytest.mark.parametrize("lang", LANGUAGES)
def test_address_sample_has_a_margin_and_no_modeled_interval(lang: str) -> None:
    (margin, modelled), stated = terms(lang), said_of(ADDRESS, lang)
    assert margin in stated
    assert modelled not in stated
