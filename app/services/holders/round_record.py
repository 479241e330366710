"""Fix what the pages of a round rely on when it opens: no writer of the database changes it unnoticed.

A digest of the record stands in the wave, and the seal of each of its boxes covers the digest.
"""

from __future__ import annotations

import hashlib
import json

from sqlmodel import Session

from app.errors import RecordForged
from app.records.waves import Wave, rated_agencies_of

# The questions, the rule for codes, and the smallest numbers. Languages may be added while a round is open.
FIXED = (
    "slug",
    "community_id",
    "survey_id",
    "survey_version",
    "survey_text",
    "code_policy",
    "box_size",
    "smallest_cell",
    "smallest_stratum",
    "days_sealed",
    "protocol",
)


def digest_of_record(session: Session, wave: Wave) -> str:
    """Return the digest of all fixed fields and of the rated agencies with their probabilities."""
    agencies = [[agency.slug, chance] for agency, chance in rated_agencies_of(session, wave.id or 0)]
    document = {name: getattr(wave, name) for name in FIXED} | {"agencies": agencies}
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def check_record(session: Session, wave: Wave) -> None:
    """Raise `RecordForged` where the record is not as it was at the opening; an earlier version fixed none.

    The caller has checked the seal of a box of the wave, which covers the digest.
    """
    if wave.record_digest and digest_of_record(session, wave) != wave.record_digest:
        raise RecordForged(wave.slug)
