"""Count opened answers by group, as operators see them.

A count that moved with each box would show, by subtraction, the few people of a group in that box. So a tally stays
until at least ten more people of its group are in, and then includes all of them at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sqlmodel import Session

from analysis.disclosure import Rules
from app.questionnaire.definition import Item, Survey
from app.questionnaire.loading import load_survey
from app.questionnaire.packing import Column, layout_of, unpack_all
from app.records.ballots import Opened, opened_of
from app.records.tallies import Group, store_tallies, tallies_of
from app.records.wave_lifecycle import CLOSED, PUBLISHED
from app.records.waves import Wave

EVERYBODY: Group = ("", "")
STRATUM = "stratum"  # level: source and stratum
FEWEST = Rules().count_threshold

TallyCounts = Mapping[Group, int]


def stratum_of(source: str, stratum: str) -> Group:
    return STRATUM, f"{source} / {stratum}" if stratum else source


def count_groups(survey: Survey, opened: Opened) -> Counter[Group]:
    """Return the number of answers in all, in each stratum and in each group of each key variable."""
    counts: Counter[Group] = Counter()
    for kind, found in opened.counts().items():
        counts[stratum_of(kind.source, kind.stratum)] += found
    counts[EVERYBODY] = len(opened)
    columns = layout_of(survey).columns
    numbers = unpack_all(survey, opened.codes)
    indices = {column: index for index, column in enumerate(columns)}
    for item in survey.key_variables:
        for option in item.options:
            column, sign = (
                (Column(item.code, option.code), 1) if item.kind.takes_several else (Column(item.code), option.code)
            )
            counts[group_of(item, option.code)] = int((numbers[:, indices[column]] == sign).sum())
    return counts


def group_of(item: Item, code: int) -> Group:
    return item.key_variable or "", str(code)


def advance(shown: TallyCounts, now: TallyCounts, fewest: int = FEWEST) -> dict[Group, int]:
    """Return the tallies after a box: a tally moves when its group has gained at least `fewest` people.

    >>> advance({("age", "1"): 12}, {("age", "1"): 21, ("age", "2"): 10, ("age", "3"): 9})
    {('age', '1'): 12, ('age', '2'): 10}
    """
    moved = {group: count for group, count in now.items() if count - shown.get(group, 0) >= fewest}
    return {**shown, **moved}


def update_tallies(session: Session, wave: Wave) -> None:
    """Update the tallies in the transaction in which a box is opened."""
    assert wave.id is not None
    session.flush()
    shown = tallies_of(session, wave.id)
    moved = advance(shown, _now(session, wave), fewest_of(wave))
    store_tallies(session, wave.id, {group: count for group, count in moved.items() if shown.get(group) != count})


def find_tallies(session: Session, wave: Wave) -> dict[Group, int]:
    """Return the tallies to show. A wave that ended before tallies existed is counted once."""
    assert wave.id is not None
    shown = tallies_of(session, wave.id)
    if shown or wave.status not in (CLOSED, PUBLISHED):
        return shown
    return advance({}, _now(session, wave), fewest_of(wave))


def fewest_of(wave: Wave) -> int:
    return max(FEWEST, wave.smallest_cell)


def _now(session: Session, wave: Wave) -> Counter[Group]:
    assert wave.id is not None
    return count_groups(load_survey(wave.survey_text), opened_of(session, wave.id))
