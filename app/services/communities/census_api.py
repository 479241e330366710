"""Read the population from the American Community Survey: from the Census API, or from a table of it.

Both give counts with the published 90 % margins, for one variable at a time, as `population load` does.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from app.errors import BadTable, NotFound, Refused
from app.services.communities.population import Level

ADDRESS = "https://api.census.gov/data"
TIMEOUT = 30.0
CONTROLLED = -555555555  # "*****": an estimate that is controlled has no sampling error
# Other codes instead of a number: no sample, too few, not applicable.
CODES = {-222222222, -333333333, -666666666, -888888888, -999999999}
TABLE_COLUMNS = ("table", "label", "geography", "estimate", "moe90")


@dataclass(frozen=True)
class AcsTable:
    """Describe a table of the ACS: its variable, and the line of each level. Other lines are sums or parts."""

    variable: str
    levels: Mapping[str, str]
    labels: Mapping[str, str]


TABLES: Mapping[str, AcsTable] = {
    "B02001": AcsTable(
        "race",
        {
            "002": "white", "003": "black", "004": "american indian", "005": "asian", "006": "pacific islander",
            "007": "another", "008": "two or more",
        },
        {
            "White alone": "white", "Black or African American alone": "black",
            "American Indian and Alaska Native alone": "american indian", "Asian alone": "asian",
            "Native Hawaiian and Other Pacific Islander alone": "pacific islander", "Some other race alone": "another",
            "Two or more races:": "two or more",
        },
    ),
    "B03002": AcsTable(
        "race",
        {
            "003": "white", "004": "black", "005": "american indian", "006": "asian", "007": "pacific islander",
            "008": "another", "009": "two or more", "012": "hispanic",
        },
        {},
    ),
    "B01001": AcsTable("gender", {"002": "man", "026": "woman"}, {"Male:": "man", "Female:": "woman"}),
}  # fmt: skip


class CensusRefused(Refused):
    """Report that the census did not return what was requested."""

    def __init__(self, expected: str, arrived: str) -> None:
        self.expected, self.arrived = expected, arrived
        super().__init__(f"Expected {expected} from the Census API, got {arrived}.")


@dataclass(frozen=True)
class CensusPlace:
    """Name a place as the census does, such as `state:06 place:70000`. The last part is the place itself."""

    parts: tuple[str, ...]

    @property
    def query(self) -> dict[str, str]:
        return {"for": self.parts[-1], **({"in": " ".join(self.parts[:-1])} if len(self.parts) > 1 else {})}


def read_census_place(text: str) -> CensusPlace:
    parts = tuple(text.split())
    if not parts or not all(":" in part and all(part.split(":", 1)) for part in parts):
        raise CensusRefused("a place such as 'state:06 place:70000' to ask for", repr(text))
    return CensusPlace(parts)


def get_table(name: str) -> AcsTable:
    if name not in TABLES:
        raise NotFound("table of the ACS", name, TABLES)
    return TABLES[name]


def fetch_population(client: httpx.Client, name: str, year: int, place: CensusPlace, key: str = "") -> list[Level]:
    """Fetch the levels of a table for one place, from the five-year estimates that end in `year`."""
    table = get_table(name)
    lines = [f"{name}_{line}{sign}" for line in table.levels for sign in ("E", "M")]
    query = {"get": ",".join(["NAME", *lines]), **place.query, **({"key": key} if key else {})}
    answer = _ask(client, f"{ADDRESS}/{year}/acs/acs5", query)
    return list(_levels(name, table, dict(zip(answer[0], answer[1], strict=True)), year))


def _ask(client: httpx.Client, address: str, query: Mapping[str, str]) -> list[list[str]]:
    try:
        answer = client.get(address, params=query, timeout=TIMEOUT)
    except httpx.HTTPError as error:
        raise CensusRefused("an answer", f"{type(error).__name__}") from None
    if answer.status_code == httpx.codes.NO_CONTENT:
        raise CensusRefused("a place that the census knows", "nothing")
    if answer.status_code != httpx.codes.OK:
        raise CensusRefused("figures", f"status {answer.status_code}: {' '.join(answer.text.split())[:120]}")
    try:
        rows: list[list[str]] = json.loads(answer.text)
    except json.JSONDecodeError:
        raise CensusRefused("figures as JSON (is the key right?)", "a page") from None
    if len(rows) != 2:
        raise CensusRefused("one place", f"{max(len(rows) - 1, 0)}")
    return rows


def _levels(name: str, table: AcsTable, row: Mapping[str, Any], year: int) -> Iterator[Level]:
    source = f"American Community Survey {year - 4}-{year}, table {name}, {row['NAME']}"
    for line, level in table.levels.items():
        count, margin = (_number(row.get(f"{name}_{line}{sign}")) for sign in ("E", "M"))
        if count is None or count < 0:
            raise CensusRefused(f"a count of {level} in {name}_{line}E", f"{row.get(f'{name}_{line}E')!r}")
        yield Level(table.variable, level, count, None, _margin(margin), source, year)


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _margin(margin: float | None) -> float | None:
    """Return a margin in people: 0 for a controlled estimate, None where the census gives none."""
    if margin == CONTROLLED:
        return 0.0
    return None if margin is None or margin in CODES or margin < 0 else margin


def read_acs_table(path: Path, name: str, geography: str, year: int) -> list[Level]:
    """Read the levels of a table from a CSV file with the columns table, label, geography, estimate, moe90."""
    table = get_table(name)
    rows = [row for row in _rows(path) if row["table"] == name and row["geography"] == geography]
    if not rows:
        known = {row["geography"] for row in _rows(path) if row["table"] == name}
        raise NotFound("geography", geography, known)
    levels = list(_labelled(path, rows, name, table, geography, year))
    if missing := set(table.labels.values()) - {each.level for each in levels}:
        raise BadTable(str(path), [f"expected lines of {name} for {', '.join(sorted(missing))}, found none"])
    return levels


def _labelled(
    path: Path, rows: Sequence[Mapping[str, str]], name: str, table: AcsTable, geography: str, year: int
) -> Iterator[Level]:
    source = f"American Community Survey {year - 4}-{year}, table {name}, {geography}"
    for row in rows:
        level = table.labels.get(row["label"])
        if level is None or row.get("unit", "count") != "count":
            continue
        count = _number(row["estimate"])
        if count is None or count < 0:
            raise BadTable(str(path), [f"expected a count of {row['label']!r}, found {row['estimate']!r}"])
        yield Level(table.variable, level, count, None, _margin(_number(row["moe90"])), source, year)


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError) as error:
        raise BadTable(str(path), [f"expected a readable UTF-8 file ({getattr(error, 'strerror', error)})"]) from None
    if not rows or not set(TABLE_COLUMNS) <= rows[0].keys():
        found = ", ".join(rows[0]) if rows else "none"
        raise BadTable(str(path), [f"expected the columns {', '.join(TABLE_COLUMNS)}, found {found}"])
    return rows
