"""Read an operator's table of any common make: text or workbook, with local signs in its numbers."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import AnalysisError
from analysis.reading import Grid, TextForm, parsed_number, read_grid
from analysis.reading.errors import UnreadableFile
from analysis.reading.number_text import detected_signs, has_thousands, is_plain_number
from app.errors import BadTable

Row = dict[str, str]

PLACE = re.compile(r",? (?:on|from) line (\d+)")
PERCENT = re.compile(r"(.*\S)\s*%")
# The reader's expectation -> the same in an operator's words.
SENTENCES = {"at least one line below the header": "at least one row"}
UNKNOWN_SIGN = "expected one decimal sign in the table, found points and commas that may both be one"


@dataclass(frozen=True)
class Columns:
    """Describe the columns of a kind of table.

    `numbers` may have local signs, `percents` among them also a percent sign; `wholes` are counts, in which a sign
    before three digits may part thousands.
    """

    needed: Collection[str]
    known: Collection[str]
    numbers: Collection[str] = ()
    percents: Collection[str] = ()
    wholes: Collection[str] = ()


@dataclass(frozen=True)
class OperatorTable:
    """Hold the rows with their lines, what the reader assumed, and the numbers that could be read in two ways."""

    rows: tuple[tuple[int, Row], ...]
    notes: tuple[str, ...]
    problems: tuple[tuple[int, str], ...]


def load_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadTable(str(path), [f"expected a readable file ({error.strerror})"]) from None


def read_operator_table(source: str, content: bytes | str, columns: Columns) -> OperatorTable:
    """Read the rows, with column names in lower case and numbers in plain form (1250.5).

    `source` is the name of the file in refusals. Text that is no number stays as it is.
    """
    grid = _grid(source, content, columns)
    header, notes = _header(source, grid, columns)
    rows = [(line, dict(zip(header, cells.values(), strict=True))) for line, cells in grid.rows]
    reader = _NumberReader(rows, columns, grid.form.separator)
    if reader.decimal is None:
        raise BadTable(source, [UNKNOWN_SIGN])
    problems = tuple(reader.read())
    return OperatorTable(tuple(rows), (*grid.notes, *notes, *reader.notes), problems)


def describe(notes: Sequence[str]) -> str:
    """Return what was assumed in one line, or nothing."""
    return f"Read with: {'; '.join(notes)}." if notes else ""


def to_problem(refused: AnalysisError) -> str:
    """Return the reader's refusal as a problem of a table, with its line in front.

    >>> to_problem(UnreadableFile("a.csv", "a closing quote", "none for the quote on line 3"))
    'line 3: expected a closing quote, found none for the quote'
    """
    if not isinstance(refused, UnreadableFile):
        return str(refused)
    found = PLACE.search(refused.found)
    text = PLACE.sub("", refused.found, count=1)
    line = found[1] if found else "2" if refused.expected in SENTENCES else ""
    where = f"line {line}: " if line else ""
    return f"{where}expected {SENTENCES.get(refused.expected, refused.expected)}, found {text}"


def _grid(source: str, content: bytes | str, columns: Columns) -> Grid:
    raw = content.encode() if isinstance(content, str) else content
    if not raw.strip():
        raise BadTable(source, [f"line 1: expected the columns {', '.join(columns.known)}, found none"])
    try:
        return read_grid(raw, source, TextForm(encoding="utf-8") if isinstance(content, str) else None)
    except AnalysisError as refused:
        raise BadTable(source, [to_problem(refused)]) from None


def _header(source: str, grid: Grid, columns: Columns) -> tuple[list[str], list[str]]:
    """Return the names in lower case with underscores, and a note on those of the table that were written otherwise."""
    header = [_plain_name(name) for name in grid.header]
    found, line = ", ".join(grid.header), max(grid.lines[0] - 1, 1)
    if not set(columns.needed) <= set(header):
        raise BadTable(source, [f"line {line}: expected the columns {', '.join(columns.known)}, found {found}"])
    if len(set(header)) < len(header):
        twice = next(name for name in header if header.count(name) > 1)
        raise BadTable(source, [f"line {line}: expected each column once, found {twice} several times among {found}"])
    changed = [old for old, new in zip(grid.header, header, strict=True) if old != new in columns.known]
    return header, [f"column names in other letters: {', '.join(changed)}"] if changed else []


def _plain_name(name: str) -> str:
    return "_".join(re.split(r"[\s_]+", name.strip().lower()))


class _NumberReader:
    """Rewrite the numbers of a table in plain form. `notes` gets what was assumed."""

    def __init__(self, rows: Sequence[tuple[int, Row]], columns: Columns, separator: str | None) -> None:
        self.rows, self.columns = rows, columns
        self.notes: list[str] = []
        texts = {name: [_without_percent(row.get(name, "")) for _, row in rows] for name in columns.numbers}
        self.texts = {name: [text for text in found if _is_number(text)] for name, found in texts.items()}
        self.decimal = self.sign(separator)

    def sign(self, separator: str | None) -> str | None:
        """Return the decimal sign; None where points and commas may both be one."""
        signs = detected_signs(list(self.texts.values()), ";")
        if separator in (None, ","):
            return "," if signs.certain and signs.decimal == "," else "."
        if signs.decimal is None or signs.certain:
            return signs.decimal
        return "." if signs.decimal == "," else ","  # a sign that only stands before three digits parts thousands

    def read(self) -> Iterator[tuple[int, str]]:
        """Rewrite the cells, and yield those whose sign may be either one."""
        assert self.decimal is not None
        if any(self.decimal in text for found in self.texts.values() for text in found) and self.decimal == ",":
            self.notes.append("decimal comma")
        if any(has_thousands(found, self.decimal) for found in self.texts.values()):
            self.notes.append("signs between thousands")
        for line, row in self.rows:
            for name in self.columns.numbers:
                text = row.get(name, "")
                if self.is_unclear(name, text):
                    yield line, f"expected {name} without a sign that may part thousands, found {text!r}"
                elif text:
                    row[name] = self.plain(name, text)

    def is_unclear(self, name: str, text: str) -> bool:
        digits = "[0-9]{3}" if name in self.columns.wholes else "000"
        return bool(re.fullmatch(rf"[+-]?[1-9][0-9]{{0,2}}{re.escape(self.decimal or '')}{digits}", text))

    def plain(self, name: str, text: str) -> str:
        number = PERCENT.fullmatch(text) if name in self.columns.percents else None
        value = parsed_number(number[1] if number else text, self.decimal or ".")
        if value is None:
            return text if not is_plain_number(text) else f"{text} (decimal sign {self.decimal})"
        if number:
            self.note("percent signs")
            return repr(round(value / 100, 12))
        if is_plain_number(text) and self.decimal == ".":
            return text
        return str(int(value)) if value.is_integer() else repr(value)

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)


def _without_percent(text: str) -> str:
    found = PERCENT.fullmatch(text)
    return found[1] if found else text


def _is_number(text: str) -> bool:
    return any(parsed_number(text, sign) is not None for sign in ".,")
