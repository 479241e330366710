"""Turns of writers on SQLite: a busy process lets others write, and a wait that is too long ends in an error."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from app.records import database
from app.records.database import connect, writing
from app.records.schema import migrate

TIMES = 20


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'turns.sqlite3'}"
    engine = connect(url)
    migrate(engine)
    engine.dispose()
    return url


def write_once(engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(text("UPDATE wave SET slug = slug"))
        time.sleep(0.002)


def test_frequent_writer_does_not_block_others(url: str) -> None:
    busy, patient = connect(url), connect(url)
    written, over = [0], threading.Event()

    def write_on() -> None:
        while not over.is_set():
            write_once(busy)
            written[0] += 1

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        while not written[0]:
            time.sleep(0.001)
        before = written[0]
        for _ in range(TIMES):
            write_once(patient)
        meanwhile = written[0] - before
    finally:
        over.set()
        writer.join()
        busy.dispose()
        patient.dispose()
    # With SQLite's own wait it is hundreds.
    assert meanwhile <= 10 * TIMES


def test_writer_that_waits_too_long_gets_an_error(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT", 30)
    holder, waiting = connect(url), connect(url)
    with writing(holder), pytest.raises(OperationalError, match="database is locked"), writing(waiting):
        pass
    write_once(waiting)
    holder.dispose()
    waiting.dispose()
