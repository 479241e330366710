"""Where a table's header is: titles above it, further header lines of survey tools, columns without a name."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.reading.errors import UnreadableFile
from analysis.reading.form import MISSING_WORDS
from analysis.reading.number_text import is_plain_number
from analysis.reading.records import Record, ragged
from analysis.reading.tool_headers import Rows, further_headers, one_line

ADVICE = "if the column names stand on another line, name it: data: {file: ..., header: 3}"


@dataclass(frozen=True, eq=False, slots=True)
class TextLayout:
    """A table taken apart.

    Parameters
    ----------
    header
        The column names.
    lines
        The line that each row begins on.
    rows
        Rows as wide as the header; rows without a single cell are left out.
    questions
        Column -> the question in words, from a further header line.
    notes
        The assumptions made.
    """

    header: tuple[str, ...]
    lines: Sequence[int]
    rows: Sequence[Record]
    questions: dict[str, str]
    notes: tuple[str, ...]


def laid_out(
    name: object, lines: Sequence[int], records: Sequence[Record], separator: str, header: int | None
) -> TextLayout:
    """Find the header among the records and check that each record fits it.

    Raises
    ------
    UnreadableFile
        No header, no row, records of another width, names that repeat or are empty; each with its line.
    """
    filled = [k for k, record in enumerate(records) if "".join(record).strip()]
    start, notes = _start(name, lines, records, filled, header)
    names, own = records[start], lines[start]
    rows = [(lines[k], records[k]) for k in filled if k > start]
    inside = filled[-1] - start - len(rows)  # records without a cell above the last row
    passed = inside and sum(len(records[k]) > 1 for k in set(range(start, filled[-1])).difference(filled))
    if passed:
        notes.append(f"{_lines(passed)} of separators only passed over")
    names, rows = _without_nameless(name, names, rows, separator)
    names, rows, questions, more = further_headers(names, rows)
    if not rows:
        raise UnreadableFile(name, "at least one line below the header", "none")
    return TextLayout(
        _named(name, names, own), [line for line, _ in rows], [row for _, row in rows], questions, (*notes, *more)
    )


def _start(
    name: object, lines: Sequence[int], records: Sequence[Record], filled: Sequence[int], header: int | None
) -> tuple[int, list[str]]:
    """The position of the header, and a note where lines above it were skipped."""
    if not filled:
        raise UnreadableFile(name, "a header line and data", "empty lines only")
    if header is not None:
        start = next((k for k in filled if lines[k] == header), None)
        if start is None:
            raise UnreadableFile(name, f"column names on line {header}", "no record that begins there")
        return start, []
    start = _below_titles(records, filled)
    if start == filled[0]:
        return start, []
    count = len([k for k in filled if k < start])
    return start, [f"the column names are on line {lines[start]}, below {_lines(count)} of title"]


def _lines(count: int) -> str:
    return f"{count} line{'' if count == 1 else 's'}"


def _below_titles(records: Sequence[Record], filled: Sequence[int]) -> int:
    """The first record that is no title: one cell only, above a blank line or above names of columns of numbers."""
    width = Counter(len(records[k]) for k in filled[:500]).most_common(1)[0][0]
    place = 0
    while place < len(filled) and _is_title(records[filled[place]], width):
        place += 1
    if place == 0 or place + 1 >= len(filled):
        return filled[0]
    names = records[filled[place]]
    parted = filled[place] > filled[place - 1] + 1
    below = [records[k] for k in filled[place + 1 : place + 500] if len(records[k]) == len(names)]
    return filled[place] if _are_names(names) and (parted or _tops_numbers(names, below)) else filled[0]


def _is_title(record: Record, width: int) -> bool:
    return width > 1 and sum(1 for cell in record if cell.strip()) == 1


def _are_names(record: Record) -> bool:
    cells = [cell.strip() for cell in record]
    while cells and not cells[-1]:
        cells.pop()
    return len(set(cells)) == len(cells) > 1 and not any(c in MISSING_WORDS or is_plain_number(c) for c in cells)


def _tops_numbers(names: Record, below: Sequence[Record]) -> bool:
    """Whether some column below the names holds numbers only."""
    for k in range(len(names)):
        known = [row[k].strip() for row in below if row[k].strip() not in MISSING_WORDS]
        if known and all(is_plain_number(x) for x in known):
            return True
    return False


def _without_nameless(name: object, names: Record, rows: Rows, separator: str) -> tuple[Record, Rows]:
    """Drop columns at the end that have neither a name nor a cell; refuse records of another width."""
    width = len(names)
    widths = {len(row) for _, row in rows}
    if len(widths) == 1 and (own := widths.pop()) > width and not any(any(row[width:]) for _, row in rows):
        names, width = names + [""] * (own - width), own  # a separator ends each line but the header
    for line, row in rows if {width} != {len(row) for _, row in rows} else ():
        if len(row) != width:
            refusal = ragged(name, width, separator, len(row), line)
            raise UnreadableFile(name, refusal.expected, refusal.found, ADVICE if width == 1 else "")
    empty = [k for k in range(width) if not names[k].strip() and not any(row[k].strip() for _, row in rows)]
    if not empty:
        return names, rows
    kept = [k for k in range(width) if k not in set(empty)]
    return [names[k] for k in kept], [(line, [row[k] for k in kept]) for line, row in rows]


def _named(name: object, cells: Record, line: int) -> tuple[str, ...]:
    header = [one_line(cell) for cell in cells]
    if len(header) > 1 and header[0] == "":
        header[0] = "row"  # R writes row names under an empty name
    repeated = [found for found, count in Counter(header).items() if count > 1 and found]
    if repeated:
        found = f"'{repeated[0]}' several times on line {line}"
        raise UnreadableFile(name, "each column name once in the header", found)
    if "" in header:
        found = f"none for column {header.index('') + 1} on line {line}"
        raise UnreadableFile(name, "a name for each column in the header", found, ADVICE)
    return tuple(header)
