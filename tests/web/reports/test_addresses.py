"""The addresses of published reports: what they send, in which language, and for how long it may be kept."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from app.web.lru_cache import LruCache
from app.web.pdf_files import PdfFiles
from app.web.reports import handlers
from app.web.reports.handlers import ReportPages
from tests.web.reading import Page
from tests.web.reports.making import ADDRESS as ADDRESS_SAMPLE
from tests.web.reports.making import LANGUAGES, make_frozen
from tests.web.reports.stored_reports import ADDRESS, COMMUNITY, WAVE, store_report
from tests.web.service import Service, open_city

ENDINGS = ("", ".json", ".csv")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_report_is_shown_in_each_of_its_languages(city: Service, lang: str) -> None:
    answer = city.client.get(ADDRESS, params={"lang": lang})
    page = Page(answer.text)
    assert (answer.status_code, page.lang, answer.headers["content-language"]) == (200, lang, lang)
    assert page.one("html").attributes["dir"] == ("rtl" if lang == "ar" else "ltr")
    assert page.all("a", href=f"{ADDRESS}.pdf?lang={lang}")
    assert not page.all("script")


def test_language_follows_the_browser_by_default(city: Service) -> None:
    assert Page(city.client.get(ADDRESS, headers={"accept-language": "fr, es-MX;q=0.8"}).text).lang == "es"
    assert Page(city.client.get(ADDRESS, params={"lang": "xx"}).text).lang == "en"


def test_the_document_is_sent_byte_for_byte(city: Service) -> None:
    answer = city.client.get(f"{ADDRESS}.json")
    assert answer.content == make_frozen().report.content
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("ending", ENDINGS)
def test_unchanged_page_is_not_sent_again(city: Service, ending: str) -> None:
    first = city.client.get(ADDRESS + ending)
    again = city.client.get(ADDRESS + ending, headers={"if-none-match": first.headers["etag"]})
    other = city.client.get(ADDRESS + ending, headers={"if-none-match": 'W/"something else"'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert other.status_code == 200


@pytest.mark.parametrize("ending", ENDINGS)
def test_pages_are_cacheable_and_a_named_version_for_a_day(city: Service, ending: str) -> None:
    newest, named = (city.client.get(ADDRESS + ending, params=each) for each in ({}, {"version": "1"}))
    assert newest.headers["cache-control"] == "public, no-cache"
    assert named.headers["cache-control"] == "public, max-age=86400"
    assert newest.headers["vary"] == "Accept-Encoding, Accept-Language"


def test_languages_have_different_tags(city: Service) -> None:
    assert len({city.client.get(ADDRESS, params={"lang": lang}).headers["etag"] for lang in LANGUAGES}) == 3


def test_the_page_allows_nothing_but_its_own_style(city: Service) -> None:
    policy = city.client.get(ADDRESS).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe-inline" not in policy
    assert "style=" not in city.client.get(ADDRESS).text


@pytest.mark.parametrize(
    "path",
    [
        "/reports/nowhere/riverside-2026",
        f"/reports/{COMMUNITY}/nothing",
        f"{ADDRESS}?version=2",
        f"{ADDRESS}?version=0",
        f"{ADDRESS}?version=one",
        f"{ADDRESS}.xml",
        f"{ADDRESS}.json?version=99999999999999999999",
    ],
)
def test_unpublished_report_is_not_found(city: Service, path: str) -> None:
    answer = city.client.get(path)
    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "no-store"


def test_a_wave_without_a_report_is_not_found(tmp_path: Path) -> None:
    with open_city(tmp_path) as service:
        assert service.client.get(ADDRESS).status_code == 404
        assert "No report has been published yet." in service.client.get("/reports").text


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "Published reports"), ("es", "Informes publicados"), ("ar", "التقارير المنشورة")]
)
def test_the_list_leads_to_each_report_in_each_of_its_languages(city: Service, lang: str, words: str) -> None:
    page = Page(city.client.get("/reports", params={"lang": lang}).text)
    assert page.one("h1").text == words
    for each in LANGUAGES:
        link = page.one("a", href=f"{ADDRESS}?lang={each}", hreflang=each)
        assert city.client.get(link.attributes["href"]).status_code == 200


def test_the_front_page_leads_to_the_report(city: Service) -> None:
    page = Page(city.client.get("/", params={"lang": "es"}).text)
    assert page.one("a", href=f"{ADDRESS}?lang=es").text == "Leer el informe"


def test_a_correction_is_a_new_version_and_the_old_one_stays(tmp_path: Path) -> None:
    with open_city(tmp_path) as service:
        first, second = make_frozen(), make_frozen((ADDRESS_SAMPLE,))
        store_report(service.engine, first)
        store_report(service.engine, second, version=2, day=date(2026, 6, 1))
        assert service.client.get(f"{ADDRESS}.json").content == second.report.content
        assert service.client.get(f"{ADDRESS}.json?version=1").content == first.report.content
        old = Page(service.client.get(f"{ADDRESS}?version=1&lang=en").text)
        assert "Version 1, published on May 2, 2026" in old.one("footer").text
        assert old.all("a", href=f"{ADDRESS}.csv?lang=en&version=1")
        assert old.one("a", href=f"{ADDRESS}?lang=en").text == "The newest version of this report"
        assert service.client.get("/reports").text.count(f'<h3><a href="{ADDRESS}?') == 1


def test_the_newest_version_is_found_after_a_few_seconds(tmp_path: Path) -> None:
    now = [100.0]
    with open_city(tmp_path) as service:
        pages = ReportPages(service.engine, "https://x", PdfFiles(), clock=lambda: now[0])
        assert pages.listed() == ()
        store_report(service.engine, make_frozen())
        assert pages.listed() == ()
        now[0] += handlers.NEWEST_FOR
        assert [each.wave for each in pages.listed()] == [WAVE]


@pytest.mark.parametrize("ending", ENDINGS)
def test_cached_page_is_neither_read_nor_rendered_again(
    city: Service, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"{ADDRESS}{ending}?version=1&lang=en"
    first = city.client.get(address)
    for name in ("find_frozen_report", "make_page", "make_table", "to_file"):
        monkeypatch.delattr(handlers, name)
    assert city.client.get(address).content == first.content


def test_cache_size_is_bounded_and_drops_the_oldest() -> None:
    made: list[int] = []
    kept: LruCache[int, int] = LruCache(2)
    for name in (1, 2, 1, 3, 1, 2):
        kept.get(name, lambda name=name: made.append(name) or name)  # type: ignore[misc]
    assert made == [1, 2, 3, 2]
    assert len(kept) == 2


def test_plain_and_compressed_are_the_same_page(city: Service) -> None:
    plain, packed = (city.client.get(ADDRESS, headers={"accept-encoding": each}) for each in ("identity", "gzip"))
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert plain.content == packed.content


def test_the_schema_is_sent(city: Service) -> None:
    answer = city.client.get("/api/report.schema.json")
    assert answer.headers["content-type"] == "application/schema+json"
    assert json.loads(answer.content)["title"] == "Commontrust report"
