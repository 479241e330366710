"""Brings a database to the schema of this version, and says when it is not there. Alembic does the work.

The revisions are found beside the package, in a checkout and in an installed wheel alike.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from app.errors import DatabaseNotReady
from app.records.tables import METADATA

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def migrate(engine: Engine) -> str | None:
    """Upgrade to the newest revision and return its name."""
    with engine.begin() as connection:
        command.upgrade(_config(connection), "head")
        return revision_of(connection)


def check_is_migrated(engine: Engine) -> None:
    expected = ScriptDirectory.from_config(_config(None)).get_current_head()
    with engine.execution_options(read_only=True).connect() as connection:
        arrived = revision_of(connection)
    if arrived != expected:
        raise DatabaseNotReady(expected, arrived)


def differences(engine: Engine) -> list[Any]:
    """What a migration would still have to change for the database to match the tables; empty when all is well."""
    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), METADATA))


def revision_of(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
