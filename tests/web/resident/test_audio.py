"""Recordings of questions: played from the page without script, promised in the survey file and then all there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import WaveNotReady
from app.services.waves import audio
from app.services.waves.audio import find_recording, recording_path
from tests.web.reading import Page
from tests.web.service import PATHS, Service, open_service

SPOKEN = PATHS.replace("title: Questions about public services", "title: Questions about public services\naudio: [en]")
ITEMS = ("A1", "B1", "D1", "D2", "H1", "H2")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the recordings of surveys lie, with all but the last of this one."""
    for function in (find_recording, recording_path, audio.find_missing_recordings):
        monkeypatch.setattr(function, "__defaults__", (tmp_path / "surveys",))
    for code in ITEMS[:-1]:
        record(tmp_path / "surveys", code)
    return tmp_path / "surveys"


def record(surveys: Path, code: str) -> None:
    path = surveys / "paths" / "audio" / "en" / f"{code}.mp3"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(f"sound of {code}".encode())


@pytest.fixture
def spoken(folder: Path, tmp_path: Path) -> Iterator[Service]:
    record(folder, ITEMS[-1])
    with open_service(tmp_path, survey=SPOKEN) as service:
        yield service


def test_wave_without_a_promised_recording_does_not_open(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(WaveNotReady, match="promises recordings in en and 1 are missing, the first is H2"):
        open_service(tmp_path, survey=SPOKEN).__enter__()


def test_every_question_can_be_played_without_script(spoken: Service) -> None:
    page = Page(spoken.client.get(spoken.address).text)
    players = [each.attributes for each in page.all("audio")]
    assert [each["src"] for each in players] == [f"{spoken.address}/audio/en/{code}" for code in ITEMS]
    assert all(each["preload"] == "none" and each["aria-label"].startswith("Listen: ") for each in players)
    answer = spoken.client.get(players[0]["src"])
    assert (answer.headers["content-type"], answer.content) == ("audio/mpeg", b"sound of A1")
    assert "media-src 'self'" in spoken.client.get(spoken.address).headers["content-security-policy"]


@pytest.mark.parametrize("path", ["es/A1", "en/Z9", "en/..%2F..%2Fsurvey", "en", "en/A1/more"])
def test_nothing_else_can_be_fetched_there(spoken: Service, path: str) -> None:
    assert spoken.client.get(f"{spoken.address}/audio/{path}").status_code == 404
