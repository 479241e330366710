"""Erase from the database what shows the order in which people answered.

SQLite: free pages and journal. PostgreSQL: row versions with their transactions and positions. A program cannot erase
deleted blocks of a file system or disk: encrypt the disk.
"""

from __future__ import annotations

import sqlite3

from sqlalchemy import Engine, text

from app.records.ballots import UNORDERED_TABLES
from app.records.database import BUSY_TIMEOUT, writing


class JournalBusy(Exception):
    """Report that a reader keeps the journal from being emptied."""


def erase_order(engine: Engine, timeout: int = BUSY_TIMEOUT) -> None:
    """Erase the order of arrival. `timeout`: milliseconds to wait for an SQLite reader to release the journal."""
    if engine.dialect.name == "sqlite":
        _erase_order_sqlite(engine, timeout)
    else:
        _rewrite_postgresql(engine)


def _erase_order_sqlite(engine: Engine, timeout: int) -> None:
    connection = engine.raw_connection()
    try:
        driver = connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.execute(f"PRAGMA busy_timeout={timeout}")
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
        raise JournalBusy("another process is reading the database")


def _rewrite_postgresql(engine: Engine) -> None:
    """Rewrite each table in the order of its key, in one transaction.

    VACUUM FULL would keep each row's xmin, even frozen, and with it the transaction that wrote it.
    """
    with writing(engine) as session:
        for table, key in UNORDERED_TABLES.items():
            session.execute(text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
            session.execute(text(f"CREATE TEMPORARY TABLE kept ON COMMIT DROP AS SELECT * FROM {table}"))
            session.execute(text(f"TRUNCATE {table}"))
            session.execute(text(f"INSERT INTO {table} SELECT * FROM kept ORDER BY {key}"))
            session.execute(text("DROP TABLE kept"))
