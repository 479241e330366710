"""Read an operator's CSV file and report all its problems at once, each with its line."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from analysis.reading.number_text import is_plain_number
from app.errors import BadTable
from app.services.common.operator_table import Columns as Columns
from app.services.common.operator_table import Row as Row
from app.services.common.operator_table import load_bytes, read_operator_table


@dataclass
class TextTable:
    """Hold the rows of a file with their line numbers, the problems found so far, and what the reader assumed."""

    source: str
    rows: list[tuple[int, Row]]
    problems: list[str] = field(default_factory=list)
    notes: tuple[str, ...] = ()

    def add(self, line: int, problem: str) -> None:
        self.problems.append(f"line {line}: {problem}")

    def check(self) -> None:
        if self.problems:
            raise BadTable(self.source, self.problems)


def load_table(path: Path, columns: Columns) -> TextTable:
    return read_table(str(path), load_bytes(path), columns)


def read_table(source: str, content: bytes | str, columns: Columns) -> TextTable:
    """Read the rows of a file. Numbers that can be read in two ways are problems from the start."""
    found = read_operator_table(source, content, columns)
    table = TextTable(source, list(found.rows), notes=found.notes)
    for line, problem in found.problems:
        table.add(line, problem)
    return table


def read_number(
    table: TextTable, line: int, row: Row, name: str, fits: Callable[[float], bool], expected: str
) -> float | None:
    """Return the number in a column, or None where it is empty or wrong. A wrong one is added to the problems."""
    text = row.get(name, "")
    if not text:
        return None
    number = float(text) if is_plain_number(text) else math.inf
    if math.isfinite(number) and fits(number):
        return number
    table.add(line, f"expected {expected} in {name}, found {text!r}")
    return None


def read_texts(table: TextTable, line: int, row: Row, names: Sequence[str], longest: int) -> None:
    for name in names:
        if not 0 < len(row.get(name, "")) <= longest:
            table.add(line, f"expected 1 to {longest} characters in {name}, found {row.get(name, '')!r}")


def repeated(keys: Sequence[tuple[int, tuple[str, ...]]]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the lines whose key occurred on an earlier line."""
    seen: set[tuple[str, ...]] = set()
    for line, key in keys:
        if key in seen:
            yield line, key
        seen.add(key)


def is_year(number: float) -> bool:
    return number == int(number) and 1900 <= number <= 2200


def is_count(number: float) -> bool:
    return number == int(number) and number >= 0
