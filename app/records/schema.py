"""Migrate a database to the schema of this version with Alembic, and check that it is there.

The revisions are found beside the package, both in a checkout and in an installed wheel.
"""

from __future__ import annotations

import time
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from app.errors import DatabaseNotReady
from app.paths import MIGRATIONS
from app.records.tables import METADATA

LOCK_TIMEOUT = 1_000  # milliseconds that a revision may block other transactions
TRIES, PAUSE = 60, 1.0  # attempts of a revision that could not get its locks, and seconds between them
NO_LOCK = ("55P03", "40P01")  # PostgreSQL: lock not available, deadlock
MIGRATIONS_TURN = 0x6D6967726174  # "migrat" in ASCII: the id of the advisory lock in PostgreSQL


def migrate(engine: Engine, tries: int = TRIES) -> str | None:
    """Upgrade to the newest revision and return its name, while residents continue to answer.

    Each revision is a short transaction. On PostgreSQL it waits for its locks only briefly, lets residents pass, and
    tries again.
    """
    head = ScriptDirectory.from_config(_config(None)).get_current_head()
    left = tries
    while True:
        try:
            if _step(engine, head) == head:
                return head
        except OperationalError as error:
            left -= 1
            if left == 0 or getattr(error.orig, "sqlstate", None) not in NO_LOCK:
                raise
            time.sleep(PAUSE)


def _step(engine: Engine, head: str | None) -> str | None:
    """Apply one revision and return the revision of the database."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}ms'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": MIGRATIONS_TURN})
        if revision_of(connection) != head:
            command.upgrade(_config(connection), "+1")
        return revision_of(connection)


def check_is_migrated(engine: Engine) -> None:
    expected = ScriptDirectory.from_config(_config(None)).get_current_head()
    with engine.execution_options(read_only=True).connect() as connection:
        arrived = revision_of(connection)
    if arrived != expected:
        raise DatabaseNotReady(expected, arrived)


def differences(engine: Engine) -> list[Any]:
    """Return what a migration still has to change for the database to match the tables."""
    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), METADATA))


def revision_of(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
