"""A database that dies, goes away, fills up or is rebuilt under load: no thanked answer is lost, none is doubled."""

from __future__ import annotations

import contextlib
import http.client
import os
import queue
import secrets
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import psycopg
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from app.records import schema
from app.records.database import connect
from app.services.waves import lifecycle
from app.settings import Settings
from tests import postgres
from tests.drills import choose
from tests.faults.processes import Crowd, Page, Spawner, kill
from tests.faults.test_killed_servers import opened, wait_for
from tests.programs import require
from tests.services.making import ACT, PLAN, make_database, make_open_wave, make_settings, open_boxes
from tests.web.service import POLICE, RIVERSIDE

pytestmark = pytest.mark.slow
OPENINGS = choose(5, 12)


def people(slug: str, many: int = 20_000) -> Crowd:
    """Return people without end, each with a page of her own."""
    pages: queue.SimpleQueue[Page] = queue.SimpleQueue()
    for answer in Random(7).sample(range(10**9, 10**10), many):
        pages.put(Page(answer, secrets.token_hex(16)))
    return Crowd(slug, pages)


def check_every_thanked_answer_is_there_once(engine: Engine, settings: Settings, crowd: Crowd, least: int) -> None:
    lifecycle.close_wave(engine, crowd.wave, ACT)
    open_boxes(engine, settings, crowd.wave, ACT)
    found, thanked = opened(engine), set(crowd.thanked)
    print(f"thanked {len(thanked)}, asked to send again {len(crowd.refused)}, stored {len(found)}")
    assert len(thanked) >= least
    assert not [answer for answer in thanked if found[answer] != 1]
    assert set(found.values()) == {1}


Serving = Callable[[Settings], contextlib.AbstractContextManager[int]]


@pytest.fixture
def serving(spawn: Callable[[Settings], Spawner]) -> Serving:
    """Serve with these settings, on the port that the block receives."""

    @contextlib.contextmanager
    def serve(settings: Settings) -> Iterator[int]:
        process, port = spawn(settings).serve()
        try:
            yield port
        finally:
            kill(process)

    return serve


@pytest.fixture(scope="module")
def own_server() -> Iterator[postgres.Server]:
    """Start a PostgreSQL server whose commits are durable on the disk; a test that ends it starts it again."""
    with postgres.running(("fsync=on", "full_page_writes=on", "synchronous_commit=on")) as server:
        yield server


@pytest.fixture
def durable(own_server: postgres.Server, tmp_path: Path) -> Iterator[tuple[Engine, Settings]]:
    settings = make_settings(tmp_path, own_server.new_database())
    engine = make_database(settings)
    yield engine, settings
    engine.dispose()


@pytest.mark.postgres
def test_postgresql_killed_under_load_loses_no_answer(
    own_server: postgres.Server, durable: tuple[Engine, Settings], serving: Serving
) -> None:
    engine, settings = durable
    crowd = people(make_open_wave(engine, settings, agencies=PLAN.agencies[:1]).slug)
    with serving(settings) as crowd.port:
        crowd.start()
        for _ in range(4):
            time.sleep(1.0)
            own_server.process.kill()
            own_server.process.wait()
            time.sleep(0.3)
            own_server.start_again()
        time.sleep(1.5)
        crowd.stop()
    assert crowd.refused  # some were asked to send again
    check_every_thanked_answer_is_there_once(engine, settings, crowd, least=200)


