"""Rounds of a simulated survey, from drawn letters to published verdicts, each verdict held against the truth."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.disclosure import PublishedReport
from analysis.report import analyse
from tests.truth.city import (
    AGENCIES,
    NOISE,
    NOTHING,
    City,
    Effects,
    Floats,
    draw_letters,
    draw_volunteers,
    make_city,
    make_plan,
)

LETTERS, VOLUNTEERS = 3000, 900
PLANTED = 6.0  # points: true gaps at least so large are to be found
WITHHELD = "withheld"
NONE_AT_ALL = 1.0  # points: a true difference below it is what chance leaves between equal groups


@dataclass(frozen=True, slots=True)
class Claim:
    """A published comparison: its question, verdict, interval, true difference, and whether the summary states it."""

    question: str
    verdict: str
    low: float
    high: float
    truth: float
    in_summary: bool

    @property
    def is_clear(self) -> bool:
        """Whether the report calls it higher or lower."""
        return self.verdict not in ("unclear", WITHHELD)

    @property
    def is_planted(self) -> bool:
        """Whether it is a true gap of a group that is to be found."""
        return abs(self.truth) >= PLANTED and " about " in self.question

    @property
    def has_wrong_sign(self) -> bool:
        """Whether the report calls it the opposite of what is true."""
        return self.is_clear and self.truth != 0 and (self.truth > 0) != (self.verdict == "higher")

    @property
    def is_false(self) -> bool:
        """Whether the report says what is not true."""
        return self.is_clear and (abs(self.truth) < NONE_AT_ALL or self.has_wrong_sign)


def run_letters(effects: Effects, seed: int, *, with_withheld: bool = False) -> tuple[Claim, ...]:
    """The claims of an address sample with a wave before it; on request also those that the report withholds."""
    chance = np.random.default_rng([2026, seed])
    city = make_city(effects, chance)
    before, now = (draw_letters(city, LETTERS, chance) for _ in range(2))
    report = analyse([now], make_plan(city), data="now", before=[before])
    return tuple(c for c in claims_in(report, city) if with_withheld or c.verdict != WITHHELD)


def run_volunteers(seed: int) -> tuple[Claim, ...]:
    """The claims of an open link."""
    chance = np.random.default_rng([2027, seed])
    city = make_city(NOTHING, chance)
    report = analyse([draw_volunteers(city, VOLUNTEERS, chance)], make_plan(city), data="now")
    return tuple(claim for claim in claims_in(report, city) if claim.verdict != WITHHELD)


def claims_in(report: PublishedReport, city: City) -> Iterator[Claim]:
    """Every row of a report that carries a verdict, or whose verdict is withheld with its figure."""
    index = true_index(city)
    for section in report.document["sections"]:
        for table in section["tables"]:
            for row in table["rows"]:
                if row.get("verdict") is not None or ("verdict" in row and not row["cell"]["shown"]):
                    yield _claim(table["id"].partition(".")[2], row, city, index)


def _claim(table: str, row: Mapping[str, Any], city: City, index: Floats) -> Claim:
    levels = dict(part.split("=", 1) for part in row["domain"].split(", "))
    question, truth = _truth(table, levels, row, city, index)
    summarized = table == "agency_gaps" or table.startswith("rest_gaps_by_") or question == "changes of CTI"
    low, high = (row["cell"].get(end, float("nan")) for end in ("low", "high"))
    return Claim(question, row["verdict"] or WITHHELD, low, high, truth, summarized)


def _truth(
    table: str, levels: Mapping[str, str], row: Mapping[str, Any], city: City, index: Floats
) -> tuple[str, float]:
    if table == "agency_gaps":
        other = row["against"].rpartition("agency=")[2]
        return table, float(_of(index, levels["agency"]).mean() - _of(index, other).mean())
    if table.startswith("rest_gaps_by_"):
        column = table.removeprefix("rest_gaps_by_")
        inside, own = members(city, column, levels[column]), _of(index, levels["agency"])
        return f"{column.split('_')[0]} about {levels['agency']}", float(own[inside].mean() - own[~inside].mean())
    named = {"changes": row["term"], "facet_gaps": levels.get("agency")}
    return f"{table} of {named[table]}" if table in named else table, 0.0


def _of(index: Floats, agency: str) -> Floats:
    return np.asarray(index[:, AGENCIES.index(agency)])


def members(city: City, column: str, level: str) -> Any:
    """(n,) who belongs to a group."""
    if column.startswith("race_"):
        return city.races[:, int(column.removeprefix("race_")) - 1]
    return city.groups[column] == int(level) - 1


def true_index(city: City) -> Floats:
    """(n, agencies) the index that each would have on average over the noise of answering."""
    trust = np.linspace(-60.0, 160.0, 2201)
    noise = np.linspace(-4, 4, 401)
    weights = np.exp(-(noise**2) / 2)
    points = 25 * np.clip(np.rint((trust[:, None] + NOISE * noise) / 25), 0, 4)
    return np.asarray(np.interp(city.trust, trust, points @ weights / weights.sum()))
