"""Define what an uploaded table is, and what its check returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine

from app.services.accounts.permissions import Member
from app.services.common.actor import Actor
from app.services.common.operator_table import describe

THE_FILE = "the file"


@dataclass(frozen=True)
class RefusedRow:
    """Hold a refused line of the file with its reason; no line where it is about the whole file."""

    line: int | None
    text: str
    why: str


@dataclass(frozen=True)
class Checked:
    """Hold the effect of loading a table. Only a table without a refused row can be stored."""

    rows: tuple[tuple[str, ...], ...] = ()
    summary: tuple[str, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    assumed: str = ""  # how the file was read, in one line

    @property
    def refused_lines(self) -> int:
        """Return how many rows of the file are refused, each once however many reasons it has."""
        return len({each.line for each in self.refused})


@dataclass(frozen=True)
class UploadedTable:
    """Hold a table for a community, and the member who uploads it. `notes` has what was assumed to get its text."""

    community: str
    text: str
    member: Member
    overlap: bool = False
    notes: tuple[str, ...] = ()

    def described(self, *notes: str) -> str:
        """Return what was assumed about the file in one line."""
        return describe((*self.notes, *notes))


@dataclass(frozen=True)
class TableKind:
    """Describe a kind of table: its columns, an example, and how it is checked and stored."""

    name: str
    title: str
    columns: tuple[str, ...]
    example: str
    hint: str
    check: Callable[[Engine, UploadedTable], Checked]
    store: Callable[[Engine, UploadedTable, Actor], None]
