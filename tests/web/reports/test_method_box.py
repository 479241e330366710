"""The method box holds every item of the AAPOR's list, at the place that the documentation names."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache

import pytest

from app.paths import ROOT
from app.web.reports.method_box import method_box, source_title, statement
from app.web.reports.phrasing import report_phrasing
from app.web.reports.published_document import OTHER, read_document
from app.web.reports.row_writer import RowWriter
from app.web.reports.sampling_method import MIXED, WAYS
from app.web.reports.summary import summarize
from tests.web.reports.making import ADDRESS, LANGUAGES, OPEN, make_report, make_words

ROW = re.compile(r"^\| (.+) \| (.+) \| (.+) \| (both|address-sample|open-link) \|$", re.MULTILINE)
NO_RATE = "There is no response rate: no one knows how many people saw the invitation."
ITEMS = ROW.findall((ROOT / "docs" / "method-box.md").read_text("utf-8"))


@cache
def make_writer(source: str, lang: str = "en") -> RowWriter:
    contents = read_document(make_report().document)
    found = next(each for each in contents.sources if each.id == source)
    return RowWriter(contents, found, report_phrasing(lang, make_words()[lang]))


def undeclared(writer: RowWriter) -> RowWriter:
    """The same answers of a round without a declared list."""
    return replace(writer, source=replace(writer.source, facts={**writer.source.facts, "probability": "no"}))


@pytest.mark.parametrize("source", [ADDRESS, OPEN])
def test_method_box_has_every_item_of_the_documented_list(source: str) -> None:
    lines = {each.name: each.paragraphs for each in method_box(make_writer(source))}
    assert len(ITEMS) > 40
    for item, line, start, about in ITEMS:
        if about in ("both", source):
            assert any(text.startswith(start) for text in lines[line]), (item, lines[line])


def test_documented_list_names_every_line_of_the_box() -> None:
    lines = {each.name for source in (ADDRESS, OPEN) for each in method_box(make_writer(source))}
    assert lines == {line for _, line, _, _ in ITEMS}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_letters_without_a_declared_list_have_no_margin_of_error(lang: str) -> None:
    writer = undeclared(make_writer(ADDRESS, lang))
    assert source_title(writer) != source_title(make_writer(ADDRESS, lang))
    assert statement(writer) != statement(make_writer(ADDRESS, lang))
    if lang == "en":
        said = " ".join((source_title(writer), statement(writer), *summarize(writer)))
        assert "People invited by letter" in said
        assert "Likely range" in said
        assert "With the margin of sampling error" not in said
        assert "picked at random from a list" not in said


def test_statement_of_95_in_100_names_its_condition() -> None:
    assert "as long as people who did not answer think like" in statement(make_writer(ADDRESS))


def test_statements_that_were_not_made_read_not_declared() -> None:
    lines = {each.name: each.paragraphs for each in method_box(make_writer(ADDRESS))}
    assert "Sponsor: “River City Council”" in lines["Sponsor and conductor"]
    assert "Conducted by: not declared" in lines["Sponsor and conductor"]


def with_other(lang: str, source: str) -> RowWriter:
    """A report of an earlier version, in which answers of `OPEN` have lost their source but letters kept a rate."""
    document = json.loads(make_report().content)
    for each in document["sections"]:
        each["name"] = each["name"].replace(f"{OPEN}.", f"{OTHER}.")
    contents = read_document(document)
    found = next(each for each in contents.sources if each.id == source)
    return RowWriter(contents, found, report_phrasing(lang, make_words()[lang]))


def said_by(writer: RowWriter) -> str:
    lines = [text for each in method_box(writer) for text in each.paragraphs]
    return " ".join((source_title(writer), statement(writer), *summarize(writer), *lines))


def test_letters_counted_elsewhere_leave_no_rate_in_words() -> None:
    assert "of the invited addresses answered" in said_by(make_writer(ADDRESS))
    said = said_by(with_other("en", ADDRESS))
    assert "cannot be stated, because some answers to letters" in said
    for wrong in ("of the invited addresses answered", "Response rate", "AAPOR: each", "R-indicator", "lower."):
        assert wrong not in said, wrong


@pytest.mark.parametrize("lang", LANGUAGES)
def test_answers_without_a_source_have_words_of_their_own(lang: str) -> None:
    writer = with_other(lang, OTHER)
    said = said_by(writer)
    assert source_title(writer) not in (OTHER, source_title(make_writer(OPEN, lang)))
    assert writer.text(MIXED) in statement(writer)
    for wrong in (WAYS[OPEN], NO_RATE):
        assert writer.text(wrong) not in said
    if lang == "en":
        assert source_title(writer) == "Other ways of taking part"
        for wrong in ("open to everyone", "No one was picked at random", "They were not picked", "themselves"):
            assert wrong not in said
