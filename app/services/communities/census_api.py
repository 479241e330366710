"""Read the population from the American Community Survey: from the Census API, or from a table of it.

Both give counts with the published 90 % margins, for one variable at a time, as `population load` does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from analysis.reading.number_text import is_plain_number, parsed_number
from app.errors import BadTable, NotFound, Refused
from app.services.common.operator_table import load_bytes
from app.services.common.tabular import Columns, Row, TextTable, read_table
from app.services.communities.population import Level

ADDRESS = "https://api.census.gov/data"
TIMEOUT = 30.0
CONTROLLED = -555555555  # "*****": an estimate that is controlled has no sampling error
# Other codes instead of a number: no sample, too few, not applicable.
CODES = {-222222222, -333333333, -666666666, -888888888, -999999999}
SIGN = re.compile(r"^(?:±|\+/-)\s*")
CONTROLLED_SIGN = "*****"
NO_MARGIN = frozenset(("", "**", "***", "-", "N", "(X)", "NA", "null"))  # signs of tables instead of a margin
TABLE_COLUMNS = ("table", "label", "geography", "estimate", "moe90")
ACS_FILE = Columns(TABLE_COLUMNS, TABLE_COLUMNS, ("estimate", "moe90"), wholes=("estimate", "moe90"))


@dataclass(frozen=True)
class AcsTable:
    """Describe a table of the ACS: its variable, and the line of each level. Other lines are sums or parts.

    `labels` has the level of each label with its parents, without `Estimate!!Total:` and without colons. `kind` is
    `alone` where people of several groups are a level of their own.
    """

    variable: str
    levels: Mapping[str, str]
    labels: Mapping[str, str]
    kind: str = ""


UNIVERSE = "everyone"  # these tables count children too
NOT_HISPANIC = "Not Hispanic or Latino"
RACES: Mapping[str, str] = {
    "White alone": "white", "Black or African American alone": "black",
    "American Indian and Alaska Native alone": "american indian", "Asian alone": "asian",
    "Native Hawaiian and Other Pacific Islander alone": "pacific islander", "Some other race alone": "another",
    "Two or more races": "two or more",
}  # fmt: skip
# Levels that a survey need not offer: those who give several answers.
SPARE = ("two or more",)
TABLES: Mapping[str, AcsTable] = {
    "B02001": AcsTable(
        "race",
        {
            "002": "white", "003": "black", "004": "american indian", "005": "asian", "006": "pacific islander",
            "007": "another", "008": "two or more",
        },
        RACES,
        kind="alone",
    ),
    "B03002": AcsTable(
        "race",
        {
            "003": "white", "004": "black", "005": "american indian", "006": "asian", "007": "pacific islander",
            "008": "another", "009": "two or more", "012": "hispanic",
        },
        {
            **{f"{NOT_HISPANIC}!!{label}": level for label, level in RACES.items()},
            "Hispanic or Latino": "hispanic",
        },
        kind="alone",
    ),
    "B01001": AcsTable("gender", {"002": "man", "026": "woman"}, {"Male": "man", "Female": "woman"}),
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
        yield Level(
            table.variable, level, count, None, _margin(margin), source, year, universe=UNIVERSE, kind=table.kind
        )


def _number(value: Any) -> float | None:
    return float(value) if is_plain_number(str(value)) else None


def _margin(margin: float | None) -> float | None:
    """Return a margin in people: 0 for a controlled estimate, None where the census gives none."""
    if margin == CONTROLLED:
        return 0.0
    return None if margin is None or margin in CODES or margin < 0 else margin


def read_acs_table(path: Path, name: str, geography: str, year: int) -> list[Level]:
    return read_acs(path, name, geography, year)[0]


def read_acs(path: Path, name: str, geography: str, year: int) -> tuple[list[Level], tuple[str, ...]]:
    """Read the levels of a table from a file with the columns table, label, geography, estimate, moe90.

    Returns the levels, and what the reader assumed.
    """
    table, file = get_table(name), read_table(str(path), load_bytes(path), ACS_FILE)
    of_table = [(line, row) for line, row in file.rows if row["table"] == name]
    rows = [(line, row) for line, row in of_table if row["geography"] == geography]
    if not rows:
        raise NotFound("geography", geography, {row["geography"] for _, row in of_table})
    levels = list(_labelled(file, rows, name, table, geography, year))
    file.check()
    if missing := set(table.levels.values()) - {each.level for each in levels}:
        raise BadTable(str(path), [_missing_lines(name, table, missing)])
    return levels, file.notes


def _missing_lines(name: str, table: AcsTable, missing: set[str]) -> str:
    expected = f"expected lines of {name} for {', '.join(sorted(missing))}, found none"
    nested = next((label for label in table.labels if "!!" in label), None)
    return f"{expected}; a label names its parent, as in {nested!r}" if nested else expected


def _labelled(
    file: TextTable, rows: Sequence[tuple[int, Row]], name: str, table: AcsTable, geography: str, year: int
) -> Iterator[Level]:
    source = f"American Community Survey {year - 4}-{year}, table {name}, {geography}"
    known = {label.casefold(): level for label, level in table.labels.items()}
    first: dict[str, int] = {}
    for line, row in rows:
        level = known.get(_path_of(row["label"]))
        if level is None or row.get("unit", "count") != "count":
            continue
        if level in first:
            file.add(line, f"expected {row['label']!r} of {geography} once, found it again after line {first[level]}")
        first.setdefault(level, line)
        count = _number(row["estimate"])
        if count is None or count < 0:
            file.add(line, f"expected a count of {row['label']!r}, found {row['estimate']!r}")
            continue
        margin = _margin_of(file, line, row)
        yield Level(table.variable, level, count, None, margin, source, year, line, UNIVERSE, table.kind)


def _margin_of(file: TextTable, line: int, row: Row) -> float | None:
    """Return a margin as the census writes it, such as ±90 or *****; a text that is neither is a problem."""
    text = SIGN.sub("", row["moe90"])
    if text == CONTROLLED_SIGN:
        return 0.0
    number = parsed_number(text)
    if text not in NO_MARGIN and (number is None or (number < 0 and number != CONTROLLED and number not in CODES)):
        file.add(line, f"expected a margin of 0 or more in moe90, found {row['moe90']!r}")
    return _margin(number)


def _path_of(label: str) -> str:
    """Return a label with its parents as `AcsTable.labels` has it, in small letters: they changed between years.

    >>> _path_of("Estimate!!Total:!!Male:"), _path_of("Some Other Race alone")
    ('male', 'some other race alone')
    """
    parts = [part.strip().rstrip(":").casefold() for part in label.split("!!")]
    return "!!".join(part for part in parts if part not in ("estimate", "total", ""))
