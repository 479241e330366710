"""Targets, answers and the improvement log: kept with revisions, refused with every problem at once."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from app.errors import BadTable
from app.records.communities import get_community
from app.records.measures import events_of, statements_of, targets_of
from app.services.communities.register_import import store_register
from app.services.scorecards.notes import ANSWERS, EVENTS, TARGETS, load_notes
from app.services.scorecards.upload_rows import to_rows
from tests.services.making import ACT
from tests.services.scorecards.test_load import REGISTER

TARGET = {"measure": "1.1", "value": 90, "by_year": "2028", "agreed_on": "2026-01-15"}
ANSWER = {
    "question": "point_person",
    "answer": "yes",
    "words": "The office of violence prevention, since March.",
    "lang": "en",
    "attested_by": "City manager",
    "attested_on": "2026-03-01",
}
EVENT = {"event": "intake", "held_on": "2026-05-04", "lang": "en", "title": "A shorter intake form"}


def test_a_newer_note_is_in_force(engine: Engine) -> None:
    store_register(engine, REGISTER, ACT)
    for value in (90, 95):
        load_notes(engine, "river-city", TARGETS, to_rows([{**TARGET, "value": value}]), ACT, "t.csv")
    load_notes(engine, "river-city", ANSWERS, to_rows([ANSWER]), ACT, "a.csv")
    later = {**EVENT, "event": "night", "held_on": "2026-06-01", "did_not_work": "Nobody came at night."}
    load_notes(engine, "river-city", EVENTS, to_rows([EVENT, later]), ACT, "e.csv")
    with Session(engine) as session:
        id = get_community(session, "river-city").id or 0
        assert (targets_of(session, id)["1.1"].value, targets_of(session, id)["1.1"].revision) == (95, 2)
        assert statements_of(session, id)["point_person"].answer
        assert [(each.slug, each.did_not_work) for each in events_of(session, id)] == [
            ("night", "Nobody came at night."),
            ("intake", ""),
        ]


@pytest.mark.parametrize(
    ("kind", "row", "said"),
    [
        (TARGETS, {**TARGET, "measure": "5.3m"}, "line 1: expected one of 1.1, 1.2a"),
        (TARGETS, {**TARGET, "value": "many"}, "expected a number of 0 or more in value, found 'many'"),
        (TARGETS, {**TARGET, "by_year": "28"}, "expected a year in by_year, found '28'"),
        (ANSWERS, {**ANSWER, "question": "why"}, "expected one of legitimacy, table, point_person"),
        (ANSWERS, {**ANSWER, "answer": "perhaps"}, "expected yes or no in answer, found 'perhaps'"),
        (ANSWERS, {**ANSWER, "words": ""}, "expected 1 to 600 characters in words, found 0"),
        (ANSWERS, {**ANSWER, "lang": "xx"}, "in lang, found 'xx'"),
        (ANSWERS, {**ANSWER, "attested_on": "May"}, "expected a day such as 2026-03-31 in attested_on, found 'May'"),
        (EVENTS, {**EVENT, "event": "A form"}, "expected lower case letters, digits and dashes in event"),
        (EVENTS, {**EVENT, "report": "javascript:x"}, "expected an address that begins with https:// in report"),
        (EVENTS, {**EVENT, "worked": "x" * 601}, "expected at most 600 characters in worked, found 601"),
    ],
)
def test_note_that_cannot_be_stored_is_refused(engine: Engine, kind, row, said) -> None:
    store_register(engine, REGISTER, ACT)
    with pytest.raises(BadTable, match=said):
        load_notes(engine, "river-city", kind, to_rows([row]), ACT, "notes.csv")
