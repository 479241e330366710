"""Read an operator's CSV file and report all its problems at once, each with its line."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import BadTable

Row = dict[str, str]


@dataclass
class TextTable:
    """Hold the rows of a file with their line numbers, and the problems found so far."""

    source: str
    rows: list[tuple[int, Row]]
    problems: list[str] = field(default_factory=list)

    def add(self, line: int, problem: str) -> None:
        self.problems.append(f"line {line}: {problem}")

    def check(self) -> None:
        if self.problems:
            raise BadTable(self.source, self.problems)


def load_text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise BadTable(str(path), [f"expected a readable UTF-8 file ({reason})"]) from None


def load_table(path: Path, needed: Collection[str], known: Collection[str]) -> TextTable:
    return read_table(str(path), load_text(path), needed, known)


def read_table(source: str, text: str, needed: Collection[str], known: Collection[str]) -> TextTable:
    reader = csv.DictReader(text.splitlines(), restkey="", restval="")
    found = [name.strip() for name in reader.fieldnames or ()]
    missing = [name for name in needed if name not in found]
    if missing:
        raise BadTable(source, [f"expected the columns {', '.join(known)}, found {', '.join(found) or 'none'}"])
    rows = [(reader.line_num, {str(k).strip(): str(v).strip() for k, v in row.items()}) for row in reader]
    table = TextTable(source, rows)
    if not rows:
        table.add(2, "expected at least one row, found none")
    return table


def read_number(
    table: TextTable, line: int, row: Row, name: str, fits: Callable[[float], bool], expected: str
) -> float | None:
    """Return the number in a column, or None where it is empty or wrong. A wrong one is added to the problems."""
    text = row.get(name, "")
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
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
