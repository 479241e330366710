"""Say before a data set is asked for whether its round has answers enough, so that no long job begins in vain."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Engine

from analysis.disclosure import MicrodataRules
from app.records.ballots import count_responses_by_sample
from app.records.database import reading
from app.records.waves import get_wave

FEWEST = MicrodataRules().fewest_records


def has_enough_answers(engine: Engine, slug: str) -> bool:
    """Return whether one kind of sample has so many unlocked answers as a data set needs."""
    with reading(engine) as session:
        counts = count_responses_by_sample(session, get_wave(session, slug).id or 0)
    by_source: Counter[str] = Counter()
    for (source, _), count in counts.items():
        by_source[source] += count
    return max(by_source.values(), default=0) >= FEWEST
