"""The chain of the staff's acts shows what was changed or taken out."""

from __future__ import annotations

from sqlalchemy import Engine
from sqlmodel import Session

from app.records.audit_log import acts, is_whole, record_act
from tests.services.making import NOON


def test_a_changed_and_a_missing_row_break_the_chain(both_engine: Engine) -> None:
    with Session(both_engine) as session, session.begin():
        for number in range(4):
            record_act(session, "olga", "looked", "river-city", NOON, times=number, name="Ñandú")
    with Session(both_engine) as session:
        chain = acts(session)
        assert is_whole(chain)
        assert not is_whole(chain[1:])
        assert not is_whole([chain[0], *chain[2:]])
        chain[2].facts = {"times": 99}
        assert not is_whole(chain)
        session.rollback()
