"""Load the published population of a community: the targets of weighting."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from sqlalchemy import Engine

from app.errors import BadTable
from app.records.audit_log import record_act
from app.records.communities import get_community
from app.records.database import writing
from app.records.population import PopulationShare, replace_population
from app.services.common.actor import Actor
from app.services.common.operator_table import load_bytes
from app.services.common.tabular import (
    Columns,
    Row,
    TextTable,
    is_year,
    read_number,
    read_table,
    read_texts,
    repeated,
)

COLUMNS = ("variable", "level", "count", "share", "moe90", "source", "year", "universe", "kind")
NEEDED = ("variable", "level", "source", "year")
TABLE = Columns(NEEDED, COLUMNS, ("count", "share", "moe90", "year"), ("share", "moe90"), ("count",))
UNIVERSES = ("", "adults", "everyone")  # whom a table counts; empty where it does not say
KINDS = ("", "alone", "combination")  # people in one group only, or in it alone or beside others
ROUNDING = 0.02  # published shares of one variable may miss 1 by this much


@dataclass(frozen=True)
class Level:
    """Hold one row of a table: a `count` of people or a `share`, with its published 90 % margin in the same unit.

    `universe` and `kind` say whom the row counts: see `UNIVERSES` and `KINDS`.
    """

    variable: str
    level: str
    count: float | None
    share: float | None
    moe90: float | None
    source: str
    year: int
    line: int | None = field(default=None, compare=False)
    universe: str = ""
    kind: str = ""


def load_population(path: Path, overlap: bool = False) -> list[Level]:
    return read_population(str(path), load_bytes(path), overlap)


def read_population(source: str, content: bytes | str, overlap: bool = False) -> list[Level]:
    return read_levels(source, content, overlap)[0]


def read_levels(source: str, content: bytes | str, overlap: bool = False) -> tuple[list[Level], tuple[str, ...]]:
    """Read a table with the columns variable, level, count or share, moe90, source, year, universe, kind.

    With `overlap` a person may be in several groups of a variable, such as Hispanic people of any race. Returns the
    levels as the table names them, and what the reader assumed.
    """
    table = read_table(source, content, TABLE)
    levels = [_read_level(table, line, row) for line, row in table.rows]
    for line, (variable, level) in repeated([(line, (row["variable"], row["level"])) for line, row in table.rows]):
        table.add(line, f"expected each level once, found {variable} {level} again")
    table.check()
    _check_variables(table, levels, overlap)
    table.check()
    return levels, table.notes


def _read_level(table: TextTable, line: int, row: Row) -> Level:
    read_texts(table, line, row, ("variable",), 80)
    read_texts(table, line, row, ("level",), 120)
    read_texts(table, line, row, ("source",), 300)
    count = read_number(table, line, row, "count", lambda n: n >= 0, "a number of people")
    share = read_number(table, line, row, "share", lambda n: 0 <= n <= 1, "a share from 0 to 1")
    if not row.get("year"):
        table.add(line, "expected a year, found none")
    if bool(row.get("count")) == bool(row.get("share")):
        table.add(line, "expected either a count or a share, found " + ("both" if row.get("count") else "neither"))
    for name, words in (("universe", UNIVERSES), ("kind", KINDS)):
        if row.get(name, "") not in words:
            table.add(line, f"expected {', '.join(words[1:])} or nothing as {name}, found {row[name]!r}")
    margin = read_number(table, line, row, "moe90", lambda n: n >= 0, "a margin of 0 or more")
    return Level(
        variable=row.get("variable", ""),
        level=row.get("level", ""),
        count=count,
        share=share,
        moe90=margin,
        source=row.get("source", ""),
        year=int(read_number(table, line, row, "year", is_year, "a year") or 0),
        line=line,
        universe=row.get("universe", ""),
        kind=row.get("kind", ""),
    )


def _check_variables(table: TextTable, levels: list[Level], overlap: bool) -> None:
    ordered = sorted(levels, key=lambda each: each.variable)
    for variable, group in groupby(ordered, key=lambda each: each.variable):
        rows = list(group)
        shares = [each.share for each in rows if each.share is not None]
        if shares and len(shares) < len(rows):
            table.problems.append(f"{variable}: expected counts or shares throughout, found both")
        elif shares and abs(math.fsum(shares) - 1) > ROUNDING and not overlap:
            table.problems.append(f"{variable}: expected shares that sum to 1, found {math.fsum(shares):.3f}")
        elif not shares and not any(each.count for each in rows):
            table.problems.append(f"{variable}: expected at least one count above 0, found only 0")
        table.problems.extend(find_lost_margins(rows))
        for each in rows:
            if each.share is not None and (each.moe90 or 0) > 1:
                table.add(each.line or 0, f"expected a margin of at most 1 beside a share, found {each.moe90:g}")


def find_lost_margins(levels: Sequence[Level]) -> list[str]:
    """Return a problem for each variable in which only some levels have a margin: none is not a margin of 0."""
    found = []
    for variable in dict.fromkeys(each.variable for each in levels):
        rows = [each for each in levels if each.variable == variable]
        without = [each.level for each in rows if each.moe90 is None]
        if 0 < len(without) < len(rows):
            found.append(
                f"{variable}: expected a margin for each level or for none, found none for {', '.join(without)}; "
                "a margin of 0 means an exact count"
            )
    return found


def store_population(engine: Engine, community_slug: str, levels: Sequence[Level], actor: Actor) -> None:
    """Replace each variable of the table. A table without a level is refused."""
    if not levels:
        raise BadTable("the table", ["expected at least one level, found none"])
    with writing(engine) as session:
        community = get_community(session, community_slug)
        assert community.id is not None
        rows = [
            PopulationShare(
                community_id=community.id,
                variable=each.variable,
                level=each.level,
                count=each.count,
                share=each.share,
                moe90=each.moe90,
                source=each.source,
                year=each.year,
                universe=each.universe,
                kind=each.kind,
            )
            for each in levels
        ]
        replace_population(session, community.id, rows)
        variables = sorted({each.variable for each in levels})
        record_act(session, actor.name, "population loaded", community_slug, actor.now, variables=variables)
