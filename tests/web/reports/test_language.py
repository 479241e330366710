"""Every sentence of a report is in the language of its pages, and every drawing is said in words."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser

import pytest

from app.language.catalogs import PLACEHOLDER
from app.language.po_files import read_entries, template_path
from app.paths import LOCALES
from app.web.reports.handlers import make_page
from app.web.reports.page_set import list_pages, read_report
from tests.web.reading import Page
from tests.web.reports.making import LANGUAGES, make_frozen

# Texts that are the same in every language: names, formats, a fingerprint, the languages themselves, an address, and
# statements of the protocol, which are quoted as the operator declared them.
AS_THEY_ARE = re.compile(
    r"Commontrust|English|Español|PDF|CSV|XLSX|PPTX|JSON|SVG|PNG|SHA|community-trust|Simulated population|raking|"
    r"[0-9a-f]{64}|\bR\b"
    r"|\S+@\S+"
    r"|AAPOR|RR2|north|south|/s/[\w-]+/paper|River City Council|Post office list of May 2026|Systematic sample by area"
)


class Visible(HTMLParser):
    """Collect the texts that a page shows or a screen reader reads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.quiet = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.quiet = tag in ("style", "code")  # an address and a fingerprint are the same in every language
        self.said += [value or "" for name, value in attrs if name in ("aria-label", "data-name", "title", "alt")]

    def handle_endtag(self, tag: str) -> None:
        self.quiet = False

    def handle_data(self, data: str) -> None:
        if not self.quiet and data.strip():
            self.said.append(data.strip())


@cache
def pages_in(lang: str) -> dict[str, str]:
    """Every page of the report, by its name in the address."""
    frozen = make_frozen()
    pages = [link.page for link in list_pages(read_report(frozen, lang))]
    return {page: make_page(frozen, lang, False, page).body.decode() for page in pages}


def said_in(lang: str) -> list[str]:
    return [each for html in pages_in(lang).values() for each in Visible(html).said]


def test_no_latin_word_is_left_in_the_arabic_pages() -> None:
    said = [AS_THEY_ARE.sub("", each) for each in said_in("ar")]
    assert [each for each in said if re.search("[A-Za-z]{2}", each)] == []


@pytest.mark.parametrize("lang", ["es", "ar"])
def test_no_english_sentence_is_left_in_another_language(lang: str) -> None:
    page = "\n".join(said_in(lang))
    parts = {
        part.strip(" .:,")
        for entry in read_entries(template_path(LOCALES, "report"))
        for part in PLACEHOLDER.split(entry.text)
        if len(part.split()) >= 3
    }
    assert len(parts) > 100
    assert [part for part in parts if part in page] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_placeholder_and_no_bare_id_is_shown(lang: str) -> None:
    said = said_in(lang)
    assert [each for each in said if "{" in each or "=" in each or "CTI" in each or "_" in each] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_chart_has_no_text_and_its_numbers_are_in_words(lang: str) -> None:
    count = 0
    for html in pages_in(lang).values():
        page = Page(html)
        drawings = page.all("svg", class_="chart")
        for drawing in drawings:
            assert drawing.attributes["role"] == "img"
            assert re.search(r"\d", drawing.attributes["aria-label"])
            assert drawing.text.strip() == ""
        assert not re.search("<(text|tspan|title|desc|foreignObject)[ >]", html.partition("<body")[2])
        assert all(svg.attributes.get("aria-hidden") == "true" for svg in page.all("svg") if svg not in drawings)
        count += len(drawings)
    assert count > 100


def test_chart_shows_only_the_numbers_of_its_row() -> None:
    row = re.search(r"<bdi>Reliability</bdi>.*?</tr>", pages_in("en")["police"], re.DOTALL)
    assert row
    assert 'aria-label="47.1, interval 45.5 to 48.7, on an axis from 0 to 100"' in row[0]
    assert '<span class="said">47.1</span>' in row[0]
    assert '<span class="said">45.5\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}48.7</span>' in row[0]
    assert '<span class="said">600</span>' in row[0]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_link_between_the_pages_leads_somewhere(lang: str) -> None:
    ids = {page: ids_of(html) for page, html in pages_in(lang).items()}
    assert all(len(found) == len(set(found)) for found in ids.values())
    recipes = 0
    for page, html in pages_in(lang).items():
        for link in Page(html).all("a"):
            address, _, anchor = link.attributes["href"].partition("#")
            path = address.partition("?")[0].removeprefix("/reports/river-city/river-city-2026")
            if anchor:
                assert anchor in ids[path.strip("/") if address else page]
            recipes += anchor.startswith("how-")
    assert recipes == sum(html_count(Page(html), "figure") for html in pages_in(lang).values())


def ids_of(html: str) -> list[str]:
    return [each.attributes["id"] for each in Page(html).elements if "id" in each.attributes]


def html_count(page: Page, name: str) -> int:
    return sum(name in each.attributes.get("class", "").split() for each in page.all("div"))


def test_reports_have_a_catalog_of_their_own() -> None:
    own, others = (
        {entry.text: entry.location.split() for entry in read_entries(template_path(LOCALES, domain))}
        for domain in ("report", "interface")
    )
    assert "no clear difference" in own
    assert "no clear difference" not in others
    assert not [place for places in others.values() for place in places if "reporting" in place or "/reports/" in place]
