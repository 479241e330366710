"""The seal of the audit log needs the SECRET: a writer of the database alone can neither cut nor rewrite it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from app.records.audit_log import AuditEvent, acts, hash_of, record_act
from app.records.audit_seal import FIRST
from app.records.database import connect, writing
from app.services.common.audit_log import prove, seal_again
from app.services.holders.service_secret import check_secret
from app.settings import Settings
from tests.services.making import ACT, NOON


def cut(session: Session) -> None:
    session.execute(text("DELETE FROM audit_event WHERE id = (SELECT max(id) FROM audit_event)"))


def cut_and_count_anew(session: Session) -> None:
    cut(session)
    session.execute(text("UPDATE service SET audit_lines = audit_lines - 1"))


def drop_seal(session: Session) -> None:
    cut(session)
    session.execute(text("UPDATE service SET audit_seal = NULL, audit_lines = 0"))


def rewrite(session: Session) -> None:
    """Compute each hash anew, as anyone can, so that the chain itself is whole."""
    previous = FIRST
    for event in acts(session):
        session.expunge(event)
        event.actor, event.previous_hash = "nobody", previous
        event.hash = previous = hash_of(event)
        changed = {"id": event.id, "previous": event.previous_hash, "hash": event.hash}
        statement = "UPDATE audit_event SET actor = 'nobody', previous_hash = :previous, hash = :hash WHERE id = :id"
        session.execute(text(statement), changed)


def add_line(session: Session) -> None:
    last = acts(session)[-1]
    event = AuditEvent(at=last.at, actor="x", act="y", subject="z", facts={}, previous_hash=last.hash, hash="")
    event.hash = hash_of(event)
    session.add(event)


@pytest.fixture
def sealed(both_engine: Engine, both_settings: Settings) -> Engine:
    """A service that knows its SECRET, with some acts in its log."""
    check_secret(both_engine, both_settings)
    with writing(both_engine) as session:
        for number in range(4):
            record_act(session, "olga", "looked", "river-city", NOON, times=number)
    return both_engine


def test_log_that_only_the_service_wrote_fits_its_seal(sealed: Engine) -> None:
    first, second = prove(sealed, "", ACT), prove(sealed, "", ACT)
    assert first.holds
    assert (second.holds, second.count) == (True, first.count + 1)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (cut, "cut"),
        (cut_and_count_anew, "rewritten"),
        (drop_seal, "rewritten"),
        (rewrite, "rewritten"),
        (add_line, "unsealed"),
    ],
)
def test_each_hand_in_the_database_is_found_and_stays_found(
    sealed: Engine, change: Callable[[Session], None], fault: str
) -> None:
    with Session(sealed) as session, session.begin():
        change(session)
    proof = prove(sealed, "", ACT)
    assert (proof.broken, proof.seal, proof.holds) == (None, fault, False)
    assert not prove(sealed, "", ACT).holds, "the line of the first check has not hidden the fault"
    assert seal_again(sealed, ACT).seal
    assert prove(sealed, "", ACT).holds
    with Session(sealed) as session:
        assert "log sealed" in [event.act for event in acts(session)]


def test_deleted_seal_comes_back_only_with_a_line_in_the_log(sealed: Engine, both_settings: Settings) -> None:
    with sealed.begin() as connection:
        connection.execute(text("DELETE FROM audit_event WHERE id = (SELECT max(id) FROM audit_event)"))
        connection.execute(text("DELETE FROM service"))
    engine = connect(both_settings.database_url)
    check_secret(engine, both_settings)
    with Session(engine) as session:
        assert acts(session)[-1].act == "secret named"
    engine.dispose()
