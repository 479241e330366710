"""Gather what an agency should see first: newest report, open and planned rounds, staff figures to bring, API keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from app.records.communities import Agency, Community, agencies_of, all_communities
from app.records.database import reading
from app.records.keys import all_keys
from app.records.population import population_of
from app.records.reports import reports_of
from app.records.wave_lifecycle import DRAFT, OPEN
from app.records.waves import rated_agencies_of, waves_of
from app.records.workforce import workforce_of
from app.services.accounts.api_keys import day_of, key_status
from app.services.accounts.permissions import Member
from app.services.reports.publish import FrozenReport, find_frozen_report

NOT_OF_STAFF = ("area",)  # staff need not live in the city


@dataclass(frozen=True)
class AgencyHome:
    """Hold one agency of a member.

    `missing` are the variables of the population table for which it brought no staff counts; `staff_years` are the
    newest year of each variable that it brought.
    """

    community: str
    agency: str
    names: Mapping[str, str]
    report: FrozenReport | None
    open: tuple[str, ...]
    planned: tuple[str, ...]
    missing: tuple[str, ...]
    staff_years: tuple[tuple[str, int], ...]
    keys: int


def load_agency_homes(engine: Engine, member: Member, now: datetime) -> tuple[AgencyHome, ...]:
    """Return the member's own agencies; none for a member who is not limited to some."""
    if not member.agencies:
        return ()
    with reading(engine) as session:
        found = list(_homes(session, member, now))
    return tuple(
        replace(home, report=find_frozen_report(engine, home.community, wave)) if wave else home for home, wave in found
    )


def _homes(session: Session, member: Member, now: datetime) -> Iterator[tuple[AgencyHome, str]]:
    """Yield each agency without its report, and the round of that report."""
    for community in all_communities(session):
        wanted = [row.variable for row in population_of(session, community.id or 0)]
        for agency in agencies_of(session, community.id or 0):
            name = f"{community.slug}/{agency.slug}"
            if name not in member.agencies:
                continue
            years = _staff_years(session, agency)
            home = AgencyHome(
                community.slug,
                agency.slug,
                agency.names,
                None,
                tuple(_rounds(session, community, agency, OPEN)),
                tuple(_rounds(session, community, agency, DRAFT)),
                tuple(each for each in dict.fromkeys(wanted) if each not in years and each not in NOT_OF_STAFF),
                tuple(years.items()),
                _count_keys(session, name, now),
            )
            yield home, _newest_report(session, community, agency)


def _rounds(session: Session, community: Community, agency: Agency, status: str) -> Iterator[str]:
    for wave in waves_of(session, community.id or 0):
        if wave.status == status and _rates(session, wave.id or 0, agency):
            yield wave.slug


def _rates(session: Session, wave_id: int, agency: Agency) -> bool:
    return any(rated.id == agency.id for rated, _ in rated_agencies_of(session, wave_id))


def _newest_report(session: Session, community: Community, agency: Agency) -> str:
    """Return the round of the report that was published last; empty where there is none."""
    waves = (wave for place, wave, _ in reports_of(session) if place.id == community.id)
    return next((wave.slug for wave in waves if _rates(session, wave.id or 0, agency)), "")


def _staff_years(session: Session, agency: Agency) -> dict[str, int]:
    """Return the newest year of each variable of the staff counts."""
    years: dict[str, int] = {}
    for row in workforce_of(session, agency.id or 0):
        years[row.variable] = max(years.get(row.variable, 0), row.year)
    return years


def _count_keys(session: Session, agency: str, now: datetime) -> int:
    today = day_of(now)
    return sum(key_status(key, today) == "works" and agency in key.agencies for key in all_keys(session))
