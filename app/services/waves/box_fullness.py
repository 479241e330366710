"""Count the sealed answers that can be opened together, without opening any.

An open wave releases answers with at least the box size of one kind: source, stratum and agency. The kind is sealed in
each envelope, but spent codes show source and stratum: every spent code of a sample is either an opened answer or a
sealed one. The remaining sealed answers came without a code. One of several agencies has at least an equal part.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from app.records.ballots import CURRENT, OPENING, boxes_with_status, count_envelopes, count_responses_by_sample
from app.records.codes import batch_counts
from app.records.desks import desks_of
from app.records.waves import Wave, rated_agencies_of


def count_openable(session: Session, wave: Wave) -> int:
    """Return a number of sealed answers that are certainly of one kind: the largest such number."""
    wave_id = wave.id or 0
    boxes = [box.id for status in (CURRENT, OPENING) for box in boxes_with_status(session, wave_id, status)]
    opened = count_responses_by_sample(session, wave_id)
    coded = [batch.spent - opened.get((batch.source, batch.stratum), 0) for batch in batch_counts(session, wave_id)]
    largest = largest_sample(count_envelopes(session, boxes), coded, has_desks=bool(desks_of(session, wave_id)))
    return -(-largest // max(len(rated_agencies_of(session, wave_id)), 1))


def largest_sample(sealed: int, coded: Sequence[int], has_desks: bool) -> int:
    """Return the size of the largest kind of sample among `sealed` answers, of which `coded` came with codes.

    Without a code an answer is of the open link or, where the wave has desks, assisted. At least half of them are then
    of one kind.

    >>> sealed = largest_sample
    >>> sealed(30, [12, 10], has_desks=False), sealed(39, [], has_desks=True), sealed(9, [20], has_desks=False)
    (12, 20, 9)
    """
    uncoded = max(sealed - sum(max(count, 0) for count in coded), 0)
    kinds = 2 if has_desks else 1
    return min(max(-(-uncoded // kinds), *coded, 0), sealed)
