"""`.pdf` beside the page of a report: a file to keep, named, and the operator's log when it cannot be made."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from app.language.catalogs import load_catalog
from app.services.pdf import fonts
from app.web.headers import NOTHING
from tests.web.api.callers import POLICE, Desk, open_desk


@pytest.fixture(scope="module")
def desk(noto_fonts: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


SENTENCE = "PDF files cannot be made here at the moment"
ADDRESS = "/reports/river-city/police-2026.pdf"


def test_download_has_a_descriptive_file_name(desk: Desk) -> None:
    answer = desk.client.get(ADDRESS)
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-1.7")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'attachment; filename="police-2026-v1.en.pdf"'
    assert answer.headers["content-language"] == "en"
    assert answer.headers["content-security-policy"] == NOTHING
    assert answer.headers["cache-control"] == "public, no-cache"


def test_named_version_is_cacheable_and_is_the_same_file(desk: Desk) -> None:
    newest, named = desk.client.get(ADDRESS), desk.client.get(f"{ADDRESS}?version=1")
    assert named.content == newest.content
    assert named.headers["cache-control"] == "public, max-age=86400"


def test_unchanged_file_is_answered_with_304(desk: Desk) -> None:
    tag = desk.client.get(ADDRESS).headers["etag"]
    again = desk.client.get(ADDRESS, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "address", ["/reports/river-city/open-2026.pdf", f"{ADDRESS}?version=2", f"{ADDRESS}?version=x"]
)
def test_unpublished_report_is_not_printed(desk: Desk, address: str) -> None:
    assert desk.client.get(address).status_code == 404


def test_each_paper_is_set_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.client.get(ADDRESS)
    monkeypatch.setattr("app.web.pdf_files.to_pdf", lambda *_: pytest.fail("set again"))
    assert desk.client.get(f"{ADDRESS}?lang=es").status_code == 200


@pytest.mark.parametrize("lang", ["en", "es"])
def test_missing_fonts_show_a_page_and_log_an_error(
    lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(fonts, "FONT_FOLDERS", (tmp_path,))
    refused = ask_for_pdf(tmp_path, lang, caplog)
    assert "COMMONTRUST_FONT_DIR" not in refused
    assert "install the Noto fonts or set COMMONTRUST_FONT_DIR." in caplog.text


@pytest.mark.parametrize("lang", ["en", "es"])
def test_missing_typesetter_shows_a_page_and_logs_an_error(
    lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("app.extras.is_installed", lambda name: name != "pdf")
    refused = ask_for_pdf(tmp_path, lang, caplog)
    assert "typst" not in refused
    assert "Expected the package typst for PDF files of reports and scorecards, found none" in caplog.text
    assert "install commontrust[pdf]." in caplog.text


def ask_for_pdf(folder: Path, lang: str, caplog: pytest.LogCaptureFixture) -> str:
    with open_desk(folder) as desk, caplog.at_level(logging.ERROR):
        report = desk.reports[POLICE]
        answer = desk.client.get(f"/reports/{report.community}/{report.wave}.pdf?lang={lang}")
    assert answer.status_code == 503
    assert f'lang="{lang}"' in answer.text
    assert load_catalog(lang, "interface").text(SENTENCE) in unescape(answer.text)
    return answer.text
