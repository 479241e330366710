"""Erase from the database what shows the order in which people answered.

SQLite: free pages and journal. PostgreSQL: row versions with their transactions and positions. A program cannot erase
deleted blocks of a file system or disk: encrypt the disk.
"""

from __future__ import annotations

import logging
import sqlite3

from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from app.records.ballots import ROWS_OF_WAVE
from app.records.database import BUSY_TIMEOUT, LOCK_TIMEOUT, moving

log = logging.getLogger(__name__)


class JournalBusy(Exception):
    """Report that a reader keeps the journal from being emptied."""


def erase_order(engine: Engine, wave_id: int, is_over: bool, timeout: int = BUSY_TIMEOUT) -> None:
    """Erase the order of arrival. `timeout`: milliseconds to wait for an SQLite reader to release the journal.

    On PostgreSQL the rows of a wave that is over (`is_over`) are written anew; those of other waves stay untouched.
    """
    if engine.dialect.name == "sqlite":
        _erase_order_sqlite(engine, timeout)
        return
    if is_over:
        _rewrite_postgresql(engine, wave_id)
    _vacuum_postgresql(engine)


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


def _rewrite_postgresql(engine: Engine, wave_id: int) -> None:
    """Write the wave's rows anew in the order of their keys, in one transaction and without a lock on any table.

    A row's xmin, even frozen, shows the transaction that wrote it. No key still opens what the old versions hold.
    """
    with moving(engine) as session:
        for table, (key, condition) in ROWS_OF_WAVE.items():
            session.execute(
                text(
                    f"WITH taken AS (DELETE FROM {table} WHERE {condition} RETURNING *) "
                    f"INSERT INTO {table} SELECT * FROM taken ORDER BY {key}"
                ),
                {"wave": wave_id},
            )


def _vacuum_postgresql(engine: Engine) -> None:
    """Remove old row versions. It blocks no one and gives up a lock within a second; autovacuum then does it later."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}ms'"))
        try:
            for table in ROWS_OF_WAVE:
                connection.execute(text(f"VACUUM (TRUNCATE FALSE) {table}"))
        except OperationalError as error:
            log.warning("old rows were not removed yet: %s", type(error.orig).__name__)
        finally:
            connection.execute(text("RESET lock_timeout"))
