"""Text that has broken programs before goes in and comes back as it was, through page, table and database."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from app.records.communities import get_community
from app.records.waves import get_wave
from app.settings import Settings
from app.web.reports.csv_export import guard
from tests.naughty import NAUGHTY
from tests.services.conftest import both_engine, both_settings, postgres_server, postgres_url
from tests.services.making import make_open_wave
from tests.web.reading import Page, encode
from tests.web.service import Service, open_service

__all__ = ["both_engine", "both_settings", "postgres_server", "postgres_url"]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with open_service(tmp_path_factory.mktemp("naughty"), codes="required") as service:
        yield service


def test_naughty_strings_are_many_enough() -> None:
    assert len(set(NAUGHTY)) == len(NAUGHTY) > 140


@pytest.mark.parametrize("text", NAUGHTY, ids=range(len(NAUGHTY)))
def test_every_naughty_string_comes_back_as_it_was(service: Service, text: str) -> None:
    """A code that is none: the page shows it again, as text, in its field."""
    typed = text[:64]
    answer = service.client.post(
        service.address, content=encode({"_do": ["send"], "_pace": ["3"], "_code": [typed], "A1": ["3"]})
    )
    assert answer.status_code == 422
    shown = Page(answer.text).field("_code")
    assert shown is not None
    # HTML knows no NUL, and takes a line's end in any spelling for one.
    assert plain(shown) == plain(typed)
    assert answer.text.count("<script") == service.client.get(service.address).text.count("<script")


def plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "\ufffd")


def test_names_in_any_script_lie_in_the_database_as_they_were(both_engine: Engine, both_settings: Settings) -> None:
    names = {f"x-{place}": text for place, text in enumerate(NAUGHTY)}
    contact = "".join(NAUGHTY[14:20] + NAUGHTY[-40:]).replace("\x00", "")[:300]
    plan = make_open_wave(
        both_engine, both_settings, community_names={"en": "River City", **names}, contact=contact, languages=("en",)
    )
    with Session(both_engine) as session:
        assert get_community(session, plan.community).names == {"en": "River City", **names}
        assert get_wave(session, plan.slug).contact == contact


def test_no_table_holds_a_formula_and_every_table_is_read_back() -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerows([[str(guard(text)), "end"] for text in NAUGHTY])
    rows = list(csv.reader(io.StringIO(file.getvalue(), newline="")))
    assert [row[1] for row in rows] == ["end"] * len(NAUGHTY)
    for (read, _), text in zip(rows, NAUGHTY, strict=True):
        assert read.removeprefix("'" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else "") == text
        assert not read.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_addresses_of_every_kind_get_a_page(tmp_path: Path, service: Service) -> None:
    from urllib.parse import quote

    for text in NAUGHTY:
        for path in (f"/s/{quote(text, safe='')}", f"/reports/{quote(text, safe='')}/x", f"/?lang={quote(text)}"):
            assert service.client.get(path).status_code < 500, repr(text)
