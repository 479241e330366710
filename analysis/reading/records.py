"""Delimited text as records of cells with their lines; broken quotes are refused with the line."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from analysis.reading.errors import UnreadableFile
from analysis.reading.form import SEPARATORS, separator_name
from analysis.reading.number_text import is_plain_number

Record = list[str]
SAMPLE = 100_000  # characters that decide the separator
DECLARED = re.compile(r'"?sep=(?P<separator>[,;|\t])"?[,;|\t]*\r?(\n|$)', re.IGNORECASE)


def declared_separator(text: str) -> tuple[str | None, str]:
    r"""Return the separator of a leading ``sep=;`` line, as Excel writes it, and the text with that line blank.

    Examples
    --------
    >>> declared_separator("sep=;\na;b\n")
    (';', '\na;b\n')
    """
    found = DECLARED.match(text)
    return (found["separator"], "\n" + text[found.end() :]) if found else (None, text)


def detected_separator(text: str) -> str:
    r"""Return the separator that splits most lines into the same number of fields, the more the better.

    Examples
    --------
    >>> detected_separator("a;b;c\n1,5;2,5;3\n")
    ';'
    """
    sample = text if len(text) <= SAMPLE else text[: text.rfind("\n", 0, SAMPLE) + 1] or text[:SAMPLE]
    return max(SEPARATORS, key=lambda separator: _merit(sample, separator))


def _merit(sample: str, separator: str) -> tuple[bool, float, int]:
    """Whether all lines have several fields alike; the share of lines that do; how many fields these have."""
    widths = [len(row) for row in _until_broken(sample, separator) if any(row)]
    width, count = Counter(widths).most_common(1)[0] if widths else (0, 0)
    if width < 2:
        return False, 0.0, 0
    return count == len(widths), round(count / len(widths), 2), width


def _until_broken(sample: str, separator: str) -> Iterator[Record]:
    reader = _reader(sample, separator)
    try:
        yield from reader
    except csv.Error:
        return


def _reader(text: str, separator: str) -> Any:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True, skipinitialspace=True)


def records_of(name: object, text: str, separator: str) -> tuple[Sequence[int], list[Record]]:
    r"""Return the line that each record begins on, and the records; blank lines are records without cells.

    Raises
    ------
    UnreadableFile
        For a quote that is not closed, text after a closing quote, or quotes that swallow whole rows, each with its
        line.

    Examples
    --------
    >>> records_of("a.csv", 'a,b\n1,"two\nlines"\n3,4\n', ",")
    ([1, 2, 4], [['a', 'b'], ['1', 'two\nlines'], ['3', '4']])
    """
    reader = _reader(text, separator)
    with suppress(csv.Error):  # the slower pass below finds the line
        records = list(reader)
        if reader.line_num == len(records):
            return range(1, len(records) + 1), records
    return _with_lines(name, text, separator)


def _with_lines(name: object, text: str, separator: str) -> tuple[list[int], list[Record]]:
    """Records of several lines: each with the line that it begins on."""
    lines: list[int] = []
    records: list[Record] = []
    reader = _reader(text, separator)
    before = 0
    try:
        for record in reader:
            lines.append(before + 1)
            records.append(record)
            before = reader.line_num
    except csv.Error as error:
        raise UnreadableFile(name, *_broken(str(error), before + 1, reader.line_num)) from None
    _check_no_swallowed_rows(name, text, separator, lines, records)
    return lines, records


def _broken(reason: str, first: int, last: int) -> tuple[str, str]:
    if "unexpected end" in reason or "field larger" in reason:
        return "a closing quote for each opening quote", f"none for the quote on line {first}"
    if "expected after" in reason:
        place = f"line {last}" if first == last else f"line {last} (the record begins on line {first})"
        return "a separator after each closing quote (a quote inside a cell is doubled)", f"other text on {place}"
    return "lines of fields", f"{reason} on line {last}"


def _check_no_swallowed_rows(
    name: object, text: str, separator: str, lines: Sequence[int], records: Sequence[Record]
) -> None:
    """Refuse a quoted line break where each line is a whole row by itself, with values such as other rows have."""
    ends = [*lines[1:], lines[-1] + 1 + text.count("\n")]
    broken = {k for k in range(len(lines)) if ends[k] - lines[k] > 1 and any(_is_broken(x) for x in records[k])}
    width = len(records[0])
    plain = [record for k, record in enumerate(records[1:], 1) if k not in broken and len(record) == width][:500]
    judges = [(k, fits) for k in range(width) if (fits := _fits([row[k].strip() for row in plain])) is not None]
    if not broken or not judges:
        return
    physical = list(io.StringIO(text, newline=""))
    for k in sorted(broken):
        own = [line.rstrip("\r\n").split(separator) for line in physical[lines[k] - 1 : ends[k] - 1]]
        whole = [len(row) == width and all(fits(row[j].strip(' "')) for j, fits in judges) for row in own]
        if sum(whole) >= max(0.8 * len(whole), min(len(whole), 3)):
            last = min(ends[k] - 1, len(physical))
            found = f"a quote on line {lines[k]} that swallows the rows down to line {last}"
            raise UnreadableFile(name, "quotes that belong to one cell", found, "delete it or double it")


def _is_broken(cell: str) -> bool:
    return "\n" in cell or "\r" in cell


def _fits(cells: Sequence[str]) -> Callable[[str], bool] | None:
    """A test for cells of a column of numbers, or of a few levels that repeat; None for free text."""
    known = {cell for cell in cells if cell}
    if known and all(map(is_plain_number, known)):
        return lambda cell: not cell or is_plain_number(cell)
    if len(cells) >= 6 and 0 < len(known) <= len(cells) // 3:
        return lambda cell: not cell or cell in known
    return None


def ragged(name: object, width: int, separator: str, found: int, line: int) -> UnreadableFile:
    """Return the refusal of a record that is wider or narrower than the header."""
    fields = "1 field" if width == 1 else f"{width} fields"
    expected = f"{fields} separated by '{separator_name(separator)}' on each line, as in the header"
    return UnreadableFile(name, expected, f"{found} on line {line}")
