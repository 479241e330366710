"""Convert rows of any table to lines of JSON and back, in the same way for every kind of database."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Date, DateTime, LargeBinary, Table

Change = Callable[[Any], Any]


def to_text(value: bytes) -> str:
    return base64.b64encode(value).decode()


# The first matching type of a column converts its values; all other values are JSON already.
KINDS: tuple[tuple[type[Any], Change, Change], ...] = (
    (LargeBinary, to_text, base64.b64decode),
    (DateTime, datetime.isoformat, datetime.fromisoformat),
    (Date, date.isoformat, date.fromisoformat),
)


def changes_of(column: Column[Any]) -> tuple[Change, Change] | None:
    return next(((out, back) for kind, out, back in KINDS if isinstance(column.type, kind)), None)


def to_line(table: Table, row: Mapping[str, Any]) -> bytes:
    document = {}
    for column in table.columns:
        value, changes = row[column.name], changes_of(column)
        document[column.name] = changes[0](value) if changes and value is not None else value
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def read_line(table: Table, line: bytes) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(line)
    row = {}
    for column in table.columns:
        value, changes = document[column.name], changes_of(column)
        row[column.name] = changes[1](value) if changes and value is not None else value
    return row
