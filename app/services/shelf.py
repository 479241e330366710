"""Which published reports a program may read: those that tell of an agency in the scope of its key."""

from __future__ import annotations

from sqlalchemy import Engine

from app.records.database import reading
from app.records.reports import reports_of
from app.records.waves import rated_agencies_of
from app.services.keys import Reader
from app.services.reporting import Listed


def list_readable(engine: Engine, reader: Reader) -> list[Listed]:
    """The newest version of each wave's report, the latest published first."""
    with reading(engine) as session:
        return [
            Listed(community.slug, wave.slug, community.names, found.version, found.published_on, tuple(found.words))
            for community, wave, found in reports_of(session)
            if reader.can_read(
                [f"{community.slug}/{agency.slug}" for agency, _ in rated_agencies_of(session, wave.id or 0)]
            )
        ]
