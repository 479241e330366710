"""Several processes count at the same time, on both databases: each page and each code counts once."""

from __future__ import annotations

import secrets
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, func, select

from app.records.ballots import Envelope, SpentNumber
from app.records.codes import Code
from app.records.waves import get_wave
from app.services.ballots.invitation_codes import code_hash, create_codes
from app.services.intake.acceptance import PendingBallot, Verdict, count
from app.settings import Settings
from tests.services.making import make_open_wave

COUNTERS, ROUNDS = 4, 6


def make_pending_ballots(engine: Engine, settings: Settings, number: int, codes: int = 0) -> list[PendingBallot]:
    """Pages with a mark each; the first of them with a code."""
    slug = make_open_wave(engine, settings).slug
    invitations = create_codes(engine, settings, slug, codes, "address sample", "north") if codes else []
    hashes = [code_hash(each.typed, slug, settings.secret) for each in invitations]
    with Session(engine) as session:
        wave_id = get_wave(session, slug).id or 0
    return [
        PendingBallot(wave_id, secrets.token_bytes(32), hashes[place] if place < codes else None, "police", {"A1": 3})
        for place in range(number)
    ]


def count_at_once(
    engine: Engine, settings: Settings, batches: Sequence[Sequence[PendingBallot]]
) -> list[list[Verdict]]:
    """Each batch in a thread and a connection of its own, all beginning at the same moment."""
    verdicts: list[list[Verdict]] = [[] for _ in batches]
    start = threading.Barrier(len(batches))

    def work(place: int) -> None:
        start.wait()
        verdicts[place] = count(engine, batches[place], lambda: secrets.token_bytes(16), settings.secret)

    threads = [threading.Thread(target=work, args=(place,)) for place in range(len(batches))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return verdicts


def stored(engine: Engine) -> tuple[int, int, int]:
    """Envelopes, marks of pages and spent codes."""
    with Session(engine) as session:
        return (
            session.exec(select(func.count()).select_from(Envelope)).one(),
            session.exec(select(func.count()).select_from(SpentNumber)).one(),
            session.exec(select(func.count()).select_from(Code).where(Code.spent)).one(),
        )


@pytest.mark.parametrize("turned", [False, True], ids=["in one order", "in both orders"])
def test_a_page_that_several_processes_hold_counts_once(
    both_engine: Engine, both_settings: Settings, turned: bool
) -> None:
    pending = make_pending_ballots(both_engine, both_settings, 20)
    batches = [pending[::-1] if turned and place % 2 else pending for place in range(COUNTERS)]
    verdicts = Counter(verdict for batch in count_at_once(both_engine, both_settings, batches) for verdict in batch)
    assert verdicts == {Verdict.COUNTED: 20, Verdict.COUNTED_BEFORE: 20 * (COUNTERS - 1)}
    assert stored(both_engine) == (20, 20, 0)


def test_a_code_that_several_processes_hold_counts_once(both_engine: Engine, both_settings: Settings) -> None:
    """The same codes on other pages: as when a letter is shared around."""
    pending = make_pending_ballots(both_engine, both_settings, 12, codes=12)
    batches = [[replace(ballot, mark=secrets.token_bytes(32)) for ballot in pending] for _ in range(COUNTERS)]
    verdicts = Counter(verdict for batch in count_at_once(both_engine, both_settings, batches) for verdict in batch)
    assert verdicts == {Verdict.COUNTED: 12, Verdict.CODE_SPENT: 12 * (COUNTERS - 1)}
    assert stored(both_engine) == (12, 12, 12)


def test_batch_with_a_shared_page_loses_no_other_answer(both_engine: Engine, both_settings: Settings) -> None:
    shared, *own = make_pending_ballots(both_engine, both_settings, 1 + COUNTERS * ROUNDS)
    batches = [[*own[place::COUNTERS], shared] for place in range(COUNTERS)]
    verdicts = count_at_once(both_engine, both_settings, batches)
    assert all(set(batch[:-1]) == {Verdict.COUNTED} for batch in verdicts)
    assert sorted(batch[-1] for batch in verdicts) == [Verdict.COUNTED, *[Verdict.COUNTED_BEFORE] * (COUNTERS - 1)]
    assert stored(both_engine)[0] == 1 + COUNTERS * ROUNDS
