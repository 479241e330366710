"""Decide and commit a batch of ballots together; the server acknowledges them after the commit.

`decide` is the complete rule and pure; `count` applies it in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from app.records.ballots import Envelope, SpentNumber, current_boxes, spent_among, store_at_once, store_unless_there
from app.records.codes import FoundCode, codes_among, spend_codes
from app.records.database import counting, writing
from app.records.wave_lifecycle import OPEN
from app.records.waves import statuses_of
from app.services.ballots.box_keys import find_sealing_keys
from app.services.ballots.envelopes import OPEN_LINK, Ballot, SealingKeys, labels_of, seal, seal_outer
from app.services.ballots.mirror import Mirror, MirroredEnvelope
from app.services.ballots.response_flags import OF_OPEN_LINKS, in_order
from app.services.ballots.tokens.issuing import Grant, SigningRequest, grant
from app.services.common.overtaken import OvertakenMeanwhile

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
    BOX_CHANGED = "box_changed"


@dataclass(frozen=True)
class PendingBallot:
    """Hold an answer to be counted, with the hashes of its page (`mark`) and of its code, if it has one.

    `source` applies only without a code; otherwise the source is that of the code. `inner` is an answer that the page
    sealed to the keys of `box`; then `answers` is empty here.
    """

    wave_id: int
    mark: bytes
    code: bytes | None
    agency: str
    answers: Mapping[str, Any]
    flags: frozenset[str] = frozenset()
    source: str = OPEN_LINK
    inner: bytes = b""
    box: str = ""


NO_BOXES: Mapping[int, str] = {}


def decide(
    ballots: Sequence[PendingBallot],
    is_open: Mapping[int, bool],
    sent: Set[bytes],
    codes: Mapping[bytes, FoundCode],
    boxes: Mapping[int, str] = NO_BOXES,
) -> list[Verdict]:
    """Return one verdict for each ballot, in their order. `sent` and `codes` are the state before the first of them.

    `boxes` has the current box of each wave, to which a page may have sealed its answer.
    """
    seen = set(sent)
    spent = {hash_ for hash_, code in codes.items() if code.spent}
    verdicts = []
    for pending in ballots:
        verdict = _verdict(pending, is_open, seen, codes, spent, boxes)
        if verdict is Verdict.COUNTED:
            seen.add(pending.mark)
            spent |= {pending.code} if pending.code else set()
        verdicts.append(verdict)
    return verdicts


def _verdict(
    pending: PendingBallot,
    is_open: Mapping[int, bool],
    seen: Set[bytes],
    codes: Mapping[bytes, FoundCode],
    spent: Set[bytes],
    boxes: Mapping[int, str],
) -> Verdict:
    # A page that was counted gets that verdict first, even when its code is spent or its wave closed by now.
    if pending.mark in seen:
        return Verdict.COUNTED_BEFORE
    if not is_open.get(pending.wave_id, False):
        return Verdict.WAVE_CLOSED
    if pending.inner and pending.box != boxes.get(pending.wave_id):
        return Verdict.BOX_CHANGED
    if pending.code is None:
        return Verdict.COUNTED
    if pending.code not in codes or codes[pending.code].wave_id != pending.wave_id:
        return Verdict.CODE_UNKNOWN
    return Verdict.CODE_SPENT if pending.code in spent else Verdict.COUNTED


def count(
    engine: Engine,
    waiting: Sequence[PendingBallot | SigningRequest],
    draw_key: Callable[[], bytes],
    secret: bytes,
    mirror: Mirror | None = None,
) -> list[Verdict | Grant]:
    """Decide and store in one durable transaction: the envelope with the hashes of its page and code, or nothing.

    Requests for tokens are decided in the same transaction, after the ballots.

    Raises `BoxKeysForged`, and stores nothing, where the database holds public keys that are not the holders'.

    Several processes count at the same time. Only if two of them hold the same page or code, one of them is overtaken;
    then nothing of its batch is stored, and it is decided again while no other process counts.
    """
    try:
        with counting(engine) as session:
            return _decide_all(session, waiting, draw_key, secret, mirror)
    except OvertakenMeanwhile:
        with writing(engine) as session:
            return _decide_all(session, waiting, draw_key, secret, mirror)


def _decide_all(
    session: Session,
    waiting: Sequence[PendingBallot | SigningRequest],
    draw_key: Callable[[], bytes],
    secret: bytes,
    mirror: Mirror | None,
) -> list[Verdict | Grant]:
    ballots = [each for each in waiting if isinstance(each, PendingBallot)]
    requests = [each for each in waiting if isinstance(each, SigningRequest)]
    verdicts = iter(_count(session, ballots, draw_key, secret, mirror) if ballots else ())
    grants = iter(_grant(session, requests, mirror) if requests else ())
    return [next(grants) if isinstance(each, SigningRequest) else next(verdicts) for each in waiting]


def _grant(session: Session, requests: Sequence[SigningRequest], mirror: Mirror | None) -> list[Grant]:
    wave_ids = {request.wave_id for request in requests}
    is_open = {wave_id: status == OPEN for wave_id, status in statuses_of(session, wave_ids).items()}
    grants, new = grant(session, requests, is_open)
    if mirror is not None and new:
        boxes = current_boxes(session, wave_ids)
        mirror.write_grants([(boxes[each.wave_id].box.id, each.wave_id, each.code) for each in new])
    return grants


def _count(
    session: Session,
    ballots: Sequence[PendingBallot],
    draw_key: Callable[[], bytes],
    secret: bytes,
    mirror: Mirror | None,
) -> list[Verdict]:
    wave_ids = {pending.wave_id for pending in ballots}
    hashes = sorted({pending.code for pending in ballots if pending.code})
    is_open = {wave_id: status == OPEN for wave_id, status in statuses_of(session, wave_ids).items()}
    codes = codes_among(session, hashes) if hashes else {}
    boxes = current_boxes(session, wave_ids)
    current = {wave_id: held.box.id for wave_id, held in boxes.items()}
    verdicts = decide(ballots, is_open, spent_among(session, {pending.mark for pending in ballots}), codes, current)
    counted = [pending for pending, verdict in zip(ballots, verdicts, strict=True) if verdict is Verdict.COUNTED]
    if counted:
        keys = {each.wave_id: find_sealing_keys(secret, boxes[each.wave_id]) for each in counted}
        _store(session, counted, codes, draw_key, keys, mirror)
    return verdicts


def _store(
    session: Session,
    counted: Sequence[PendingBallot],
    codes: Mapping[bytes, FoundCode],
    draw_key: Callable[[], bytes],
    keys: Mapping[int, SealingKeys],
    mirror: Mirror | None,
) -> None:
    envelopes: list[dict[str, Any]] = [
        {
            "key": draw_key(),
            "box_id": keys[pending.wave_id].box_id,
            "sealed": _seal(pending, codes, keys[pending.wave_id]),
        }
        for pending in counted
    ]
    store_at_once(session, Envelope, envelopes)
    # The same order in every process prevents deadlocks.
    marks = sorted((pending.mark, pending.wave_id) for pending in counted)
    # A unique key that is violated would be written to PostgreSQL's log, with the mark and the time.
    stored = store_unless_there(session, SpentNumber, [{"mark": mark, "wave_id": wave_id} for mark, wave_id in marks])
    spent = sorted(pending.code for pending in counted if pending.code)
    if stored < len(marks) or (spent and spend_codes(session, spent) < len(spent)):
        raise OvertakenMeanwhile
    if mirror is not None:
        # Last, and before the commit: no process opens a box while one counts.
        pairs = zip(counted, envelopes, strict=True)
        mirror.write([_to_mirrored(pending, keys[pending.wave_id], envelope["sealed"]) for pending, envelope in pairs])


def _to_mirrored(pending: PendingBallot, keys: SealingKeys, sealed: bytes) -> MirroredEnvelope:
    return MirroredEnvelope(
        keys.box_id, pending.wave_id, keys.operator, sealed, pending.mark, pending.code, keys.second
    )


def _seal(pending: PendingBallot, codes: Mapping[bytes, FoundCode], keys: SealingKeys) -> bytes:
    """Seal in both envelopes, or in the outer one alone where the page made the inner one."""
    ballot = to_ballot(pending, codes)
    return seal_outer(labels_of(ballot), pending.inner, keys) if pending.inner else seal(ballot, keys)


def to_ballot(pending: PendingBallot, codes: Mapping[bytes, FoundCode]) -> Ballot:
    if pending.code is None:
        return Ballot(pending.source, "", pending.agency, pending.answers, in_order(pending.flags))
    flags = in_order(pending.flags - OF_OPEN_LINKS)
    return Ballot(codes[pending.code].source, codes[pending.code].stratum, pending.agency, pending.answers, flags)
