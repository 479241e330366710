"""All rows of all tables, out of one moment and into an empty database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Integer, Table, func, insert, select, text

from app.records.tables import METADATA

TOGETHER = 500  # rows


def all_tables() -> list[Table]:
    """Every table after those that it points to."""
    return METADATA.sorted_tables


@contextmanager
def one_moment(engine: Engine) -> Iterator[Connection]:
    """A look at all tables as they are at one moment, whoever writes meanwhile."""
    options: dict[str, Any] = {"read_only": True}
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"
    with engine.connect().execution_options(**options) as connection:
        yield connection


def rows_of(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    """In the order of the primary key: where that is random, no other order is left."""
    found = select(table).order_by(*table.primary_key.columns)
    for row in connection.execution_options(yield_per=TOGETHER).execute(found).mappings():
        yield dict(row)


def is_empty(connection: Connection) -> bool:
    return not any(connection.execute(select(func.count()).select_from(table)).scalar_one() for table in all_tables())


def fill(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
    """Put rows in, and let new ones be numbered after them."""
    count, together = 0, []
    for row in rows:
        together.append(row)
        if len(together) == TOGETHER:
            connection.execute(insert(table), together)
            count, together = count + len(together), []
    if together:
        connection.execute(insert(table), together)
    _number_on(connection, table)
    return count + len(together)


def _number_on(connection: Connection, table: Table) -> None:
    """PostgreSQL counts new rows by itself and has not seen these."""
    numbered = [column for column in table.primary_key.columns if isinstance(column.type, Integer)]
    if connection.dialect.name != "postgresql" or len(table.primary_key.columns) != 1 or not numbered:
        return
    connection.execute(
        text(
            f"SELECT setval(pg_get_serial_sequence('{table.name}', '{numbered[0].name}'), "
            f"coalesce((SELECT max({numbered[0].name}) FROM {table.name}), 0) + 1, false)"
        )
    )
