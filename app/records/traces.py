"""Takes out of the database what remembers the order in which people answered.

SQLite: free pages and journal. PostgreSQL: row versions with their transactions and places. What a file system or a
disk keeps of deleted blocks is beyond a program: encrypt the disk.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable

from sqlalchemy import Engine, text

from app.records.ballots import FORGETFUL
from app.records.database import take_turn, writing

PATIENCE = 15.0  # seconds for a reader to let go of the journal


class JournalBusy(Exception):
    """Somebody reads, so that the journal cannot be emptied now."""


def sweep(engine: Engine, patience: float = PATIENCE, sleep: Callable[[float], None] = time.sleep) -> None:
    if engine.dialect.name == "sqlite":
        _sweep_sqlite(engine, patience, sleep)
    else:
        _rewrite_postgresql(engine)


def _sweep_sqlite(engine: Engine, patience: float, sleep: Callable[[float], None]) -> None:
    connection = engine.raw_connection()
    try:
        driver = connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        try:
            _empty_journal(driver, patience, sleep)
            driver.execute("VACUUM")
            _empty_journal(driver, patience, sleep)
        except sqlite3.OperationalError as error:
            raise JournalBusy(str(error)) from error
    finally:
        connection.close()


def _empty_journal(driver: sqlite3.Connection, patience: float, sleep: Callable[[float], None]) -> None:
    deadline = time.monotonic() + patience
    while True:
        busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not busy:
            return
        if time.monotonic() > deadline:
            raise JournalBusy("somebody is reading the database")
        sleep(0.05)


def _rewrite_postgresql(engine: Engine) -> None:
    """Write each table anew in the order of its key, all rows by one transaction.

    VACUUM FULL would keep each row's xmin, even frozen, and with it the transaction that wrote it.
    """
    with writing(engine) as session:
        take_turn(session)
        for table in FORGETFUL:
            key = "hash" if table == "code" else "mark" if table == "spent_number" else "key"
            session.execute(text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
            session.execute(text(f"CREATE TEMPORARY TABLE kept ON COMMIT DROP AS SELECT * FROM {table}"))
            session.execute(text(f"TRUNCATE {table}"))
            session.execute(text(f"INSERT INTO {table} SELECT * FROM kept ORDER BY {key}"))
            session.execute(text("DROP TABLE kept"))
