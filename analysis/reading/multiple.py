"""Questions with several answers: one cell with several codes, or one column for each option."""

import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError, EmptyGroup
from analysis.frames import Factor, Table

NOT_CHOSEN = frozenset(("0", "No", "N", "no", "FALSE", "False", "false", "Unchecked", "Not selected"))
Options = Mapping[str, Factor]
SLASH = "/"  # KoboToolbox and ODK write the options of `services` as `services/police`


class OneAnswerEach(AnalysisError):
    """A column that was said to hold several answers, but holds one in each row."""

    def __init__(self, column: str, separator: str) -> None:
        super().__init__(
            f"expected cells with several answers separated by {separator!r} in column '{column}', but found one in "
            "each; state the separator: multiple: {column: {separator: ...}}"
        )


def split_answers(table: Table, column: str, separator: str = " ", options: Sequence[str] = ()) -> Options:
    """Return one factor of 0 and 1 for each option of a column whose cells hold several codes.

    A row without any code is missing in all of them: the base of a share is the people who answered.

    Parameters
    ----------
    options
        The options, where some may be in no row; default those that occur, in the order of their text.

    Examples
    --------
    >>> table = Table({"services": ["police fire", "fire", None, "court"]})
    >>> {option: factor.codes.tolist() for option, factor in split_answers(table, "services").items()}
    {'court': [0, 0, -1, 1], 'fire': [1, 1, -1, 0], 'police': [1, 0, -1, 0]}
    """
    factor = table.factor(column)
    chosen = [_parts(str(level), separator) for level in factor.levels]
    if not chosen:
        raise EmptyGroup(f"column '{column}'")
    named = options or tuple(sorted({part for parts in chosen for part in parts}))
    if not options and max(map(len, chosen)) < 2:
        raise OneAnswerEach(column, separator)
    return {option: _of_levels(factor, [option in parts for parts in chosen]) for option in named}


def _parts(cell: str, separator: str) -> frozenset[str]:
    return frozenset(part.strip() for part in cell.split(separator) if part.strip())


def _of_levels(factor: Factor, chosen: Sequence[bool]) -> Factor:
    return Factor(np.array([*map(int, chosen), -1], np.int64)[factor.codes], (0, 1))


def joined_answers(table: Table, patterns: Sequence[str]) -> Options:
    """Return one factor of 0 and 1 for each of the columns that hold one option each.

    Where some cell says that an option was not chosen (0, No, Unchecked), a row counts that has any cell; where only
    chosen options have a cell, a row counts that chose one.

    Parameters
    ----------
    patterns
        Column names; ``heard___*`` stands for all that begin so, and the rest of the name is the option.

    Examples
    --------
    >>> table = Table({"q___1": [1, 0, None], "q___2": [1, 1, None]})
    >>> {option: factor.codes.tolist() for option, factor in joined_answers(table, ["q___*"]).items()}
    {'1': [1, 0, -1], '2': [1, 1, -1]}
    """
    columns = {option: column for pattern in patterns for option, column in _matching(table, pattern)}
    stated = {option: ~table.factor(column).missing for option, column in columns.items()}
    chosen = {option: stated[option] & ~_denied(table.factor(column)) for option, column in columns.items()}
    explicit = any((stated[option] & ~chosen[option]).any() for option in columns)
    base = np.logical_or.reduce(list((stated if explicit else chosen).values()))
    return {option: Factor(np.where(base, chosen[option].astype(np.int64), -1), (0, 1)) for option in columns}


def _denied(factor: Factor) -> NDArray[np.bool_]:
    return np.array([*(str(level) in NOT_CHOSEN for level in factor.levels), False])[factor.codes]


def _matching(table: Table, pattern: str) -> list[tuple[str, str]]:
    before, star, after = pattern.partition("*")
    if not star:
        table.factor(pattern)  # refuses a column that is not there
        return [(pattern, pattern)]
    found = [(re.fullmatch(re.escape(before) + "(.+)" + re.escape(after), name), name) for name in table.names]
    matching = [(match[1].strip("[]()"), name) for match, name in found if match]
    if not matching:
        raise EmptyGroup(f"the columns '{pattern}'")
    return matching


def found_questions(header: Sequence[str], cells: Sequence[Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return column -> options where a table holds a column of several codes beside a column for each of them.

    Examples
    --------
    >>> found_questions(["services", "services/police", "services/fire"], [["police fire", "1", "1"]])
    {'services': ('police', 'fire')}
    """
    place = {name: k for k, name in enumerate(header)}
    options: dict[str, list[str]] = {}
    for name in header:
        base, slash, option = name.rpartition(SLASH)
        if slash and base in place:
            options.setdefault(base, []).append(option)
    return {
        base: tuple(named)
        for base, named in options.items()
        if len(named) > 1 and all(set(row[place[base]].split()) <= set(named) for row in cells)
    }
