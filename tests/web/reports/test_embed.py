"""A figure that other sites may frame, the feed of reports and the citation."""

from __future__ import annotations

import re
from datetime import date
from xml.etree import ElementTree

import pytest

from app.services.reports.publish import Listed
from app.web.reports import picture_files
from app.web.reports.feed import to_feed
from app.web.reports.page_set import ReportContext, read_report
from app.web.reports.pictures import PictureBook, collect_pictures, list_pictures
from app.web.reports.rendering import render_embed
from tests.web.reports.making import LANGUAGES, make_frozen
from tests.web.reports.stored_reports import ADDRESS
from tests.web.service import Service

EMBED = ADDRESS.replace("/reports/", "/embed/")
ATOM = "{http://www.w3.org/2005/Atom}"
MOST_BYTES = 15_000


def test_only_an_embedded_figure_may_be_framed(city: Service) -> None:
    answer = city.client.get(f"{EMBED}/cards?lang=en")
    policy = answer.headers["content-security-policy"]
    assert answer.status_code == 200
    assert "frame-ancestors *" in policy
    assert policy.startswith("default-src 'none'; base-uri 'none'; form-action 'self'")
    assert "script-src" not in policy
    assert "x-frame-options" not in answer.headers
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    for other in (ADDRESS, f"{ADDRESS}/police", f"{ADDRESS}/figures/cards.svg", "/feed.atom", f"{EMBED}/nothing"):
        headers = city.client.get(other).headers
        assert headers["x-frame-options"] == "DENY", other
        assert "frame-ancestors 'none'" in headers["content-security-policy"], other


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_embedded_figure_names_its_source(city: Service, lang: str) -> None:
    page = city.client.get(f"{EMBED}/groups?lang={lang}").text
    found = next(each for each in list_pictures(read_report(make_frozen(), lang)) if each.id == "groups")
    assert all(words in page for words in (found.title, found.note))
    assert re.search(rf'href="{ADDRESS}\?lang={lang}&amp;version=1"', page)
    assert '<base target="_blank">' in page
    assert "figures/" not in page


def test_every_embedded_figure_is_at_most_15_kb(city: Service) -> None:
    context = read_report(make_frozen(), "en")
    for each in list_pictures(context):
        assert render_embed(context, each)[0]
        answer = city.client.get(f"{EMBED}/{each.id}?lang=en", headers={"accept-encoding": "gzip"})
        assert int(answer.headers["content-length"]) <= MOST_BYTES, each.id


def test_figures_of_a_report_are_built_once(city: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []

    def counted(context: ReportContext) -> PictureBook:
        built.append("once")
        return collect_pictures(context)

    monkeypatch.setattr(picture_files, "collect_pictures", counted)
    for figure in ("cards", "groups", "address-sample-parts-police"):
        assert city.client.get(f"{EMBED}/{figure}?lang=ar").status_code == 200
    assert len(built) <= 1


def test_feed_lists_every_report_with_its_own_name(city: Service) -> None:
    answer = city.client.get("/feed.atom?lang=en")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.content)
    entries = feed.findall(f"{ATOM}entry")
    assert [(each.findtext(f"{ATOM}id") or "").endswith(ADDRESS) for each in entries] == [True]
    assert feed.findtext(f"{ATOM}updated") == "2026-05-02T00:00:00Z"
    assert 'type="application/atom+xml"' in city.client.get("/reports?lang=en").text


def test_feed_is_valid_with_any_name() -> None:
    hostile = "<b>&\"'\x00\x0b ]]> \N{RIGHT-TO-LEFT OVERRIDE}"
    listed = Listed("river-city", "w", {"en": hostile}, 1, date(2026, 5, 2), ("en",))
    title = ElementTree.fromstring(to_feed([listed], "en", "https://x.example")).find(f"{ATOM}entry/{ATOM}title")
    assert title is not None
    assert (title.text or "").startswith("<b>&\"' ]]>")
    assert ElementTree.fromstring(to_feed([], "ar", "https://x.example")).findall(f"{ATOM}entry") == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_summary_says_how_to_cite_it(city: Service, lang: str) -> None:
    page = city.client.get(f"{ADDRESS}?lang={lang}").text
    cited = re.search(r'<p class="facts cite">.*?</p>', page)
    assert cited
    assert f"{city.settings.base_url}{ADDRESS}?version=1" in cited[0]
    assert make_frozen().report.sha256[:12] in cited[0]
