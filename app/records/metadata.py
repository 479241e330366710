"""Define what all tables share: constraint names that migrations can find again, and common column types."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import SQLModel

# Set before the first table is declared, or SQLite's batch migrations cannot drop a constraint.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# Store rows in the order of their random key only.
BY_KEY_ONLY: dict[str, Any] = {"sqlite_with_rowid": False}


class Record(SQLModel):
    """Hold a row of a table."""


def json_column() -> Any:
    return Column(JSON, nullable=False)