@pytest.mark.postgres
def test_lost_database_is_reported_and_waited_for(
    own_server: postgres.Server, durable: tuple[Engine, Settings], serving: Serving
) -> None:
    engine, settings = durable
    slug = make_open_wave(
        engine,
        settings,
        languages=("en", "es"),
        drafts=("es",),
        survey="community-trust",
        community_names=RIVERSIDE,
        agencies=(POLICE,),
    ).slug
    body = b"_number=" + b"a" * 32 + b"&_agency=police&_lang=es&A1=3&_pace=3&_do=send"
    with serving(settings) as port:
        assert ask(port, "GET", f"/s/{slug}?lang=es").status == 203
        own_server.stop()
        try:
            gone = ask(port, "POST", f"/s/{slug}", body)
            assert gone.status == 503
            assert "respuestas" in gone.page
            assert 'id="A1-3" checked' in gone.page
            assert ask(port, "GET", f"/s/{slug}?lang=es").status == 203  # the page itself needs no database
            assert ask(port, "GET", "/readyz").status == 503
            assert ask(port, "GET", "/healthz").status == 200
            reports = ask(port, "GET", "/reports?lang=es")
            assert reports.status == 503
            assert (reports.headers["retry-after"], reports.headers["refresh"]) == ("10", "10")
            assert 'lang="es"' in reports.page
        finally:
            own_server.start_again()
        assert ask(port, "POST", f"/s/{slug}", body).status == 200
        assert ask(port, "POST", f"/s/{slug}", body).status == 200
    assert lifecycle.wave_status(engine, slug).waiting == 1


class Answer:
    def __init__(self, port: int, method: str, path: str, body: bytes) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        line.request(method, path, body, {"Content-Type": "application/x-www-form-urlencoded"})
        found = line.getresponse()
        self.status, self.headers = found.status, {name.lower(): value for name, value in found.getheaders()}
        self.page = found.read().decode("utf-8", "replace")
        line.close()


def ask(port: int, method: str, path: str, body: bytes = b"") -> Answer:
    return Answer(port, method, path, body)


# --- a disk that fills up


@contextlib.contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A file system of its own that is soon full, where a database of any user may lie."""
    require("root")
    folder = Path(tempfile.mkdtemp(prefix="disk"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
        folder.rmdir()


def fill_up(folder: Path) -> Path:
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"\0" * 4096)
    return ballast


def test_sqlite_on_a_full_disk_refuses_and_later_goes_on(tmp_path: Path, serving: Serving) -> None:
    with small_disk(24) as disk:
        keys = tmp_path / "keys"
        keys.mkdir()
        settings = replace(make_settings(tmp_path), database_url=f"sqlite:///{disk / 'a.sqlite3'}", data_dir=disk)
        engine = make_database(settings)
        crowd = people(make_open_wave(engine, settings, agencies=PLAN.agencies[:1]).slug)
        with serving(settings) as crowd.port:
            crowd.start()
            wait_for(lambda: len(crowd.thanked) > 100)
            ballast = fill_up(disk)
            wait_for(lambda: len(crowd.refused) > 20)
            before = len(crowd.thanked)
            ballast.unlink()
            wait_for(lambda: len(crowd.thanked) > before + 100)
            crowd.stop()
        check_every_thanked_answer_is_there_once(engine, settings, crowd, least=200)
        engine.dispose()


@pytest.mark.postgres
def test_postgresql_on_a_full_disk_refuses_and_later_goes_on(tmp_path: Path, serving: Serving) -> None:
    with small_disk(200) as disk, postgres.running(("fsync=on",), under=disk) as server:
        settings = make_settings(tmp_path, server.new_database())
        engine = make_database(settings)
        crowd = people(make_open_wave(engine, settings, agencies=PLAN.agencies[:1]).slug)
        with serving(settings) as crowd.port:
            crowd.start()
            wait_for(lambda: len(crowd.thanked) > 100)
            ballast = fill_up(disk)
            wait_for(lambda: len(crowd.refused) > 5, patience=90)
            ballast.unlink()
            if server.process.poll() is not None:  # without room for its journal it stops
                server.start_again()
            before = len(crowd.thanked)
            wait_for(lambda: len(crowd.thanked) > before + 100, patience=90)
            crowd.stop()
        check_every_thanked_answer_is_there_once(engine, settings, crowd, least=200)
        engine.dispose()


# --- two operators


def test_box_opening_by_two_operators_loses_no_answer(
    both_engine: Engine, both_settings: Settings, spawner: Spawner
) -> None:
    crowd = people(make_open_wave(both_engine, both_settings, agencies=PLAN.agencies[:1]).slug)
    server, crowd.port = spawner.serve()
    crowd.start()
    for _ in range(OPENINGS):
        time.sleep(0.25)
        both = [spawner.start("open", crowd.wave) for _ in range(2)]
        wait_for(lambda both=both: not any(_runs(process) for process in both))
    crowd.stop()
    kill(server)
    print(spawner.errors.read_text()[:300])
    check_every_thanked_answer_is_there_once(both_engine, both_settings, crowd, least=15 * OPENINGS)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


# --- a migration under traffic


@pytest.fixture
def one_more_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Copy the migrations and add one, which changes the table that residents write to."""
    head = ScriptDirectory.from_config(schema._config(None)).get_current_head()
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    for path in [schema.MIGRATIONS / "env.py", *schema.MIGRATIONS.glob("versions/*.py")]:
        (folder / path.relative_to(schema.MIGRATIONS)).write_bytes(path.read_bytes())
    (folder / "versions" / "next.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f"revision, down_revision, branch_labels, depends_on = 'next', {head!r}, None, None\n"
        "def upgrade():\n    op.add_column('envelope', sa.Column('added', sa.Integer(), nullable=True))\n"
        "def downgrade():\n    op.drop_column('envelope', 'added')\n"
    )
    monkeypatch.setattr(schema, "MIGRATIONS", folder)
    return "next"


