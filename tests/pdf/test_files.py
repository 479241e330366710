"""`.pdf` beside the page of a report: a file to keep, named, and the operator's log when it cannot be made."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.services.pdf import fonts
from app.web.headers import NOTHING
from tests.web.api.callers import POLICE, Desk, open_desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


ADDRESS = "/reports/river-city/police-2026.pdf"


def test_a_reader_gets_a_file_with_a_name_that_tells_what_it_is(desk: Desk) -> None:
    answer = desk.client.get(ADDRESS)
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-1.7")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'attachment; filename="police-2026-v1.en.pdf"'
    assert answer.headers["content-language"] == "en"
    assert answer.headers["content-security-policy"] == NOTHING
    assert answer.headers["cache-control"] == "public, no-cache"


def test_a_named_version_may_be_kept_and_is_the_same_file(desk: Desk) -> None:
    newest, named = desk.client.get(ADDRESS), desk.client.get(f"{ADDRESS}?version=1")
    assert named.content == newest.content
    assert named.headers["cache-control"] == "public, max-age=86400"


def test_who_has_the_file_is_told_so(desk: Desk) -> None:
    tag = desk.client.get(ADDRESS).headers["etag"]
    again = desk.client.get(ADDRESS, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "address", ["/reports/river-city/open-2026.pdf", f"{ADDRESS}?version=2", f"{ADDRESS}?version=x"]
)
def test_what_is_not_published_is_not_printed(desk: Desk, address: str) -> None:
    assert desk.client.get(address).status_code == 404


def test_each_paper_is_set_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.client.get(ADDRESS)
    monkeypatch.setattr("app.web.pdf_files.to_pdf", lambda *_: pytest.fail("set again"))
    assert desk.client.get(f"{ADDRESS}?lang=es").status_code == 200


def test_a_machine_without_fonts_says_so_to_its_operator_and_not_to_the_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(fonts, "FONT_FOLDERS", (tmp_path,))
    with open_desk(tmp_path) as desk, caplog.at_level(logging.ERROR):
        answer = desk.client.get(f"/reports/{desk.reports[POLICE].community}/{desk.reports[POLICE].wave}.pdf")
    assert answer.status_code == 500
    assert "COMMONTRUST_FONT_DIR" not in answer.text
    assert re.search(r"reference: [0-9a-f]{8}", answer.text)
    assert "install the Noto fonts or set COMMONTRUST_FONT_DIR." in caplog.text
