"""Questions with several answers: one cell with several codes, or one column for each option."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from analysis.errors import AnalysisError, EmptyGroup, listed
from analysis.frames import Factor, Table

NOT_CHOSEN = frozenset(
    (
        "0", "no", "n", "false", "unchecked", "not selected", "not chosen", "non", "nein", "não", "nao", "nee", "nej",
        "nie", "нет", "ні", "không", "否", "아니요", "いいえ", "لا",
    )
)  # fmt: skip
Options = Mapping[str, Factor]
Labels = Mapping[str, Mapping[str, str]]
SLASH = "/"  # KoboToolbox and ODK write the options of `services` as `services/police`


class OneAnswerEach(AnalysisError):
    """A column that was said to hold several answers, but holds one in each row."""

    def __init__(self, column: str, separator: str) -> None:
        super().__init__(
            f"expected cells with several answers separated by {separator!r} in column '{column}', but found one in "
            "each; state the separator: multiple: {column: {separator: ...}}"
        )


class UnclearOptions(AnalysisError):
    """Columns of options whose cells do not show which of them mean that an option was not chosen."""

    def __init__(self, column: str, cells: Sequence[str]) -> None:
        super().__init__(
            f"expected cells that are all chosen options, or 0, No or Unchecked for the others, in column '{column}', "
            f"but found {listed(cells)}; state the cells of options that were not chosen: multiple: "
            "{question: {columns: ..., no: [...]}}"
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


def joined_answers(
    table: Table, patterns: Sequence[str], no: Sequence[str] = (), labels: Labels = MappingProxyType({})
) -> Options:
    """Return one factor of 0 and 1 for each of the columns that hold one option each.

    Where some cell says that an option was not chosen (0, No, Unchecked), a row counts that has any cell; where only
    chosen options have a cell, a row counts that chose one.

    Parameters
    ----------
    patterns
        Column names; ``heard___*`` stands for all that begin so, and the rest of the name is the option.
    no
        Cells of options that were not chosen, beside those that are known.
    labels
        Value labels by column, of which some may mean no.

    Raises
    ------
    UnclearOptions
        Where columns share cells of several kinds, such as 1 and 2, and none of them is known to mean no.

    Examples
    --------
    >>> table = Table({"q___1": [1, 0, None], "q___2": [1, 1, None]})
    >>> {option: factor.codes.tolist() for option, factor in joined_answers(table, ["q___*"]).items()}
    {'1': [1, 0, -1], '2': [1, 1, -1]}
    """
    columns = {option: column for pattern in patterns for option, column in _matching(table, pattern)}
    factors = {option: table.factor(column) for option, column in columns.items()}
    means_no = {option: _means_no(factors[option], no, labels.get(columns[option], {})) for option in columns}
    _check_are_clear({columns[option]: _chosen_cells(factors[option], means_no[option]) for option in columns})
    stated = {option: ~factor.missing for option, factor in factors.items()}
    denied = {option: np.array([*means_no[option], False])[factor.codes] for option, factor in factors.items()}
    chosen = {option: stated[option] & ~denied[option] for option in columns}
    explicit = any((stated[option] & ~chosen[option]).any() for option in columns)
    base = np.logical_or.reduce(list((stated if explicit else chosen).values()))
    return {option: Factor(np.where(base, chosen[option].astype(np.int64), -1), (0, 1)) for option in columns}


def _means_no(factor: Factor, no: Sequence[str], labels: Mapping[str, str]) -> list[bool]:
    """Whether each level says that the option was not chosen."""
    texts = [str(level) for level in factor.levels]
    words = ({text.casefold(), labels.get(text, "").casefold()} for text in texts)
    return [text in no or not NOT_CHOSEN.isdisjoint(found) for text, found in zip(texts, words, strict=True)]


def _chosen_cells(factor: Factor, means_no: Sequence[bool]) -> set[str]:
    held = set(factor.codes.tolist())
    return {str(level) for k, level in enumerate(factor.levels) if k in held and not means_no[k]}


def _check_are_clear(cells: Mapping[str, set[str]]) -> None:
    """Refuse a column with several cells of which another column holds some: words of one option are its own."""
    for column, own in cells.items():
        others = set().union(*(held for name, held in cells.items() if name != column))
        if len(own) > 1 and own & others:
            raise UnclearOptions(column, sorted(own))


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
