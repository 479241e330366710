"""Store how many opened answers each group of a wave has, as the console shows it.

A tally moves by ten people or more.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Field, Session, select

from app.records.metadata import Record

Group = tuple[str, str]  # variable and level; see `services/tallies`


class Tally(Record, table=True):
    """Hold the count of a group when its tally moved last."""

    wave_id: int = Field(foreign_key="wave.id", primary_key=True)
    variable: str = Field(primary_key=True, max_length=80)
    level: str = Field(primary_key=True, max_length=120)
    count: int


def tallies_of(session: Session, wave_id: int) -> dict[Group, int]:
    rows = session.exec(select(Tally).where(Tally.wave_id == wave_id))
    return {(row.variable, row.level): row.count for row in rows}


def store_tallies(session: Session, wave_id: int, counts: Mapping[Group, int]) -> None:
    for (variable, level), count in counts.items():
        session.merge(Tally(wave_id=wave_id, variable=variable, level=level, count=count))
