"""Open the engine and its transactions, and the one lock that everything about ballots takes.

A commit here is on the disk. The server acknowledges an answer only after it.
"""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session, create_engine

from app.errors import DatabaseBusy
from app.extras import require
from app.private_files import make_private_file
from app.records import tables

# Errors of a database that does not answer.
AWAY = (OperationalError, InterfaceError, PoolTimeout)

BUSY_TIMEOUT = 15_000  # milliseconds to wait for another writer
RETRY_AFTER = 0.0005  # seconds between two attempts to begin a write transaction

# FULL: a commit survives a power cut. secure_delete and temp_store: deleted rows leave no copy.
SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    f"busy_timeout={BUSY_TIMEOUT}",
    "secure_delete=ON",
    "temp_store=MEMORY",
)
BALLOTS_TURN = 0x62616C6C6F74  # "ballot" in ASCII: the id of the advisory lock in PostgreSQL
MOVING_TURN = 0x6D6F76696E67  # "moving": the lock of those who store opened answers
NO_LOCK = "55P03"  # PostgreSQL: lock not available
LOCK_TIMEOUT = 1_000  # milliseconds that an opening waits for a lock on PostgreSQL while residents wait behind it

# Notice a lost database soon, because a resident waits for the answer.
TIMEOUTS: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}

assert tables.METADATA.tables  # importing `tables` registers all tables


def connect(url: str) -> Engine:
    if url.startswith("postgresql"):
        require("postgres")
    options = TIMEOUTS if url.startswith("postgresql") else {}
    # hide_parameters: an error must not write the hash of a code to a log.
    engine = create_engine(
        url, hide_parameters=True, json_serializer=to_json, pool_pre_ping=True, pool_timeout=5, connect_args=options
    )
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    else:
        event.listen(engine, "connect", _commit_durably)
    return engine


def to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "do_connect")
    def keep_private(dialect: Any, record: Any, arguments: Any, options: Any) -> None:
        # The journals get the permissions of the file.
        name = engine.url.database
        if name and Path(name).parent.is_dir():
            make_private_file(Path(name))

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # the driver must not start transactions itself
        for pragma in SQLITE_PRAGMAS:
            connection.execute("PRAGMA " + pragma)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that reads and then writes fails, or loses an update, if another one writes in between.
        if connection.get_execution_options().get("read_only", False):
            connection.exec_driver_sql("BEGIN")
            return
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA busy_timeout=0")
        try:
            if not _begin_in_turn(driver, engine.url.database):
                connection.exec_driver_sql("BEGIN IMMEDIATE")  # fails with SQLite's own error
        finally:
            driver.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT}")


def _begin_in_turn(connection: Any, database: str | None) -> bool:
    """Begin to write once no other process does. A waiting process begins before the one that has just written.

    SQLite itself retries after up to a tenth of a second, when the other process has begun again: under load, a worker
    would wait for seconds. Here one process at a time is next, and later ones wait for that place with a file lock.
    """
    deadline = time.monotonic() + BUSY_TIMEOUT / 1000
    try:
        with ExitStack() as stack:
            if database and not _until(deadline, partial(_be_next, stack, f"{database}-next")):
                return False
            return _until(deadline, partial(_begin, connection))
    except sqlite3.OperationalError:
        return False


def _until(deadline: float, has_worked: Callable[[], bool]) -> bool:
    while not has_worked():
        if time.monotonic() >= deadline:
            return False
        time.sleep(RETRY_AFTER)
    return True


def _be_next(stack: ExitStack, path: str) -> bool:
    """Take the file lock of the next writer. Where no file can be locked, SQLite's own lock still applies."""
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(file)
        return not isinstance(error, BlockingIOError)
    stack.callback(os.close, file)
    return True


def _begin(connection: Any) -> bool:
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            return False
        raise
    return True


def _commit_durably(connection: Any, record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
        )
    connection.commit()


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Open one transaction that has ballots to itself, and commit it at its end."""
    with Session(engine) as session, session.begin():
        take_turn(session)
        yield session


@contextmanager
def counting(engine: Engine) -> Iterator[Session]:
    """Open one transaction that counts ballots beside others. Opening and closing wait until all of them end."""
    with Session(engine) as session, session.begin():
        share_turn(session)
        yield session


@contextmanager
def moving(engine: Engine) -> Iterator[Session]:
    """Open one transaction that stores opened answers beside residents who send theirs.

    It has ballots to itself only from its own call of `take_turn`, and gives up after a second without that lock.
    """
    with Session(engine) as session, session.begin():
        if engine.dialect.name == "postgresql":
            session.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": MOVING_TURN})
            session.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}ms'"))
        try:
            yield session
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != NO_LOCK:
                raise
            raise DatabaseBusy() from None


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Open a session that reads and blocks no writer."""
    with Session(engine.execution_options(read_only=True), expire_on_commit=False) as session:
        yield session


def take_turn(session: Session) -> None:
    """Wait until no other process counts, opens or closes. SQLite has one writer anyway."""
    _wait_for_turn(session, "pg_advisory_xact_lock")


def share_turn(session: Session) -> None:
    """Wait until no process opens or closes; others may count at the same time."""
    _wait_for_turn(session, "pg_advisory_xact_lock_shared")


def _wait_for_turn(session: Session, lock: str) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SELECT {lock}(:turn)"), {"turn": BALLOTS_TURN})
    else:
        session.connection()
