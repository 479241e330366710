"""A PostgreSQL server with a log of every statement and all of its WAL links no resident to an answer."""

from __future__ import annotations

import re
import subprocess
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from scipy.stats import spearmanr

from app.settings import Settings
from tests.drills import choose
from tests.forensics.matchers import (
    Seen,
    by_appearance,
    by_key,
    by_place,
    by_rank,
    linked,
    postgres_log,
    to_seen,
    with_headers,
)
from tests.forensics.residents import BAR, BOX_SIZE, STRATA, Town, live
from tests.postgres import Server, running
from tests.services.making import make_database, make_settings

WATCHFUL = (
    "fsync=off",
    "full_page_writes=on",
    "wal_keep_size=4GB",
    "max_wal_size=4GB",
    "autovacuum=off",
    "log_statement=all",
    "log_line_prefix=%m %x ",
    "log_parameter_max_length=-1",
)


@dataclass
class Collector:
    server: Server
    url: str
    sealed_files: list[bytes] = field(default_factory=list)
    backups: list[list[bytes]] = field(default_factory=list)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.url.replace("+psycopg", "")) as connection:
            return connection.execute(query).fetchall()  # type: ignore[call-overload, no-any-return]

    def before(self) -> None:
        if len(self.backups) % 10 == 0:  # the whole folder is much to read fifty times
            self.sealed_files.append(self.all_files())

    def after(self) -> None:
        self.backups.append([bytes(row[0]) for row in self.rows("SELECT key FROM response")])  # type: ignore[arg-type]

    def all_files(self) -> bytes:
        files = sorted(path for path in self.server.data.rglob("*") if path.is_file())
        return b"".join(path.read_bytes() for path in files) + self.server.log.read_bytes()

    def segments(self) -> list[bytes]:
        return [path.read_bytes() for path in sorted((self.server.data / "pg_wal").glob("0*"))]

    def responses(self, order: str) -> list[Seen]:
        found = self.rows(f"SELECT key, stratum, codes FROM response ORDER BY {order}")
        return [to_seen(*row) for row in found]  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Town, Collector]]:
    folder: Path = tmp_path_factory.mktemp("forensics")
    with running(WATCHFUL) as server, pytest.MonkeyPatch.context() as monkeypatch:
        url = server.new_database()
        settings: Settings = make_settings(folder, url)
        engine = make_database(settings)
        collector = Collector(server, url)
        town = live(engine, settings, monkeypatch, collector.before, collector.after)
        engine.dispose()
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("CHECKPOINT")
        yield town, collector


def by_transaction(server: Server, responses: Sequence[Seen], segments: Sequence[bytes], wal: bytes) -> list[Seen]:
    """By the transaction whose record in the WAL, as pg_waldump reads it, held each response first; then by key."""
    # pg_waldump reads the size of segments from any file of the folder; a segment made ahead is still all zeros.
    written = [path for path in (server.data / "pg_wal").glob("0*") if any(path.read_bytes()[:24])]
    names = sorted(path.name for path in written)
    folder = server.folder / "written_segments"
    folder.mkdir(exist_ok=True)
    for path in written:
        (folder / path.name).unlink(missing_ok=True)
        (folder / path.name).symlink_to(path)
    start = int(names[0][8:16], 16) << 32 | int(names[0][16:], 16) * len(segments[0])
    command = [
        server.binaries / "pg_waldump",
        "-p",
        folder,
        "-s",
        f"{start >> 32:X}/{start & 0xFFFFFFFF:X}",
    ]
    stated = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    records = [
        (int(high, 16) << 32 | int(low, 16), int(transaction))
        for transaction, high, low in re.findall(r"tx:\s+(\d+), lsn: ([0-9A-F]+)/([0-9A-F]+)", stated)
    ]
    assert len({transaction for _, transaction in records}) > sum(STRATA.values())  # one for nearly every resident
    starts = [lsn for lsn, _ in records]

    def transaction_of(seen: Seen) -> int:
        place = start + with_headers(wal.find(seen.codes), len(segments[0]))
        return records[bisect_right(starts, place) - 1][1]

    return sorted(responses, key=lambda seen: (transaction_of(seen), seen.key))


@pytest.mark.slow
@pytest.mark.postgres
def test_matcher_is_no_better_than_box_size(collected: tuple[Town, Collector]) -> None:
    town, collector = collected
    responses = collector.responses("key")
    assert {seen.number for seen in responses} == {each.number for each in town.residents}
    segments = collector.segments()
    wal = postgres_log(segments)
    tables = b"".join(
        path.read_bytes() for path in sorted((collector.server.data / "base").rglob("*")) if path.is_file()
    )
    code_place = {bytes(row[0]): n for n, row in enumerate(collector.rows("SELECT hash FROM code ORDER BY ctid"))}  # type: ignore[arg-type]
    code_places = {each.place: code_place[each.code_hash].to_bytes(4, "big") for each in town.residents}
    compared = by_appearance(responses, collector.backups)
    groups = [BOX_SIZE] * 50
    scores = {
        "primary key order": linked(town, by_key(responses)),
        "order of a scan": linked(town, collector.responses("ctid")),
        "ctid": linked(town, collector.responses("ctid DESC")),
        "xmin": linked(town, collector.responses("xmin::text::bigint, ctid")),
        "page order": linked(town, by_place(responses, tables)),
        "order in the WAL": linked(town, by_place(responses, wal)),
        "transactions in the WAL": linked(town, by_transaction(collector.server, responses, segments, wal)),
        "backups compared": linked(town, compared),
        "place of the spent mark": linked(town, by_rank(town, code_places, compared, groups)),
        "log of statements": linked(town, by_place(responses, collector.server.log.read_bytes(), "spelled")),
    }
    print("\n".join(f"{name}: {score:.1%}" for name, score in scores.items()))
    assert max(scores.values()) <= BAR, scores


@pytest.mark.slow
@pytest.mark.postgres
def test_rows_show_no_transaction_and_no_position(collected: tuple[Town, Collector]) -> None:
    town, collector = collected
    arrival = {each.code_hash: each.place for each in town.residents} | {
        each.number: each.place for each in town.residents
    }
    for table in ("code", "response"):
        assert collector.rows(f"SELECT count(DISTINCT xmin::text) FROM {table}") == [(1,)]
    hashes = [arrival[bytes(row[0])] for row in collector.rows("SELECT hash FROM code ORDER BY ctid")]  # type: ignore[arg-type]
    answers = [arrival[seen.number] for seen in collector.responses("ctid")]
    # A row is stored anew in the order of its random key, wherever a page has room: its place follows no arrival.
    for places in (hashes, answers):
        assert sorted(places) == list(range(len(town.residents)))
        assert abs(spearmanr(range(len(places)), places).statistic) < 4 / len(places) ** 0.5
    assert collector.rows("SELECT count(*) FROM spent_number") == [(0,)]


@pytest.mark.slow
@pytest.mark.postgres
def test_answers_are_unreadable_before_opening(collected: tuple[Town, Collector]) -> None:
    _, collector = collected
    responses = {seen.key: seen for seen in collector.responses("key")}
    for number, files in enumerate(collector.sealed_files):
        opened = set(collector.backups[number * 10 - 1]) if number else set()
        waiting = [seen for key, seen in responses.items() if key not in opened][:: choose(20, 1)]
        assert waiting
        assert not [seen for seen in waiting if seen.codes in files]
    found = [seen for key, seen in responses.items() if key in opened][:: choose(20, 1)]
    assert all(seen.codes in collector.sealed_files[-1] for seen in found)
