"""Every sentence of a report is in the language of its page, and every drawing is said in words."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from app.language.catalogs import PLACEHOLDER
from app.language.po_files import read_entries, template_path
from app.paths import LOCALES
from app.web.reports.handlers import make_page
from tests.web.reading import Page
from tests.web.reports.making import LANGUAGES, make_frozen

# Texts that are the same in every language: names, formats, a fingerprint, the languages themselves, an address, and
# statements of the protocol, which are quoted as the operator declared them.
AS_THEY_ARE = re.compile(
    r"Commontrust|English|Español|PDF|CSV|JSON|SHA|community-trust|Simulated population|raking|[0-9a-f]{64}|\bR\b"
    r"|AAPOR|RR2|/s/[\w-]+/paper|River City Council|Post office list of May 2026|Systematic sample by area"
)


class Visible(HTMLParser):
    """Collect the texts that a page shows or a screen reader reads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.quiet = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.quiet = tag == "style"
        self.said += [value or "" for name, value in attrs if name in ("aria-label", "data-name", "title", "alt")]

    def handle_data(self, data: str) -> None:
        if not self.quiet and data.strip():
            self.said.append(data.strip())


def page_in(lang: str) -> str:
    return make_page(make_frozen(), lang, False).body.decode()


def test_no_latin_word_is_left_in_the_arabic_page() -> None:
    said = [AS_THEY_ARE.sub("", each) for each in Visible(page_in("ar")).said]
    assert [each for each in said if re.search("[A-Za-z]{2}", each)] == []


@pytest.mark.parametrize("lang", ["es", "ar"])
def test_no_english_sentence_is_left_in_another_language(lang: str) -> None:
    page = "\n".join(Visible(page_in(lang)).said)
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
    said = Visible(page_in(lang)).said
    assert [each for each in said if "{" in each or "=" in each or "CTI" in each or "_" in each] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_chart_has_no_text_and_its_numbers_are_in_words(lang: str) -> None:
    html = page_in(lang)
    page = Page(html)
    drawings = page.all("svg", class_="chart")
    assert len(drawings) > 100
    for drawing in drawings:
        assert drawing.attributes["role"] == "img"
        assert re.search(r"\d", drawing.attributes["aria-label"])
        assert drawing.text.strip() == ""
    assert not re.search("<(text|tspan|title|desc|foreignObject)[ >]", html.partition("<body")[2])
    assert all(svg.attributes.get("aria-hidden") == "true" for svg in page.all("svg") if svg not in drawings)


def test_chart_shows_only_the_numbers_of_its_row() -> None:
    row = re.search(r"<bdi>River City Police</bdi>.*?</tr>", page_in("en"), re.DOTALL)
    assert row
    assert 'aria-label="47.1, interval 45.5 to 48.7, on an axis from 0 to 100"' in row[0]
    assert '<span class="said">47.1</span>' in row[0]
    assert '<span class="said">45.5\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}48.7</span>' in row[0]
    assert '<span class="said">600</span>' in row[0]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_link_inside_the_page_leads_somewhere(lang: str) -> None:
    page = Page(page_in(lang))
    ids = [each.attributes["id"] for each in page.elements if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    links = [each.attributes["href"][1:] for each in page.all("a") if each.attributes["href"].startswith("#")]
    assert set(links) <= set(ids)
    assert sum(link.startswith("how-") for link in links) == html_count(page, "figure")


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
