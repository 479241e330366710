"""Describe communities and agencies: a name for web addresses, and a name in each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlmodel import Session

from app.errors import Refused
from app.language.languages import LANGUAGES
from app.records.audit_log import record_act
from app.records.communities import (
    Agency,
    Community,
    agencies_of,
    all_communities,
    find_community,
    get_agency,
    get_community,
)
from app.records.database import reading, writing
from app.records.population import population_of
from app.records.waves import waves_of
from app.records.workforce import workforce_of
from app.services.common.actor import Actor
from app.services.waves.plan_file import is_slug

LONGEST_NAME = 200

Names = Mapping[str, str]
NO_NAMES: Names = {}


class ProfileRefused(Refused):
    """Refuse a form. `field` is the part of it that is wrong."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(sentence)


@dataclass(frozen=True)
class AgencyProfile:
    slug: str
    names: Names
    short_names: Names  # inside a sentence of a report: "the police"
    staff_tables: tuple[str, ...]  # `variable year` of each table of its staff


@dataclass(frozen=True)
class CommunityView:
    """Hold a community with everything known about it."""

    slug: str
    names: Names
    agencies: tuple[AgencyProfile, ...]
    population: tuple[tuple[str, int, str, int], ...]  # variable, levels, source, year
    waves: tuple[tuple[str, str], ...]  # slug, status


def list_communities(engine: Engine) -> list[CommunityView]:
    with reading(engine) as session:
        return [_view(session, community) for community in all_communities(session)]


def get_profile(engine: Engine, slug: str) -> CommunityView:
    with reading(engine) as session:
        return _view(session, get_community(session, slug))


def _view(session: Session, community: Community) -> CommunityView:
    assert community.id is not None
    rows = population_of(session, community.id)
    variables = dict.fromkeys(row.variable for row in rows)
    tables = [[row for row in rows if row.variable == variable] for variable in variables]
    return CommunityView(
        slug=community.slug,
        names=community.names,
        agencies=tuple(_agency_profile(session, agency) for agency in agencies_of(session, community.id)),
        population=tuple((table[0].variable, len(table), table[0].source, table[0].year) for table in tables),
        waves=tuple((wave.slug, wave.status) for wave in waves_of(session, community.id)),
    )


def _agency_profile(session: Session, agency: Agency) -> AgencyProfile:
    tables = dict.fromkeys(f"{row.variable} {row.year}" for row in workforce_of(session, agency.id or 0))
    return AgencyProfile(agency.slug, agency.names, agency.short_names or {}, tuple(tables))


def add_community(engine: Engine, slug: str, names: Names, actor: Actor) -> None:
    with writing(engine) as session:
        check_profile(slug, names)
        if find_community(session, slug):
            raise ProfileRefused("slug", "That web address name is taken: choose another one.")
        session.add(Community(slug=slug, names=without_blanks(names)))
        record_act(session, actor.name, "community added", slug, actor.now, names=without_blanks(names))


def name_community(engine: Engine, slug: str, names: Names, actor: Actor) -> None:
    """Change the names that residents and readers see. Published reports keep their frozen names."""
    with writing(engine) as session:
        check_profile(slug, names)
        community = get_community(session, slug)
        community.names = without_blanks(names)
        session.add(community)
        record_act(session, actor.name, "community named", slug, actor.now, names=community.names)


def add_agency(
    engine: Engine, community_slug: str, slug: str, names: Names, actor: Actor, short_names: Names = NO_NAMES
) -> None:
    with writing(engine) as session:
        community = get_community(session, community_slug)
        check_profile(slug, names)
        check_short_names(short_names)
        if slug in {agency.slug for agency in agencies_of(session, community.id or 0)}:
            raise ProfileRefused("slug", "That web address name is taken: choose another one.")
        short = without_blanks(short_names)
        session.add(Agency(community_id=community.id or 0, slug=slug, names=without_blanks(names), short_names=short))
        record_act(
            session, actor.name, "agency added", f"{community_slug}/{slug}", actor.now, names=without_blanks(names)
        )


def name_agency(
    engine: Engine, community_slug: str, slug: str, names: Names, actor: Actor, short_names: Names = NO_NAMES
) -> None:
    with writing(engine) as session:
        check_profile(slug, names)
        check_short_names(short_names)
        agency = get_agency(session, get_community(session, community_slug).id or 0, slug)
        agency.names, agency.short_names = without_blanks(names), without_blanks(short_names)
        session.add(agency)
        record_act(session, actor.name, "agency named", f"{community_slug}/{slug}", actor.now, names=agency.names)


def check_profile(slug: str, names: Names) -> None:
    if not is_slug(slug):
        raise ProfileRefused("slug", "Use lower case letters, digits and dashes, such as river-city.")
    if not without_blanks(names):
        raise ProfileRefused("name-en", "Give a name in at least one language.")
    for code, name in names.items():
        if len(name) > LONGEST_NAME:
            raise ProfileRefused(f"name-{code}", f"Use at most {LONGEST_NAME} characters.")


def check_short_names(short_names: Names) -> None:
    for code, name in short_names.items():
        if len(name) > LONGEST_NAME:
            raise ProfileRefused(f"short-{code}", f"Use at most {LONGEST_NAME} characters.")


def without_blanks(names: Names) -> dict[str, str]:
    """Return the names that are not blank, in the order of our languages."""
    return {code: names[code].strip() for code in LANGUAGES if names.get(code, "").strip()}
