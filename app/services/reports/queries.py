"""Query published reports: those that an API key may read, and that of a wave."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine

from app.errors import NotFound
from app.records.communities import get_community_of
from app.records.database import reading
from app.records.reports import reports_of
from app.records.waves import get_wave, rated_agencies_of
from app.services.accounts.api_keys import Reader
from app.services.reports.publish import FrozenReport, Listed, find_frozen_report


def list_readable(engine: Engine, reader: Reader) -> list[Listed]:
    """Return the newest version of each report about an agency in the key's scope, the latest first."""
    with reading(engine) as session:
        return [
            Listed(community.slug, wave.slug, community.names, found.version, found.published_on, tuple(found.words))
            for community, wave, found in reports_of(session)
            if reader.can_read(
                [f"{community.slug}/{agency.slug}" for agency, _ in rated_agencies_of(session, wave.id or 0)]
            )
        ]


def get_published(engine: Engine, wave_slug: str, version: int | None = None) -> FrozenReport:
    """Return the published report of a wave; by default its newest version."""
    with reading(engine) as session:
        community = get_community_of(session, get_wave(session, wave_slug).community_id).slug
    frozen = find_frozen_report(engine, community, wave_slug, version)
    if frozen is None:
        raise NotFound("published report", f"{wave_slug}, version {version}" if version else wave_slug)
    return frozen


def list_rounds(engine: Engine, community_slug: str) -> list[FrozenReport]:
    """Return the newest report of each survey round of a community, the oldest round first."""
    with reading(engine) as session:
        waves = [wave for community, wave, _ in reports_of(session) if community.slug == community_slug]
        slugs = [wave.slug for wave in sorted(waves, key=lambda wave: (wave.opened_on or date.min, wave.slug))]
    found = (find_frozen_report(engine, community_slug, slug) for slug in slugs)
    return [report for report in found if report is not None]
