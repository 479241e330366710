"""Takes out of the database what remembers the order in which people answered.

SQLite: free pages and journal. PostgreSQL: row versions with their transactions and places. What a file system or a
disk keeps of deleted blocks is beyond a program: encrypt the disk.
"""

from __future__ import annotations

import sqlite3

from sqlalchemy import Engine, text

from app.records.ballots import FORGETFUL
from app.records.database import BUSY_TIMEOUT, writing


class JournalBusy(Exception):
    """Somebody reads, so that the journal cannot be emptied now."""


def sweep(engine: Engine, patience: int = BUSY_TIMEOUT) -> None:
    """`patience`: milliseconds that an SQLite reader is given to let go of the journal."""
    if engine.dialect.name == "sqlite":
        _sweep_sqlite(engine, patience)
    else:
        _rewrite_postgresql(engine)


def _sweep_sqlite(engine: Engine, patience: int) -> None:
    connection = engine.raw_connection()
    try:
        driver = connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.execute(f"PRAGMA busy_timeout={patience}")
        _empty_journal(driver)
        driver.execute("VACUUM")
        _empty_journal(driver)
        driver.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT}")
    except sqlite3.OperationalError as error:
        raise JournalBusy(str(error)) from error
    finally:
        connection.close()


def _empty_journal(driver: sqlite3.Connection) -> None:
    busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise JournalBusy("somebody is reading the database")


def _rewrite_postgresql(engine: Engine) -> None:
    """Write each table anew in the order of its key, all rows by one transaction.

    VACUUM FULL would keep each row's xmin, even frozen, and with it the transaction that wrote it.
    """
    with writing(engine) as session:
        for table, key in FORGETFUL.items():
            session.execute(text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
            session.execute(text(f"CREATE TEMPORARY TABLE kept ON COMMIT DROP AS SELECT * FROM {table}"))
            session.execute(text(f"TRUNCATE {table}"))
            session.execute(text(f"INSERT INTO {table} SELECT * FROM kept ORDER BY {key}"))
            session.execute(text("DROP TABLE kept"))
