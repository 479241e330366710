"""Rows of text become columns: numbers where every known cell is a number, text otherwise."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.frames import Factor
from analysis.frames.coding import EXACT
from analysis.reading.errors import UnreadableFile
from analysis.reading.form import TextForm
from analysis.reading.grid import Grid
from analysis.reading.number_text import column_numbers, detected_signs, has_thousands, parsed_number, proves
from analysis.reading.words import missing_note

SAMPLE = 1000  # rows that show whether texts repeat
SHORTENED = re.compile(r"[+-]?\d([.,]\d+)?[eE]\+\d{2,3}", re.ASCII)  # how spreadsheets write long whole numbers
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
        The kind of its content.
    advice
        The setting to state where another decimal sign would make it a number.
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
        Column -> (n,) floats with NaN, or a factor of text, or free text with None.
    decimal
        The decimal sign.
    words
        Column of text -> its first cell that is no number.
    notes
        The assumptions made.
    """

    values: Mapping[str, NDArray[Any] | Factor]
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
        The name of the file in refusals.
    form
        The decimal sign and the words for a missing value, where they are stated.
    as_text
        Columns that keep each cell as it is written, such as ids.
    """
    by_name = dict(zip(grid.header, zip(*grid.cells, strict=True), strict=True))
    decimal, notes = _decimal(by_name, name, form, grid.form.separator or ",")
    for column in as_text:
        _check_digits(column, by_name.get(column, ()), name, grid.lines)
    made = [_column(column, texts, decimal, form.missing, column in as_text) for column, texts in by_name.items()]
    words = {each.name: _word(each, by_name[each.name], grid.lines, decimal) for each in made if each.texts}
    missing = missing_note((each.name, each.absent) for each in made)
    notes += [stated for each in made if (stated := _thousands_note(each, decimal))]
    notes += [stated for each in made if (stated := _digits_note(each))]
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
    values: NDArray[Any] | Factor
    texts: Sequence[str] = ()
    absent: Mapping[str, int] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)


def _column(name: str, texts: Sequence[str], decimal: str, missing: frozenset[str], as_text: bool) -> _Made:
    if as_text:
        return _Made(name, np.array([text or None for text in texts], dtype=object))
    if (numbers := _own_numbers(texts, decimal, missing)) is not None:
        return _Made(name, np.array(numbers), numbers=dict(zip(texts[:SAMPLE], numbers, strict=False)))
    return _by_level(name, texts, decimal, missing)


def _own_numbers(texts: Sequence[str], decimal: str, missing: frozenset[str]) -> list[float] | None:
    """The numbers of a column in which most rows have a number of their own, and none lacks one; else None."""
    if len(set(texts[:SAMPLE])) < SAMPLE / 2:
        return None
    cells = list(map(str.strip, texts))
    return None if has_thousands(cells, decimal) or not missing.isdisjoint(cells) else column_numbers(cells, decimal)


def _by_level(name: str, texts: Sequence[str], decimal: str, missing: frozenset[str]) -> _Made:
    """A column whose distinct texts are read once each."""
    place = {raw: k for k, raw in enumerate(dict.fromkeys(texts))}
    codes = np.fromiter(map(place.__getitem__, texts), np.int64, len(texts))
    cells = [raw.strip() for raw in place]
    known = list(dict.fromkeys(cell for cell in cells if cell not in missing))
    absent = {word: 0 for word in cells if word and word in missing}
    if absent:
        counts = np.bincount(codes, minlength=len(cells))
        absent = {word: int(sum(counts[k] for k, cell in enumerate(cells) if cell == word)) for word in absent}
    numbers = column_numbers(known, decimal) if known else None
    if numbers is None:
        return _Made(name, _of_words(codes, cells, known), known, absent)
    by_text = dict(zip(known, numbers, strict=True))
    values = np.fromiter((by_text.get(cell, np.nan) for cell in cells), np.float64, len(cells))
    return _Made(name, values[codes], (), absent, by_text)


def _of_words(codes: NDArray[np.int64], cells: Sequence[str], known: Sequence[str]) -> NDArray[Any] | Factor:
    """Text as a factor with its levels in order; free text, of which most rows have their own, as text."""
    if len(known) > max(1000, len(codes) // 2):
        words = set(known)
        return np.array([cell if cell in words else None for cell in cells], dtype=object)[codes]
    levels = sorted(known)
    rank = {level: k for k, level in enumerate(levels)}
    places = np.fromiter((rank.get(cell, -1) for cell in cells), np.int64, len(cells))
    return Factor(places[codes], tuple(levels), declared=False)


def _word(made: _Made, texts: Sequence[str], lines: Sequence[int], decimal: str) -> Word | None:
    """The first cell of a column of text that is no number."""
    wrong = {x for x in made.texts if parsed_number(x, decimal) is None}
    if not wrong:
        return None
    row = next(k for k, x in enumerate(texts) if x.strip() in wrong)
    other = "," if decimal == "." else "."
    mixed = all(parsed_number(x, other) is not None for x in made.texts)
    advice = f"state decimal: '{other}' under data if that is its decimal sign" if mixed else ""
    return Word(row + 1, lines[row], texts[row].strip(), advice)


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


def _is_shortened(text: str) -> bool:
    """Whether a text is a whole number that a spreadsheet program has written with fewer digits than it had."""
    return "+" in text and SHORTENED.fullmatch(text.strip()) is not None and abs(float(text.replace(",", "."))) > EXACT


def _digits_note(made: _Made) -> str:
    found = next((text for text in (*made.numbers, *made.texts) if _is_shortened(text)), None)
    return "" if found is None else f"'{found}' in {made.name} lacks digits (a code of this length must be text)"


def _check_digits(column: str, texts: Sequence[str], name: object, lines: Sequence[int]) -> None:
    """Refuse ids of which a spreadsheet program kept 15 digits: two people may share one."""
    row = next((k for k, text in enumerate(texts) if _is_shortened(text)), None)
    if row is not None:
        found = f"{texts[row].strip()} in line {lines[row]}, of which a spreadsheet program kept 15 digits"
        raise UnreadableFile(name, f"whole ids in column '{column}'", found, "store ids of this length as text")
