"""An operator publishes data, checks them, lets a researcher have finer ones, and takes a release back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.records.database import connect
from app.services.releases.access_requests import ask_access
from app.settings import load_settings
from tests.cli.conftest import Run
from tests.services.released import WAVE, make_answered_wave
from tests.services.releases.test_access_requests import WANTED


@pytest.fixture
def engine(run: Run) -> Iterator[Engine]:
    run("migrate")
    engine = connect(load_settings().database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def wave(engine: Engine) -> str:
    return make_answered_wave(engine, load_settings())


def test_build_shows_name_fingerprint_address_and_progress(run: Run, wave: str) -> None:
    status, said, progress = run("release", "build", wave)
    first, fingerprint, address = said.splitlines()
    assert status == 0
    assert first == f"Release {WAVE}-v1.0.0 is published: 23 files, first release."
    assert len(fingerprint) == len("fingerprint: ") + 64
    assert address == f"address: http://127.0.0.1:8000/data/{WAVE}-v1.0.0"
    assert f"writing data/{WAVE}.csv" in progress
    again = run("release", "build", wave)[1].splitlines()
    assert again[0] == f"Nothing changed: release {WAVE}-v1.0.0 is current, and was built again byte for byte."
    assert again[1:] == [fingerprint, address]


def test_whole_release_passes_and_broken_one_is_refused(run: Run, wave: str, tmp_path: Path) -> None:
    run("release", "build", wave)
    status, said, _ = run("release", "verify", f"{WAVE}-v1.0.0")
    assert status == 0
    assert said.startswith(f"Release {WAVE}-v1.0.0 is complete: 23 files are unchanged since ")
    (tmp_path / "data" / "releases" / "public" / f"{WAVE}-v1.0.0" / "TERMS.txt").write_text("Do as you like.")
    status, said, complaint = run("release", "verify", f"{WAVE}-v1.0.0")
    assert (status, said) == (2, "")
    assert complaint.splitlines()[-1] == (f"Expected {WAVE}-v1.0.0 as it was published, found: TERMS.txt has changed.")


def test_approved_request_gives_a_link(run: Run, wave: str, engine: Engine) -> None:
    assert run("release", "requests")[1] == "There are no requests.\n"
    run("release", "build", wave, "--tier", "restricted")
    number = ask_access(engine, WAVE, WANTED, date(2026, 11, 24))
    listed = run("release", "requests")[1]
    assert listed.startswith(f"{number}  waiting  {WAVE}  asked on 2026-11-24  Ada Lovelace, University")
    assert WANTED.purpose in listed
    status, link, stated = run("release", "approve", number, "--days", "3")
    assert status == 0
    assert link.startswith("http://127.0.0.1:8000/data/access/")
    assert "cannot be shown again" in stated
    status, _, complaint = run("release", "refuse", number, "--reason", "too late")
    assert (status, complaint) == (2, f"Expected a request that is waiting, but {number} is already approved.\n")


def test_a_withdrawn_release_is_listed_with_its_reason(run: Run, wave: str) -> None:
    assert run("release", "list")[1] == "There are no releases.\n"
    run("release", "build", wave)
    assert "public, 0 or more downloads" in run("release", "list")[1]
    status, said, _ = run("release", "withdraw", f"{WAVE}-v1.0.0", "--reason", "A label was wrong.")
    assert (status, said) == (
        0, f"Release {WAVE}-v1.0.0 is withdrawn. Copies that were downloaded before cannot be recalled.\n",
    )  # fmt: skip
    assert run("release", "list")[1].rstrip().endswith(": A label was wrong.")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("build", "nowhere"), "there is no survey round 'nowhere'"),
        (("verify", "nowhere"), "there is no release 'nowhere'"),
        (("approve", "12345678"), "there is no request '12345678'"),
        (("build", WAVE, "--tier", "secret"), "secret"),
    ],
)
def test_impossible_request_is_refused_in_one_sentence(
    run: Run, engine: Engine, arguments: tuple[str, ...], complaint: str
) -> None:
    status, said, stated = run("release", *arguments)
    assert (status, said) == (2, "")
    assert complaint in stated
    assert "Traceback" not in stated
