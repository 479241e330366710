"""Copy all rows of all tables: out of one snapshot, and into an empty database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Integer, Table, func, insert, select, text

from app.records.tables import METADATA

BATCH_ROWS = 500
OF_THE_SERVICE = "service"  # the row that belongs to one database and no other


def all_tables() -> list[Table]:
    """Return every table after those that it refers to."""
    return METADATA.sorted_tables


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """Open a consistent view of all tables, independent of concurrent writes."""
    options: dict[str, Any] = {"read_only": True}
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"
    with engine.connect().execution_options(**options) as connection:
        yield connection


def rows_of(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    """Yield rows in the order of the primary key. Where the key is random, no other order remains."""
    found = select(table).order_by(*table.primary_key.columns)
    for row in connection.execution_options(yield_per=BATCH_ROWS).execute(found).mappings():
        yield dict(row)


def is_empty(connection: Connection) -> bool:
    """Return whether no table holds a row, but for the name of the SECRET, which a migration writes."""
    tables = (table for table in all_tables() if table.name != OF_THE_SERVICE)
    return not any(connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables)


def fill(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
    """Insert rows, and let the table number new rows after them."""
    count, batch = 0, []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH_ROWS:
            connection.execute(insert(table), batch)
            count, batch = count + len(batch), []
    if batch:
        connection.execute(insert(table), batch)
    _advance_sequence(connection, table)
    return count + len(batch)


def _advance_sequence(connection: Connection, table: Table) -> None:
    """Move the PostgreSQL sequence behind the inserted ids."""
    numbered = [column for column in table.primary_key.columns if isinstance(column.type, Integer)]
    if connection.dialect.name != "postgresql" or len(table.primary_key.columns) != 1 or not numbered:
        return
    connection.execute(
        text(
            f"SELECT setval(pg_get_serial_sequence('{table.name}', '{numbered[0].name}'), "
            f"coalesce((SELECT max({numbered[0].name}) FROM {table.name}), 0) + 1, false)"
        )
    )
