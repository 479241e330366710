"""Draw addresses from a list at random, part by part of the city.

The list is read in memory and stored nowhere. Labels come in an order of their own, which no list of codes shares.
"""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.drawing import draw_sample
from analysis.errors import AnalysisError
from app.errors import Refused
from app.services.common.operator_table import load_bytes as load_bytes
from app.services.scorecards.upload_rows import upload_text

LARGEST_CELL = 300
FOR_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")


class ListRefused(Refused):
    """Refuse a list of addresses."""


@dataclass(frozen=True)
class DrawnList:
    """Hold the drawn addresses by part, the columns of the list, and a protocol with which others repeat the draw."""

    columns: tuple[str, ...]
    parts: Mapping[str, tuple[tuple[str, ...], ...]]
    protocol: Mapping[str, Any]
    twice: int

    def labels(self, part: str) -> str:
        """Return the addresses of a part as CSV, in an order that no other file shares."""
        rows = list(self.parts[part])
        secrets.SystemRandom().shuffle(rows)
        return to_csv(self.columns, rows)

    def sentences(self) -> tuple[str, ...]:
        """Return the protocol in sentences."""
        drawn = "; ".join(f"{part}: {len(rows)}" for part, rows in self.parts.items())
        listed = f"The list had {self.protocol['rows']} addresses" + (
            f", without {self.twice} that stood on it twice." if self.twice else "."
        )
        return (
            f"Drawn at random in each part of the city ({drawn}).",
            listed,
            f"Draw number: {self.protocol['seed']}. Rule: {self.protocol['rule']}.",
            f"Fingerprint of the list: {self.protocol['list_sha256']}.",
        )


def draw_addresses(content: bytes, letters: Mapping[str, int], seed: str, column: str = "") -> DrawnList:
    """Draw so many addresses of each part from a CSV file or a workbook; `column` names the part of each address.

    Without `column` it is the one that holds the name of each part. Without parts (one, of no column) all rows are one.
    """
    header, rows = read_list(content)
    rows, twice = without_repeats(rows)
    place = find_column(header, rows, list(letters), column)
    part_of = [row[place] if place is not None else next(iter(letters)) for row in rows]
    kept = [(row, part) for row, part in zip(rows, part_of, strict=True) if part in letters]
    check_enough([part for _, part in kept], letters)
    try:
        found = draw_sample(
            {"part": [part for _, part in kept]}, dict(letters), seed=seed, method="random", strata="part"
        )
    except AnalysisError as refused:
        raise ListRefused(str(refused)) from None
    drawn: dict[str, list[tuple[str, ...]]] = {part: [] for part in letters}
    for index in found.selection.rows:
        row, part = kept[int(index)]
        drawn[part].append(row)
    return DrawnList(header, {part: tuple(each) for part, each in drawn.items()}, found.protocol, twice)


def read_list(content: bytes) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    text, _ = upload_text("the list", content)
    try:
        dialect: Any = csv.Sniffer().sniff(text[:20_000], ",;\t|")
    except csv.Error:
        dialect = csv.excel
    found = [tuple(cell.strip()[:LARGEST_CELL] for cell in row) for row in csv.reader(io.StringIO(text), dialect)]
    found = [row for row in found if any(row)]
    if len(found) < 2:
        raise ListRefused("Expected a list with a row of column names and one address in each row, got fewer rows.")
    header = found[0]
    return header, [(row + ("",) * len(header))[: len(header)] for row in found[1:]]


def without_repeats(rows: Sequence[tuple[str, ...]]) -> tuple[list[tuple[str, ...]], int]:
    """Return each row once, and how many were left out: an address on the list twice would be drawn too often."""
    once = {tuple(cell.casefold() for cell in row): row for row in reversed(rows)}
    kept = list(reversed(once.values()))
    return kept, len(rows) - len(kept)


def find_column(
    header: Sequence[str], rows: Sequence[tuple[str, ...]], parts: Sequence[str], column: str
) -> int | None:
    if column:
        names = [each.casefold() for each in header]
        if column.casefold() not in names:
            raise ListRefused(f"Expected a column among {', '.join(header)}, got {column!r}.")
        return names.index(column.casefold())
    held = [{row[index] for row in rows} for index in range(len(header))]
    found = [index for index, cells in enumerate(held) if set(parts) <= cells]
    if found:
        return found[0]
    if len(parts) == 1:
        return None
    raise ListRefused(
        f"Expected a column with the parts {', '.join(parts)}, got the columns {', '.join(header)}: write the names "
        "of the parts as in the plan."
    )


def check_enough(parts: Sequence[str], letters: Mapping[str, int]) -> None:
    for part, wanted in letters.items():
        if (there := sum(each == part for each in parts)) < wanted:
            raise ListRefused(f"{part}: expected at least {wanted} addresses to draw from, got {there}.")


def to_csv(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(header)
    writer.writerows([_guarded(cell) for cell in row] for row in rows)
    return file.getvalue()


def _guarded(cell: str) -> str:
    """Return a cell that no spreadsheet runs as a formula."""
    return f"'{cell}" if cell.startswith(FOR_SPREADSHEETS) else cell
