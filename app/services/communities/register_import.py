"""Import communities and their agencies before any wave: the register for measures and staff counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from app.language.languages import LANGUAGES
from app.records.audit_log import record_act
from app.records.communities import Agency, Community, agencies_of, find_community
from app.records.database import writing
from app.services.common.actor import Actor
from app.services.common.tabular import Columns, TextTable, load_table, read_texts, repeated
from app.services.waves.plan_file import is_slug

NEEDED = ("community", "community_name", "agency", "agency_name")
COLUMNS = Columns(NEEDED, (*NEEDED, "lang"))


@dataclass(frozen=True)
class Registered:
    """Hold one agency of a community, with both names in one language."""

    community: str
    community_name: str
    agency: str
    agency_name: str
    lang: str = "en"


def load_register(path: Path) -> list[Registered]:
    """Read a CSV with the columns community, community_name, agency, agency_name and, if wanted, lang."""
    table = load_table(path, COLUMNS)
    found = list(_read(table))
    keys = [(line, (row["community"], row["agency"], row.get("lang", ""))) for line, row in table.rows]
    for line, key in repeated(keys):
        table.add(line, f"expected each agency once in a language, found {' '.join(filter(None, key))} again")
    table.check()
    return found


def _read(table: TextTable) -> Iterator[Registered]:
    for line, row in table.rows:
        for name in ("community", "agency"):
            if not is_slug(row[name]):
                table.add(line, f"expected lower case letters, digits and dashes in {name}, found {row[name]!r}")
        read_texts(table, line, row, ("community_name", "agency_name"), 200)
        lang = row.get("lang") or "en"
        if lang not in LANGUAGES:
            table.add(line, f"expected one of {', '.join(LANGUAGES)} in lang, found {lang!r}")
        yield Registered(row["community"], row["community_name"], row["agency"], row["agency_name"], lang)


def store_register(engine: Engine, rows: list[Registered], actor: Actor) -> None:
    """Add what is new, and replace existing names of the same language."""
    with writing(engine) as session:
        for slug, group in groupby(sorted(rows, key=lambda row: row.community), key=lambda row: row.community):
            found = list(group)
            _store_community(session, slug, found)
            record_act(session, actor.name, "agencies registered", slug, actor.now, agencies=len(found))


def _store_community(session: Session, slug: str, rows: list[Registered]) -> None:
    community = find_community(session, slug) or Community(slug=slug, names={})
    community.names = {**community.names, **{row.lang: row.community_name for row in rows}}
    session.add(community)
    session.flush()
    assert community.id is not None
    known = {agency.slug: agency for agency in agencies_of(session, community.id)}
    for row in rows:
        agency = known.setdefault(row.agency, Agency(community_id=community.id, slug=row.agency, names={}))
        agency.names = {**agency.names, row.lang: row.agency_name}
    session.add_all(known.values())
