"""No file that the service or its database writes holds a trace of the phone that sent a page."""

from __future__ import annotations

import http.client
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest

from app.services.ballots.invitation_codes import create_codes
from app.services.waves import lifecycle
from app.settings import Settings
from tests.faults.processes import ROOT, environment, free_port, wait_until_serving
from tests.postgres import Server
from tests.services.making import (
    ACT,
    PLAN,
    make_codes,
    make_database,
    make_fields,
    make_open_wave,
    make_settings,
    open_boxes,
)

ADDRESS = "127.77.13.9"
FORWARDED = "203.0.113.77"
AGENT = "Canary-Agent/77.13"
REFERRER = "https://canary.example/from-here"
ANSWER = 7_713_977_139
TOO_MUCH = "canary-over-long-field"
NUMBER = "77139" + "c" * 27


class Place:
    """Where a service writes: its folders, its database, its terminal."""

    def __init__(self, settings: Settings, folder: Path, server: Server | None) -> None:
        self.settings, self.server = settings, server
        self.terminal = folder / "terminal.log"
        self.port = free_port()

    def files(self) -> dict[str, bytes]:
        folders = [self.settings.data_dir, self.settings.key_dir, *([self.server.folder] if self.server else [])]
        paths = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
        return {str(path): path.read_bytes() for path in [*paths, self.terminal]}

    @contextmanager
    def serving(self) -> Iterator[None]:
        command = [sys.executable, "-c", "from app.cli import main; main()", "serve", "--port", str(self.port)]
        with self.terminal.open("ab") as terminal:
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment(self.settings), stdout=terminal, stderr=subprocess.STDOUT
            )
        try:
            wait_until_serving(self.port)
            yield
        finally:
            process.terminate()
            process.wait(20)

    def send(self, method: str, path: str, body: bytes = b"") -> int:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10, source_address=(ADDRESS, 0))
        headers = {
            "User-Agent": AGENT,
            "Referer": REFERRER,
            "X-Forwarded-For": FORWARDED,
            "Cookie": "canary=cookie-7713",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        line.request(method, path, body, headers)
        answer = line.getresponse()
        answer.read()
        line.close()
        return answer.status


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "sqlite":
        yield Place(make_settings(tmp_path), tmp_path, None)
    else:
        url = request.getfixturevalue("postgres_url")
        yield Place(make_settings(tmp_path, url), tmp_path, request.getfixturevalue("postgres_server"))


def page(code: str, **changes: str) -> bytes:
    fields = {name: value[0] for name, value in make_fields(ANSWER).items()}
    hidden = {
        "_number": NUMBER,
        "_agency": "police",
        "_lang": "en",
        "_code": code,
        "_at": "0",
        "_do": "send",
        "_pace": "3",
    }
    return urlencode({**hidden, **fields, **changes}).encode()


def flush(place: Place) -> None:
    if place.server:
        with psycopg.connect(place.settings.database_url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("CHECKPOINT")


@pytest.mark.slow
def test_identifying_request_data_is_written_nowhere(place: Place) -> None:
    engine = make_database(place.settings)
    slug = make_open_wave(engine, place.settings, agencies=PLAN.agencies[:1]).slug
    typed, scanned, unused = create_codes(engine, place.settings, slug, 3, "address sample", "north", "en")
    secret = scanned.link.partition("#")[2]
    with place.serving():
        assert place.send("GET", f"/s/{slug}?lang=en&canary=query-7713") < 300
        assert place.send("POST", f"/s/{slug}", page(typed.printed)) == 200
        assert place.send("POST", f"/s/{slug}", page(typed.printed)) == 200
        assert place.send("POST", f"/s/{slug}", page(secret)) == 200
        refusals = [
            ("GET", f"/s/canary-wave-7713/{TOO_MUCH}", b""),
            ("POST", f"/s/{slug}", page(unused.typed, A1=TOO_MUCH)),
            ("POST", f"/s/{slug}", page(typed.typed, _number="a" * 32)),
            ("POST", f"/s/{slug}", page("canary-code-7713")),
            ("POST", f"/s/{slug}", page("", A2=TOO_MUCH * 10_000)),
            ("DELETE", f"/s/{slug}?{TOO_MUCH}", page("")),
        ]
        assert min(place.send(*each) for each in refusals) >= 400
        flush(place)
        given_away = [ADDRESS, FORWARDED, AGENT, REFERRER, NUMBER, TOO_MUCH, "canary", "7713977139", "cookie-7713"]
        codes = [
            each for one in (typed, scanned, unused) for each in (one.typed, one.printed, one.link.partition("#")[2])
        ]
        answers = ['"A1":7,"A2":7,"A3":1,"A4":3', '"A1":', '"A1": 7']
        packed = make_codes(ANSWER)
        assert found_in(place.files(), [*given_away, *codes, *answers]) == []
        assert not any(packed in content for content in place.files().values())

    lifecycle.close_wave(engine, slug, ACT)
    open_boxes(engine, place.settings, slug, ACT)
    flush(place)
    engine.dispose()
    files = place.files()
    assert found_in(files, [*given_away, *codes]) == []
    assert any(packed in content for content in files.values())  # opened, they are there: the search can find things


def found_in(files: dict[str, bytes], canaries: list[str]) -> list[tuple[str, str]]:
    return [
        (canary, name)
        for name, content in files.items()
        for canary in canaries
        if canary.encode() in content or canary.lower().encode() in content
    ]
