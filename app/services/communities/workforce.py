"""Load the staff counts of a community's agencies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from app.errors import NotFound
from app.records.audit_log import record_act
from app.records.communities import agencies_of, get_community
from app.records.database import writing
from app.records.workforce import ALL_STAFF, WorkforceCount, replace_workforce
from app.services.common.actor import Actor
from app.services.common.operator_table import load_bytes
from app.services.common.tabular import (
    Columns,
    Row,
    TextTable,
    is_count,
    is_year,
    read_number,
    read_table,
    read_texts,
    repeated,
)

NEEDED = ("agency", "variable", "level", "count", "source", "year")
COLUMNS = (*NEEDED, "part")
TABLE = Columns(NEEDED, COLUMNS, ("count", "year"), wholes=("count",))
KEY = ("agency", "part", "variable", "level", "year")
UNKNOWN = "unknown"  # the level of staff with an unknown group
PARTS = ("new hires", "leavers")  # besides parts such as role=frontline and rank=sergeant


@dataclass(frozen=True)
class StaffLevel:
    """Hold one row of a table: the count of staff, or of a part of them, at one level of a variable in a year."""

    agency: str
    variable: str
    level: str
    count: int
    source: str
    year: int
    part: str = ALL_STAFF


def load_workforce(path: Path) -> list[StaffLevel]:
    return read_workforce(str(path), load_bytes(path))


def read_workforce(source: str, content: bytes | str) -> list[StaffLevel]:
    return read_staff(source, content)[0]


def read_staff(source: str, content: bytes | str) -> tuple[list[StaffLevel], tuple[str, ...]]:
    """Read a table with the columns agency, variable, level, count, source, year and, if wanted, part.

    Returns the rows, and what the reader assumed.
    """
    table = read_table(source, content, TABLE)
    levels = [_read_level(table, line, row) for line, row in table.rows]
    keys = [(line, tuple(row.get(name, "") for name in KEY)) for line, row in table.rows]
    for line, key in repeated(keys):
        table.add(line, f"expected each level once, found {' '.join(filter(None, key))} again")
    table.check()
    return levels, table.notes


def _read_level(table: TextTable, line: int, row: Row) -> StaffLevel:
    read_texts(table, line, row, ("agency", "variable"), 80)
    read_texts(table, line, row, ("level",), 120)
    read_texts(table, line, row, ("source",), 300)
    part = row.get("part", "")
    if part and part not in PARTS and not all(part.partition("=")):
        table.add(line, f"expected {' or '.join(PARTS)} or such as role=frontline in part, found {part!r}")
    for name in ("count", "year"):
        if not row.get(name):
            table.add(line, f"expected a {name}, found none")
    return StaffLevel(
        agency=row.get("agency", ""),
        variable=row.get("variable", ""),
        level=row.get("level", ""),
        count=int(read_number(table, line, row, "count", is_count, "a whole number of people") or 0),
        source=row.get("source", ""),
        year=int(read_number(table, line, row, "year", is_year, "a year") or 0),
        part=part,
    )


def store_workforce(engine: Engine, community_slug: str, levels: list[StaffLevel], actor: Actor) -> None:
    with writing(engine) as session:
        community = get_community(session, community_slug)
        assert community.id is not None
        agencies = {agency.slug: agency.id or 0 for agency in agencies_of(session, community.id)}
        for each in levels:
            if each.agency not in agencies:
                raise NotFound("agency", each.agency, agencies)
        rows = [
            WorkforceCount(
                agency_id=agencies[each.agency],
                part=each.part,
                variable=each.variable,
                level=each.level,
                year=each.year,
                count=each.count,
                source=each.source,
            )
            for each in levels
        ]
        replace_workforce(session, rows)
        record_act(session, actor.name, "workforce loaded", community_slug, actor.now, rows=len(rows))
