"""What a command found, as sections of flat rows; how they are written is left to `writing`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Section:
    """One table: its title, its rows, and what a reader must know about all of them."""

    title: str
    rows: Sequence[Mapping[str, Any]]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """All tables of a command, and what was assumed when the data were read."""

    title: str
    sections: tuple[Section, ...]
    reading: str = ""
