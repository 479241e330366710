"""Counts ballots: what waits is decided together and committed together, and only then is anybody thanked.

`decide` is the whole rule and pure; `count` carries it out in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from app.records.ballots import Box, Envelope, SpentNumber, current_boxes, spent_among, store_at_once
from app.records.codes import FoundCode, codes_among, spend_codes
from app.records.database import counting, writing
from app.records.wave_lifecycle import OPEN
from app.records.waves import statuses_of
from app.services.ballots.envelopes import Ballot, seal
from app.services.ballots.mirror import Mirror, MirroredEnvelope
from app.services.ballots.response_flags import OF_OPEN_LINKS, in_order

OPEN_LINK = "open link"
ASSISTED = "assisted"


class Verdict(StrEnum):
    COUNTED = "counted"
    COUNTED_BEFORE = "counted_before"
    CODE_SPENT = "code_spent"
    CODE_UNKNOWN = "code_unknown"
    CODE_MISSING = "code_missing"
    WAVE_CLOSED = "wave_closed"
    NOTHING_ANSWERED = "nothing_answered"
    PROOF_WANTED = "proof_wanted"


@dataclass(frozen=True)
class PendingBallot:
    """A readable answer that waits to be counted: `mark` is of its page, `code` the hash of its code, if it has one.

    `source` is where it comes from without a code; a code knows better.
    """

    wave_id: int
    mark: bytes
    code: bytes | None
    agency: str
    answers: Mapping[str, Any]
    flags: frozenset[str] = frozenset()
    source: str = OPEN_LINK


def decide(
    casts: Sequence[PendingBallot], is_open: Mapping[int, bool], sent: Set[bytes], codes: Mapping[bytes, FoundCode]
) -> list[Verdict]:
    """One verdict for each cast, in their order: `sent` and `codes` say how things stood before the first of them."""
    seen = set(sent)
    spent = {hash_ for hash_, code in codes.items() if code.spent}
    verdicts = []
    for cast in casts:
        verdict = _verdict(cast, is_open, seen, codes, spent)
        if verdict is Verdict.COUNTED:
            seen.add(cast.mark)
            spent |= {cast.code} if cast.code else set()
        verdicts.append(verdict)
    return verdicts


def _verdict(
    cast: PendingBallot,
    is_open: Mapping[int, bool],
    seen: Set[bytes],
    codes: Mapping[bytes, FoundCode],
    spent: Set[bytes],
) -> Verdict:
    # A page that was counted is told so first, even when its code is spent by now or its wave closed.
    if cast.mark in seen:
        return Verdict.COUNTED_BEFORE
    if not is_open.get(cast.wave_id, False):
        return Verdict.WAVE_CLOSED
    if cast.code is None:
        return Verdict.COUNTED
    if cast.code not in codes or codes[cast.code].wave_id != cast.wave_id:
        return Verdict.CODE_UNKNOWN
    return Verdict.CODE_SPENT if cast.code in spent else Verdict.COUNTED


def count(
    engine: Engine, casts: Sequence[PendingBallot], draw_key: Callable[[], bytes], mirror: Mirror | None = None
) -> list[Verdict]:
    """Decide and store in one durable transaction: the envelope with the marks of its page and code, or nothing.

    Several processes count at the same time. Only if two of them hold the same page or code does one find that it was
    overtaken; nothing of its batch is stored then, and it is decided anew while nobody else counts.
    """
    try:
        with counting(engine) as session:
            return _count(session, casts, draw_key, mirror)
    except (IntegrityError, Overtaken):
        with writing(engine) as session:
            return _count(session, casts, draw_key, mirror)


class Overtaken(Exception):
    """A code of the batch was spent by another process after it had been looked up."""


def _count(
    session: Session, casts: Sequence[PendingBallot], draw_key: Callable[[], bytes], mirror: Mirror | None
) -> list[Verdict]:
    wave_ids = {cast.wave_id for cast in casts}
    hashes = sorted({cast.code for cast in casts if cast.code})
    is_open = {wave_id: status == OPEN for wave_id, status in statuses_of(session, wave_ids).items()}
    codes = codes_among(session, hashes) if hashes else {}
    verdicts = decide(casts, is_open, spent_among(session, {cast.mark for cast in casts}), codes)
    counted = [cast for cast, verdict in zip(casts, verdicts, strict=True) if verdict is Verdict.COUNTED]
    if counted:
        _store(session, counted, codes, draw_key, mirror)
    return verdicts


def _store(
    session: Session,
    counted: Sequence[PendingBallot],
    codes: Mapping[bytes, FoundCode],
    draw_key: Callable[[], bytes],
    mirror: Mirror | None,
) -> None:
    boxes = current_boxes(session, {cast.wave_id for cast in counted})
    envelopes: list[dict[str, Any]] = [
        {
            "key": draw_key(),
            "box_id": boxes[cast.wave_id].id,
            "sealed": seal(to_ballot(cast, codes), boxes[cast.wave_id].public_key),
        }
        for cast in counted
    ]
    store_at_once(session, Envelope, envelopes)
    # In one order everywhere, so that two processes wait for each other in a line and never in a ring.
    marks = sorted(counted, key=lambda cast: cast.mark)
    store_at_once(session, SpentNumber, [{"mark": cast.mark, "wave_id": cast.wave_id} for cast in marks])
    spent = sorted(cast.code for cast in counted if cast.code)
    if spent and spend_codes(session, spent) < len(spent):
        raise Overtaken
    if mirror is not None:
        # Last, and before the commit: nobody opens a box while anybody counts.
        pairs = zip(counted, envelopes, strict=True)
        mirror.keep([_to_mirrored(cast, boxes[cast.wave_id], envelope["sealed"]) for cast, envelope in pairs])


def _to_mirrored(cast: PendingBallot, box: Box, sealed: bytes) -> MirroredEnvelope:
    return MirroredEnvelope(box.id, cast.wave_id, box.public_key, sealed, cast.mark, cast.code)


def to_ballot(cast: PendingBallot, codes: Mapping[bytes, FoundCode]) -> Ballot:
    if cast.code is None:
        return Ballot(cast.source, "", cast.agency, cast.answers, in_order(cast.flags))
    flags = in_order(cast.flags - OF_OPEN_LINKS)
    return Ballot(codes[cast.code].source, codes[cast.code].stratum, cast.agency, cast.answers, flags)
