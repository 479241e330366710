"""Query published reports: those that an API key may read, and that of a wave."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine
from sqlmodel import Session

from app.errors import NotFound
from app.records.communities import Community, get_community_of
from app.records.database import reading
from app.records.reports import Report, reports_of
from app.records.waves import Wave, get_wave, rated_agencies_of
from app.services.accounts.api_keys import Reader
from app.services.common.report_names import is_simulated
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


def list_beside(engine: Engine, community_slug: str) -> list[Listed]:
    """Return the report of the newest round of each other community that rates an agency with an id of this one.

    A made-up community stands beside made-up ones alone.
    """
    with reading(engine) as session:
        newest: dict[str, tuple[Community, Wave, Report]] = {}
        for community, wave, found in sorted(reports_of(session), key=lambda each: (each[0].slug, *_moment(each[1]))):
            newest[community.slug] = (community, wave, found)
        rated = {slug: _agencies(session, wave) for slug, (_, wave, _) in newest.items()}
        own = newest.get(community_slug)
        return [
            Listed(slug, wave.slug, community.names, found.version, found.published_on, tuple(found.words))
            for slug, (community, wave, found) in newest.items()
            if own
            and slug != community_slug
            and rated[slug] & rated[community_slug]
            and is_simulated(community.names.values()) == is_simulated(own[0].names.values())
        ]


def _agencies(session: Session, wave: Wave) -> set[str]:
    return {agency.slug for agency, _ in rated_agencies_of(session, wave.id or 0)}


def _moment(wave: Wave) -> tuple[date, str]:
    """Order the rounds of a community in time."""
    return wave.opened_on or date.min, wave.slug


def list_rounds(engine: Engine, community_slug: str) -> list[FrozenReport]:
    """Return the newest report of each survey round of a community, the oldest round first."""
    with reading(engine) as session:
        waves = [wave for community, wave, _ in reports_of(session) if community.slug == community_slug]
        slugs = [wave.slug for wave in sorted(waves, key=_moment)]
    found = (find_frozen_report(engine, community_slug, slug) for slug in slugs)
    return [report for report in found if report is not None]
