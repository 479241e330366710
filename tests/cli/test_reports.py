"""An operator looks at what a report would hide, publishes it, and shows it; a second time nothing changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.records.database import connect
from app.records.reports import versions_of
from app.records.waves import get_wave
from app.settings import load_settings
from tests.cli.conftest import Run
from tests.services.making import make_open_wave
from tests.services.reported import WAVE, add_responses, make_closed_wave


@pytest.fixture
def engine(run: Run) -> Iterator[Engine]:
    run("migrate")
    engine = connect(load_settings().database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def wave(engine: Engine) -> str:
    return make_closed_wave(engine, load_settings())


def versions(engine: Engine) -> list[int]:
    from sqlmodel import Session

    with Session(engine) as session:
        return versions_of(session, get_wave(session, WAVE).id or 0)


def test_publish_shows_version_fingerprint_and_address(run: Run, wave: str) -> None:
    status, said, _ = run("report", "publish", wave)
    first, fingerprint, address = said.splitlines()
    assert status == 0
    assert first == f"Version 1 of the report of {wave} is published."
    assert len(fingerprint) == len("fingerprint: ") + 64
    assert address == f"address: http://127.0.0.1:8000/reports/river-city/{wave}"


def test_second_publish_without_new_answers_makes_no_version(run: Run, engine: Engine, wave: str) -> None:
    first = run("report", "publish", wave)
    shown = run("report", "show", wave, "--format", "json")
    assert run("report", "publish", wave) == first
    assert run("report", "show", wave, "--format", "json") == shown
    assert versions(engine) == [1]


def test_new_answers_make_a_new_version_and_the_old_one_stays(run: Run, engine: Engine, wave: str) -> None:
    run("report", "publish", wave)
    before = run("report", "show", wave, "--format", "json")
    add_responses(engine, wave, ["police", "library"], people=120, seed=2)
    assert run("report", "publish", wave)[1].startswith("Version 2 of the report")
    assert versions(engine) == [1, 2]
    assert run("report", "show", wave, "--version", "1", "--format", "json") == before
    assert run("report", "show", wave, "--format", "json") != before


def test_fingerprint_is_that_of_the_shown_json(run: Run, wave: str) -> None:
    fingerprint = run("report", "publish", wave)[1].splitlines()[1].removeprefix("fingerprint: ")
    _, content, _ = run("report", "show", wave, "--format", "json")
    assert hashlib.sha256(content.encode()).hexdigest() == fingerprint
    assert json.loads(content)["wave"] == wave


def test_table_shows_intervals_without_margin_of_error(run: Run, wave: str) -> None:
    run("report", "publish", wave)
    status, said, _ = run("report", "show", wave)
    lines = said.splitlines()
    assert status == 0
    assert lines[0].startswith(f"{wave}, version 1, published on ")
    assert lines[1].split() == ["sample", "agency", "index", "interval", "answers", "change"]
    assert [line.split()[:3] for line in lines[2:]] == [["open-link", "the", "library"], ["open-link", "the", "police"]]
    assert all("modelled" in line and " to " in line for line in lines[2:])
    assert "margin" not in said


def test_preview_lists_withheld_figures_and_publishes_nothing(run: Run, engine: Engine) -> None:
    wave = make_closed_wave(engine, load_settings(), people=80)
    status, said, _ = run("report", "preview", wave)
    *lines, total = said.splitlines()
    assert status == 0
    assert lines
    assert any("too few" in line for line in lines)
    assert total.startswith(f"The report of {wave} would hide {len(lines)} figures: ")
    assert versions(engine) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("publish", "nowhere"), "Expected one of: river-city-2026; there is no survey round 'nowhere'.\n"),
        (("preview", WAVE), f"No report can be made of the survey round '{WAVE}': it is open; close it first.\n"),
        (("show", WAVE), f"Expected a known published report; there is no published report '{WAVE}'.\n"),
        (
            ("show", WAVE, "--version", "3"),
            f"Expected a known published report; there is no published report '{WAVE}, version 3'.\n",
        ),
    ],
)
def test_impossible_request_is_refused_in_one_sentence(
    run: Run, engine: Engine, arguments: tuple[str, ...], sentence: str
) -> None:
    make_open_wave(engine, load_settings())
    assert run("report", *arguments) == (2, "", sentence)


def test_key_is_shown_once_listed_without_secret_and_revoked(run: Run, wave: str, tmp_path: Path) -> None:
    status, text, note = run("key", "create", "city dashboard", "--agency", "river-city/police", "--days", "90")
    name = text.split("_")[2]
    assert status == 0
    assert text.startswith("ct_test_")
    assert note == f"API key {name} works for 90 days. It cannot be shown again: keep it secret.\n"
    _, listed, _ = run("key", "list")
    assert listed.startswith(f"{name}  works  until ")
    assert listed.endswith("never used  river-city/police  city dashboard\n")
    assert text.split("_")[3] not in listed
    assert run("key", "revoke", name) == (0, f"The API key {name} is revoked.\n", "")
    assert f"{name}  revoked" in run("key", "list")[1]


def test_keys_that_cannot_be_made_or_found_are_one_sentence(run: Run, wave: str) -> None:
    assert run("key", "list") == (0, "There are no API keys.\n", "")
    assert run("key", "revoke", "nobody")[::2] == (2, "Expected a known API key; there is no API key 'nobody'.\n")
    assert run("key", "create", "x", "--agency", "river-city/fire")[::2] == (
        2,
        "Expected one of: river-city/library, river-city/police; there is no agency 'river-city/fire'.\n",
    )
    assert run("key", "create", "x", "--days", "366")[0] == 2
