"""Convert staff counts for disclosure control: one unit for each year of an agency, with all parts of its staff."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from analysis.disclosure import EVERYONE, DraftTable, DraftUnit, domain_id
from app.errors import Refused
from app.records.workforce import ALL_STAFF, WorkforceCount
from app.services.communities.workforce import PARTS, UNKNOWN
from app.services.scorecards.counted_units import digest

STAFF = "staff"


class StaffCountsDiffer(Refused):
    """Refuse staff counts whose totals differ between variables."""

    def __init__(self, agency: str, part: str, year: int, totals: Mapping[str, int]) -> None:
        self.agency, self.part, self.year, self.totals = agency, part, year, dict(totals)
        found = ", ".join(f"{total} by {name}" for name, total in totals.items())
        staff = f"{agency}, {part}" if part else agency
        super().__init__(
            f"Expected the same number of staff of {staff} in {year} by each variable, got {found}: "
            f"count staff without a known group as {UNKNOWN!r}."
        )


@dataclass(frozen=True)
class StaffGroups:
    """Name the groups of one variable for the staff of an agency, or a part of them, without numbers."""

    part: str
    variable: str
    levels: tuple[str, ...]

    @property
    def base(self) -> str:
        """Return the people counted together: new hires and leavers are counted apart from the staff."""
        return self.part if self.part in PARTS else STAFF

    @property
    def within(self) -> tuple[tuple[str, str], ...]:
        """Return the group that the part is, such as role=frontline."""
        if self.part == ALL_STAFF or self.part in PARTS:
            return ()
        name, _, level = self.part.partition("=")
        return ((name, level),)

    @property
    def whole(self) -> str:
        return domain_id(self.within) if self.within else EVERYONE

    @property
    def known_family(self) -> str:
        return f"known {self.variable}"

    @property
    def known(self) -> str:
        """Return the domain of the staff of this part with a known group, counted where some are unknown."""
        return domain_id(((self.known_family, "yes"), *self.within))

    @property
    def counts_known(self) -> bool:
        return UNKNOWN in self.levels and len(self.levels) > 1

    def domain(self, level: str) -> str:
        return domain_id(((self.variable, level), *self.within))


@dataclass(frozen=True)
class StaffYear:
    """Hold the staff of an agency in a year."""

    agency: str
    year: int
    rows: Sequence[WorkforceCount]

    @property
    def groups(self) -> list[StaffGroups]:
        ordered = sorted(self.rows, key=lambda row: (row.part, row.variable))
        return [
            StaffGroups(part, variable, tuple(row.level for row in rows))
            for (part, variable), rows in groupby(ordered, key=lambda row: (row.part, row.variable))
        ]

    def count(self, groups: StaffGroups) -> dict[str, int]:
        return {row.level: row.count for row in self.rows if (row.part, row.variable) == (groups.part, groups.variable)}

    def to_public(self) -> dict[str, Any]:
        """Return the groups of the staff and the source of the counts."""
        return {
            "unit": f"{self.agency}/{STAFF}/{self.year}",
            "agency": self.agency,
            "year": self.year,
            "source": self.rows[0].source,
            "groups": [asdict(each) for each in self.groups],
        }


def to_years(rows: Iterable[WorkforceCount], names: Mapping[int, str]) -> list[StaffYear]:
    """Group counts that are ordered by agency and year."""
    groups = groupby(rows, key=lambda row: (row.agency_id, row.year))
    return [StaffYear(names[agency_id], year, list(found)) for (agency_id, year), found in groups]


def to_unit(staff: StaffYear) -> DraftUnit:
    """Return every part by every variable; parts of the staff are crossed with their groups."""
    _check_totals(staff)
    levels: dict[str, dict[str, None]] = {}
    for groups in staff.groups:
        levels.setdefault(groups.variable, {}).update(dict.fromkeys(groups.levels))
        for name, level in groups.within:
            levels.setdefault(name, {})[level] = None
    tables = tuple(_table(staff, base) for base in dict.fromkeys(groups.base for groups in staff.groups))
    return DraftUnit(
        id=f"{staff.agency}/{STAFF}/{staff.year}",
        data=digest([[table.id, *zip(table.rows, table.counts, strict=True)] for table in tables]),
        variables={name: tuple(found) for name, found in levels.items()},
        tables=tables,
        crossings=tuple(dict.fromkeys(_crossings(staff))),
        groupings={
            groups.known_family: (groups.variable, {"yes": [x for x in levels[groups.variable] if x != UNKNOWN]})
            for groups in staff.groups
            if groups.counts_known
        },
    )


def _crossings(staff: StaffYear) -> Iterator[tuple[str, str]]:
    for groups in staff.groups:
        for name, _ in groups.within:
            yield groups.variable, name
            if groups.counts_known:
                yield groups.known_family, name


def _table(staff: StaffYear, base: str) -> DraftTable:
    cells: dict[str, int] = {}
    for groups in staff.groups:
        if groups.base == base:
            counts = staff.count(groups)
            cells[groups.whole] = sum(counts.values())
            cells |= {groups.domain(level): count for level, count in counts.items()}
            if groups.counts_known:
                cells[groups.known] = sum(count for level, count in counts.items() if level != UNKNOWN)
    return DraftTable(base, base, "count", tuple(cells.values()), rows=tuple(cells), base=base)


def _check_totals(staff: StaffYear) -> None:
    totals: dict[str, dict[str, int]] = {}
    for groups in staff.groups:
        totals.setdefault(groups.part, {})[groups.variable] = sum(staff.count(groups).values())
    for part, found in totals.items():
        if len(set(found.values())) > 1:
            raise StaffCountsDiffer(staff.agency, part, staff.year, found)
