"""Rows of any table as lines of JSON and back, the same for every kind of database."""

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


# The first kind that a column is of; every other value is JSON as it stands.
KINDS: tuple[tuple[type[Any], Change, Change], ...] = (
    (LargeBinary, to_text, base64.b64decode),
    (DateTime, datetime.isoformat, datetime.fromisoformat),
    (Date, date.isoformat, date.fromisoformat),
)


def changes_of(column: Column[Any]) -> tuple[Change, Change] | None:
    return next(((out, back) for kind, out, back in KINDS if isinstance(column.type, kind)), None)


def to_line(table: Table, row: Mapping[str, Any]) -> bytes:
    told = {}
    for column in table.columns:
        value, changes = row[column.name], changes_of(column)
        told[column.name] = changes[0](value) if changes and value is not None else value
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def read_line(table: Table, line: bytes) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(line)
    row = {}
    for column in table.columns:
        value, changes = told[column.name], changes_of(column)
        row[column.name] = changes[1](value) if changes and value is not None else value
    return row
