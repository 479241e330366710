"""An SQLite database, its journals, its backups and the code list link no resident to an answer."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.settings import Settings
from tests.forensics.matchers import (
    Seen,
    by_appearance,
    by_key,
    by_place,
    by_rank,
    frames,
    linked,
    to_seen,
)
from tests.forensics.residents import BAR, BOX_SIZE, MOST_BOXES, Town, live
from tests.services.making import KEYS


class Collector:
    """Takes a copy of every file before and after each opening."""

    def __init__(self, settings: Settings) -> None:
        self.database = settings.data_dir / "commontrust.sqlite3"
        self.journal = Path(f"{self.database}-wal")
        self.key_dir = settings.key_dir
        self.sealed_files: list[bytes] = []
        self.journals_before: list[bytes] = []
        self.journals_after: list[bytes] = []
        self.backups: list[list[bytes]] = []
        self.envelopes: list[list[bytes]] = []
        self.resealed: set[bytes] = set()

    def before(self) -> None:
        self.journals_before.append(self.journal.read_bytes())
        self.sealed_files.append(self.database.read_bytes() + self.journal.read_bytes())
        waiting = self.rows("SELECT key FROM envelope")
        self.envelopes.append([key for key in waiting if key not in self.resealed])

    def after(self) -> None:
        self.journals_after.append(self.journal.read_bytes())
        self.backups.append(self.rows("SELECT key FROM response"))
        self.resealed |= set(self.rows("SELECT key FROM envelope"))

    def rows(self, query: str) -> list[bytes]:
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as connection:
            return [bytes(row[0]) for row in connection.execute(query)]

    def responses(self) -> list[Seen]:
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as connection:
            return [to_seen(*row) for row in connection.execute("SELECT key, stratum, codes FROM response")]


def arrival_of_envelopes(journals: Sequence[bytes], boxes: Sequence[Sequence[bytes]]) -> list[bytes]:
    """The keys of all envelopes in the order in which the journals show them first."""
    found = []
    for journal, keys in zip(journals, boxes, strict=True):
        written = b"".join(page for _, page in frames(journal))
        found += sorted((key for key in keys if key not in found and key in written), key=written.find)
    return found


@pytest.fixture
def collected(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> tuple[Town, Collector]:
    caplog.set_level(logging.DEBUG)
    collector = Collector(settings)
    return live(engine, settings, monkeypatch, collector.before, collector.after), collector


@pytest.mark.slow
def test_matcher_is_no_better_than_box_size(
    collected: tuple[Town, Collector], caplog: pytest.LogCaptureFixture
) -> None:
    town, collector = collected
    responses = collector.responses()
    assert {seen.number for seen in responses} == {each.number for each in town.residents}
    database = collector.database.read_bytes()
    journal = b"".join(collector.journals_after)
    arrived = arrival_of_envelopes(collector.journals_before, collector.envelopes)
    assert len(arrived) == len(town.residents)
    groups = [BOX_SIZE] * 50
    compared = by_appearance(responses, collector.backups)
    code_hashes = {each.place: each.code_hash for each in town.residents}
    scores = {
        "row order": linked(town, responses),
        "primary key order": linked(town, by_key(responses)),
        "page order of rows": linked(town, by_place(responses, database)),
        "page order of keys": linked(town, by_place(responses, database, "key")),
        "journal order": linked(town, by_place(responses, b"".join(page for _, page in frames(journal)))),
        "all journals": linked(town, by_place(responses, b"".join(collector.journals_before))),
        "backups compared": linked(town, compared),
        "backups and hash of the code": linked(town, by_rank(town, code_hashes, compared, groups)),
        "backups and key of the envelope": linked(town, by_rank(town, dict(enumerate(arrived)), compared, groups)),
        "log": linked(town, by_place(responses, caplog.text.encode(), "spelled")),
    }
    print("\n".join(f"{name}: {score:.1%}" for name, score in scores.items()))
    assert max(scores.values()) <= BAR, scores


@pytest.mark.slow
def test_answers_are_unreadable_until_opening_leaves_no_trace(
    collected: tuple[Town, Collector],
) -> None:
    _, collector = collected
    sealed = {seen.key: seen for seen in collector.responses()}
    opened_before: set[bytes] = set()
    for files, backup in zip(collector.sealed_files, collector.backups, strict=True):
        waiting = [sealed[key] for key in backup if key not in opened_before]
        assert waiting or files is collector.sealed_files[-1]
        assert not [seen for seen in waiting if seen.codes in files]
        opened_before |= set(backup)
    database = collector.database.read_bytes()
    assert all(database.count(seen.codes) == 1 for seen in sealed.values())
    assert set(map(len, collector.journals_after)) <= {0} | {32 + n * (24 + 4096) for n in range(1, 5)}
    assert len(list(collector.key_dir.glob("holders/*/*.key"))) == 2 * (KEYS + MOST_BOXES - len(collector.backups))


def test_matchers_find_a_planted_order() -> None:
    """A matcher that could not find anything would pass every bar."""
    from tests.forensics.residents import Resident

    town = Town([Resident(place, "north", bytes([place]), 10**9 + place) for place in range(100)])
    responses = [Seen(bytes([200 - place]), "north", 10**9 + place) for place in range(100)]
    written = b"...".join(seen.codes for seen in responses)
    assert linked(town, by_place(responses[::-1], written)) == 1
    assert linked(town, by_key(responses)) == 1  # found backwards
    assert linked(town, by_appearance(responses, [[seen.key for seen in responses[:n]] for n in range(1, 101)])) == 1
    marks = {each.place: bytes([each.place]) for each in town.residents}
    assert linked(town, by_rank(town, marks, responses, [20] * 5)) == 1
