"""The result of a command as sections of flat rows; `writing` turns them into text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class OutputSection:
    """One table: its title, its rows, and the notes about all of them."""

    title: str
    rows: Sequence[Mapping[str, Any]]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutputReport:
    """All tables of a command, and what was assumed when the data were read."""

    title: str
    sections: tuple[OutputSection, ...]
    reading: str = ""
