"""Rows of text become columns: numbers where every known cell is a number, text otherwise."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.reading.errors import UnreadableFile
from analysis.reading.form import TextForm
from analysis.reading.grid import Grid
from analysis.reading.number_text import column_numbers, detected_signs, parsed_number, proves

LOOKED_AT = 5000  # rows that decide the decimal sign


@dataclass(frozen=True, slots=True)
class Word:
    """A cell that is no number under the signs of its file.

    Parameters
    ----------
    row
        Its row, counted from 1.
    line
        Its line in the file.
    text
        What it holds.
    advice
        What to state where another decimal sign would make it a number.
    """

    row: int
    line: int
    text: str
    advice: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Columns:
    """The columns of a grid.

    Parameters
    ----------
    values
        Column -> (n,) floats with NaN, or text with None.
    decimal
        The decimal sign.
    words
        Column of text -> its first cell that is no number.
    notes
        What was assumed.
    """

    values: Mapping[str, NDArray[Any]]
    decimal: str
    words: Mapping[str, Word] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def make_columns(grid: Grid, name: object, form: TextForm, as_text: Collection[str] = ()) -> Columns:
    """Turn the rows of a grid into columns.

    Parameters
    ----------
    grid
        The rows.
    name
        What refusals call the file.
    form
        The decimal sign and the words for a missing value, where they are stated.
    as_text
        Columns that keep each cell as it is written, such as ids.
    """
    by_name = dict(zip(grid.header, zip(*grid.cells, strict=True), strict=True))
    decimal, notes = _decimal(by_name, name, form, grid.form.separator or ",")
    made = [_column(column, texts, decimal, form.missing, column in as_text) for column, texts in by_name.items()]
    words = {each.name: _word(each, grid.lines, decimal) for each in made if each.is_text}
    missing = _missing_note(made)
    notes += [told for each in made if (told := _thousands_note(each, decimal))]
    return Columns(
        {each.name: each.values for each in made},
        decimal,
        {column: word for column, word in words.items() if word is not None},
        (*notes, *([missing] if missing else [])),
    )


def _decimal(
    columns: Mapping[str, Sequence[str]], name: object, form: TextForm, separator: str
) -> tuple[str, list[str]]:
    if form.decimal is not None:
        return form.decimal, []
    known = ([x for cell in texts[:LOOKED_AT] if (x := cell.strip()) not in form.missing] for texts in columns.values())
    signs = detected_signs(list(known), separator)
    if signs.decimal is None:
        raise UnreadableFile(
            name,
            "one decimal sign",
            "columns of numbers such as 1.250 and columns of numbers such as 1,250",
            "state decimal: '.' or decimal: ','",
        )
    stated = signs.decimal == "." and signs.certain
    return signs.decimal, [] if stated else [f"decimal sign '{signs.decimal}'{'' if signs.certain else ', a guess'}"]


@dataclass(frozen=True, eq=False, slots=True)
class _Made:
    """A column and how it was made: the words for missing that it holds with their counts, and its numbers by text."""

    name: str
    values: NDArray[Any]
    is_text: bool
    absent: Mapping[str, int]
    numbers: Mapping[str, float]


def _column(name: str, texts: Sequence[str], decimal: str, missing: frozenset[str], as_text: bool) -> _Made:
    if as_text:
        return _Made(name, np.array([text or None for text in texts], dtype=object), False, {}, {})
    meanings = {raw: raw.strip() for raw in dict.fromkeys(texts)}
    absent = {x for x in meanings.values() if x and x in missing}
    known = dict.fromkeys(x for x in meanings.values() if x not in missing)
    counts = {word: sum(1 for x in texts if x.strip() == word) for word in sorted(absent)}
    numbers = column_numbers(known, decimal) if known else None
    if numbers is not None:
        by_raw = {raw: numbers.get(x, np.nan) for raw, x in meanings.items()}
        return _Made(name, np.fromiter((by_raw[x] for x in texts), np.float64, len(texts)), False, counts, numbers)
    shown = {raw: None if x in missing else x for raw, x in meanings.items()}
    return _Made(name, np.array([shown[x] for x in texts], dtype=object), bool(known), counts, {})


def _word(made: _Made, lines: Sequence[int], decimal: str) -> Word | None:
    """The first cell of a column of text that is no number."""
    wrong = {x for x in set(made.values) if x is not None and parsed_number(x, decimal) is None}
    if not wrong:
        return None
    row = next(k for k, x in enumerate(made.values) if x in wrong)
    other = "," if decimal == "." else "."
    mixed = all(x is None or parsed_number(x, other) is not None for x in set(made.values))
    advice = f"state decimal: '{other}' under data if that is its decimal sign" if mixed else ""
    return Word(row + 1, lines[row], made.values[row], advice)


def _missing_note(made: Sequence[_Made]) -> str:
    told = [f"'{word}' in {each.name} ({count})" for each in made for word, count in each.absent.items()]
    rest = len(told) - 6
    more = f" and {rest} more" if rest > 0 else ""
    return (
        f"read as missing: {', '.join(told[:6])}{more} (state missing_words under data to change that)" if told else ""
    )


def _thousands_note(made: _Made, decimal: str) -> str:
    """A cell with a thousands sign, or whose only sign might be one."""
    other = "," if decimal == "." else "."
    marked = [text for text in made.numbers if not text.lstrip("+-").isdigit()]
    parted = next((text for text in marked if other in text or any(c in text for c in "\u00a0\u202f\u2009'’ ")), None)
    if parted is not None:
        return f"'{parted}' in {made.name} is {made.numbers[parted]:.12g} (thousands)"
    signed = [text for text in marked if decimal in text]
    if decimal == "," and signed and not any(proves(text, decimal) for text in signed):
        return f"'{signed[0]}' in {made.name} is {made.numbers[signed[0]]:.12g}"
    return ""
