"""Count the opened answers of a wave by flag, so that operators notice a flood.

Counts are in tens, so that they cannot be followed answer by answer.
"""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Engine

from app.records.ballots import opened_of
from app.records.database import reading
from app.records.waves import get_wave
from app.services.ballots.response_flags import FLAGS
from app.services.waves.tallies import FEWEST


def count_flags(engine: Engine, slug: str) -> dict[str, int | None]:
    """Return the count by flag; None for fewer than ten."""
    with reading(engine) as session:
        opened = opened_of(session, get_wave(session, slug).id or 0)
    counts: Counter[str] = Counter()
    for kind, found in opened.counts().items():
        counts.update(dict.fromkeys(kind.flags.split(), found))
    return {flag: counts[flag] - counts[flag] % FEWEST if counts[flag] >= FEWEST else None for flag in FLAGS}
