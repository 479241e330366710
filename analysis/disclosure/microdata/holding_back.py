"""Hold back records, and blank a few answers, so that a file shows no exact number of people.

A reader of a report knows nearly how many people answered a question, and counts the answers in the file. Where an
answer is rare, at least `LEAST_HIDDEN` people of the same source and agency answered the question and are not in the
file with it, so that any of them may have given it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.microdata.balance import exchanged, mean_shifts
from analysis.disclosure.microdata.classes import cells_of
from analysis.disclosure.microdata.codes import SUPPRESSED
from analysis.disclosure.microdata.draft import DraftMicrodata, DraftSource
from analysis.disclosure.microdata.variables import AGENCY, SOURCE, Variable, spread
from analysis.disclosure.rules import Rules

Rare = frozenset[tuple[str, int]]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

SECRET_MORE = 4  # numbers of records held back that look the same to a reader
LEAST_HELD_BACK = 7  # of one source and agency
LEAST_HIDDEN = Rules().narrowest_range
RARE = Rules().count_threshold


def blocks_of(draft: DraftMicrodata, rows: Ints) -> Ints:
    """Return (n,) source and agency of each record, because reports show groups within both."""
    return cells_of([draft.columns[name][rows] for name in (SOURCE, AGENCY) if name in draft.columns]).codes


def held_back_of(rows: int) -> int:
    """Return the number of records of one source and agency to hold back: one in twenty, but at least seven.

    With fewer than fourteen records: half.

    Examples
    --------
    >>> [held_back_of(rows) for rows in (8, 60, 400)]
    [4, 7, 20]
    """
    return min(max(LEAST_HELD_BACK, -(-rows // 20)), -(-rows // 2))


def secret_more(draw: int) -> int:
    """Return how many more records a choice may hold back, from the number of choices that gave a small group away.

    Examples
    --------
    >>> [secret_more(draw) for draw in range(6)]
    [4, 4, 8, 8, 12, 12]
    """
    return SECRET_MORE * (1 + draw // 2)


def most_held_back(sizes: Sequence[int], more: int = SECRET_MORE) -> int:
    """Return the most records of a source to hold back, from the numbers of its records by agency.

    Examples
    --------
    >>> most_held_back([60]), most_held_back([1000, 1000]), most_held_back([60], 16)
    (11, 104, 23)
    """
    return min(sum(held_back_of(size) for size in sizes) + more, sum(sizes))


def keep_records(
    draft: DraftMicrodata, source: DraftSource, least: int, chance: np.random.Generator, most_more: int = SECRET_MORE
) -> Ints:
    """Return the rows of a source that are in the file; the number of others is secret within `most_more`.

    Among many random choices, one is made that moves the means of groups of at least `least` people little.
    """
    every = np.arange(source.rows.start, source.rows.stop)
    block = blocks_of(draft, every)
    out = np.zeros(len(every), bool)
    for own in (np.flatnonzero(block == number) for number in np.unique(block)):
        out[chance.choice(own, held_back_of(len(own)), replace=False)] = True
    more = min(int(chance.integers(0, most_more + 1)), int((~out).sum()) // 2)
    out[chance.choice(np.flatnonzero(~out), more, replace=False)] = True
    return every[~exchanged(out, block, mean_shifts(draft, source, least), chance)]


def blank_answers(draft: DraftMicrodata, rows: Ints, rare: Rare, chance: np.random.Generator) -> DraftMicrodata:
    """Return the draft with few answers blank among the kept rows, where held back records do not hide a rare answer.

    The same few records are used for all questions. Their indices are blank too, which would disclose the answers.
    `rare` names questions (item, source) whose rare answers are all blank, among a few others. So are answers to a
    sensitive question that fewer than ten people of a source gave, or no one: no file proves that such a person is in
    it. Where an answer is blank, all answers of the record that would show it are blank too: the other options of the
    question, and questions that are asked after it.
    """
    block = blocks_of(draft, np.arange(draft.rows))
    kept = np.zeros(draft.rows, bool)
    kept[rows] = True
    order = chance.permutation(draft.rows)
    columns = dict(draft.columns)
    blank: dict[str, Mask] = {}
    for variable in draft.variables:
        if variable.kind == "item" and variable.name != AGENCY:
            found = _blank(columns[variable.name], variable.codes, block, kept, order)
            for source in draft.sources:
                inside = kept & (columns[SOURCE] == source.code)
                few = _few(columns[variable.name], variable, inside, (variable.name, source.code) in rare)
                if few:
                    found |= _hidden(columns[variable.name], variable.codes, few, inside, order)
            blank[variable.name] = found
    items = [variable for variable in draft.variables if variable.name in blank]
    blank = spread(blank, items)
    for variable in items:
        columns[variable.name] = np.where(blank[variable.name], SUPPRESSED, columns[variable.name]).astype(np.int16)
    for variable in draft.variables:
        if variable.kind == "index":
            columns[variable.name] = blank_scores(columns[variable.name], variable.made_of, blank)
    return replace(draft, columns=columns)


def _few(column: NDArray[Any], variable: Variable, inside: Mask, is_rare: bool) -> list[int]:
    """Return the answers of a source to be blank: those that few people gave, to a sensitive question also no one."""
    counts = {code: int(((column == code) & inside).sum()) for code in variable.codes}
    harmful = [code for code in variable.codes if variable.sensitive and code not in variable.harmless]
    return [code for code, n in counts.items() if n < RARE and (code in harmful or (is_rare and n > 0))]


def _hidden(column: NDArray[Any], codes: Sequence[int], few: Sequence[int], inside: Mask, order: Ints) -> Mask:
    """Return (n,) the records of a source with a rare answer, and about as many others."""
    found = np.isin(column, few) & inside
    others = order[(inside & ~found & np.isin(column, codes))[order]]
    found[others[: max(LEAST_HIDDEN, int(found.sum()))]] = True
    return found


def blank_scores(column: NDArray[Any], made_of: Sequence[str], blank: Mapping[str, Mask]) -> NDArray[Any]:
    """Return an index without the scores of records in which an answer that it is made of is blank."""
    hidden = [blank[name] for name in made_of if name in blank]
    return np.where(np.any(hidden, axis=0), np.nan, column) if hidden else column


def _blank(column: NDArray[Any], codes: Sequence[int], block: Ints, kept: Mask, order: Ints) -> Mask:
    """Return (n,) whether the answer is blanked."""
    answered = np.isin(column, codes)
    number = int(block.max()) + 1
    rarest = np.min([np.bincount(block[column == code], minlength=number) for code in codes], axis=0)
    hidden = np.bincount(block[answered & ~kept], minlength=number)
    need = np.where(rarest < RARE, np.maximum(LEAST_HIDDEN - hidden, 0), 0)
    found = np.zeros(len(column), bool)
    for each in np.flatnonzero(need):
        able = order[(answered & kept & (block == each))[order]]
        found[able[: need[each]]] = True
    return found