def test_migration_runs_while_people_answer(
    both_engine: Engine, both_settings: Settings, serving: Serving, one_more_revision: str
) -> None:
    crowd = people(make_open_wave(both_engine, both_settings, agencies=PLAN.agencies[:1]).slug)
    with serving(both_settings) as crowd.port:
        crowd.start()
        wait_for(lambda: len(crowd.thanked) > 100)
        assert schema.migrate(both_engine) == one_more_revision
        before = len(crowd.thanked)
        wait_for(lambda: len(crowd.thanked) > before + 100)
        crowd.stop()
    assert crowd.refused == []
    check_every_thanked_answer_is_there_once(both_engine, both_settings, crowd, least=200)


@pytest.mark.postgres
def test_migration_behind_a_long_read_lets_answers_through(
    own_server: postgres.Server, durable: tuple[Engine, Settings], serving: Serving, one_more_revision: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """All others queue behind a migration that waits for its lock, so it waits for at most a second at a time."""
    monkeypatch.setattr(schema, "LOCK_TIMEOUT", 300)
    monkeypatch.setattr(schema, "PAUSE", 0.3)
    engine, settings = durable
    crowd = people(make_open_wave(engine, settings, agencies=PLAN.agencies[:1]).slug)
    looker = connect(settings.database_url)
    with serving(settings) as crowd.port:
        crowd.start()
        wait_for(lambda: len(crowd.thanked) > 100)
        with looker.connect() as look:
            look.execute(text("SELECT count(*) FROM envelope"))  # and its transaction stays open
            with pytest.raises(OperationalError):
                schema.migrate(engine, tries=3)
            migration = threading.Thread(target=schema.migrate, args=(engine,))
            migration.start()
            before = len(crowd.thanked)
            wait_for(lambda: len(crowd.thanked) > before + 100)
        migration.join(60)
        before = len(crowd.thanked)
        wait_for(lambda: len(crowd.thanked) > before + 50)
        crowd.stop()
    looker.dispose()
    with psycopg.connect(settings.database_url.replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (one_more_revision,)
    assert crowd.refused == []
    check_every_thanked_answer_is_there_once(engine, settings, crowd, least=200)


# --- clocks


def test_clock_jumps_lose_and_double_no_answer(
    both_engine: Engine, both_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock jumps by days and years between any two requests: answers do not depend on it."""
    from tests.services.making import make_form, send

    chance = Random(3)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + chance.uniform(-1e8, 1e8))
    slug = make_open_wave(both_engine, both_settings, agencies=PLAN.agencies[:1]).slug
    forms = [make_form(n) for n in range(60)]
    assert send(both_settings, slug, forms) == ["counted"] * 60
    assert send(both_settings, slug, forms) == ["counted_before"] * 60
    lifecycle.close_wave(both_engine, slug, ACT)
    assert open_boxes(both_engine, both_settings, slug, ACT).released == 60
    assert set(opened(both_engine)) == set(range(60))
