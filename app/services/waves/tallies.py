"""Counts of opened answers by group, for the eyes of those who run a wave.

A count that moved with each box would tell, by subtraction, the few people of a group who were in it. So a tally
stays where it is until at least ten more people of its group are in, and then tells all of them at once.
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

Counts = Mapping[Group, int]


def stratum_of(source: str, stratum: str) -> Group:
    return STRATUM, f"{source} / {stratum}" if stratum else source


def count_groups(survey: Survey, opened: Opened) -> Counter[Group]:
    """How many answered in all, in each stratum and in each group of each key variable."""
    counts: Counter[Group] = Counter()
    for kind, found in opened.counts().items():
        counts[stratum_of(kind.source, kind.stratum)] += found
    counts[EVERYBODY] = len(opened)
    columns = layout_of(survey).columns
    numbers = unpack_all(survey, opened.codes)
    places = {column: place for place, column in enumerate(columns)}
    for item in survey.key_variables:
        for option in item.options:
            column, sign = (
                (Column(item.code, option.code), 1) if item.kind.takes_several else (Column(item.code), option.code)
            )
            counts[group_of(item, option.code)] = int((numbers[:, places[column]] == sign).sum())
    return counts


def group_of(item: Item, code: int) -> Group:
    return item.key_variable or "", str(code)


def move(told: Counts, now: Counts, fewest: int = FEWEST) -> dict[Group, int]:
    """The tallies after a box: those whose group has gained at least `fewest` people since they moved last.

    >>> move({("age", "1"): 12}, {("age", "1"): 21, ("age", "2"): 10, ("age", "3"): 9})
    {('age', '1'): 12, ('age', '2'): 10}
    """
    moved = {group: count for group, count in now.items() if count - told.get(group, 0) >= fewest}
    return {**told, **moved}


def move_tallies(session: Session, wave: Wave) -> None:
    """Part of the transaction in which a box is opened."""
    assert wave.id is not None
    session.flush()
    told = tallies_of(session, wave.id)
    moved = move(told, _now(session, wave), fewest_of(wave))
    store_tallies(session, wave.id, {group: count for group, count in moved.items() if told.get(group) != count})


def find_tallies(session: Session, wave: Wave) -> dict[Group, int]:
    """What may be told now. A wave that was over before there were tallies is counted once and for all."""
    assert wave.id is not None
    told = tallies_of(session, wave.id)
    if told or wave.status not in (CLOSED, PUBLISHED):
        return told
    return move({}, _now(session, wave), fewest_of(wave))


def fewest_of(wave: Wave) -> int:
    return max(FEWEST, wave.smallest_cell)


def _now(session: Session, wave: Wave) -> Counter[Group]:
    assert wave.id is not None
    return count_groups(load_survey(wave.survey_text), opened_of(session, wave.id))
