"""Simulate residents: their groups, their trust in each agency and their propensity to answer. Pure, from one seed.

Trust is a number from 0 to 100 for each agency: the agency's level, plus the effects of the resident's groups, plus an
individual part. Because the truth of the whole population is known, a report can be compared with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

AGENCIES = ("police", "health", "housing")
LEVEL: Mapping[str, float] = {"police": 55.0, "health": 66.0, "housing": 49.0}
OWN_SPREAD = 15.0

# Shares of the levels 1, 2, ... of each background question, in the order of the survey's options.
SHARES: Mapping[str, tuple[float, ...]] = {
    "AREA": (0.30, 0.26, 0.24, 0.20),
    "AGE": (0.22, 0.27, 0.33, 0.18),
    "GENDER": (0.505, 0.48, 0.015),
    "EDUCATION": (0.14, 0.27, 0.31, 0.28),
    "DISABILITY": (0.13, 0.87),
}
# Race or ethnicity by area, for options 1 to 8 of the survey: groups are not spread evenly.
RACE_BY_AREA = (
    (0.01, 0.08, 0.08, 0.16, 0.03, 0.01, 0.61, 0.02),
    (0.01, 0.06, 0.30, 0.34, 0.05, 0.01, 0.21, 0.02),
    (0.01, 0.16, 0.12, 0.22, 0.06, 0.01, 0.40, 0.02),
    (0.02, 0.05, 0.18, 0.45, 0.04, 0.01, 0.23, 0.02),
)
SECOND_RACE = 0.05  # share of residents who choose a second group

# Effects of groups on trust: (question, level) -> points by agency.
ADDS: Mapping[tuple[str, int], Mapping[str, float]] = {
    ("AGE", 1): {"police": -6.0, "health": -2.0},
    ("AGE", 4): {"police": 7.0, "health": 4.0, "housing": 2.0},
    ("RACE", 3): {"police": -12.0, "health": -4.0, "housing": -2.0},
    ("RACE", 4): {"police": -6.0, "health": -1.0},
    ("RACE", 5): {"police": -7.0},
    ("RACE", 7): {"police": 3.0},
    ("LANGUAGE", 2): {"police": -4.0, "housing": -3.0},
    ("LANGUAGE", 3): {"police": -2.0, "housing": -5.0},
    ("DISABILITY", 1): {"health": -5.0, "housing": -6.0},
    ("AREA", 2): {"police": -4.0},
    ("AREA", 4): {"police": -3.0, "housing": -4.0},
    ("EDUCATION", 1): {"health": -3.0},
}


@dataclass(frozen=True, eq=False)
class Population:
    """Hold everyone who lives in the community.

    `groups` has an option code by question; `second_race` is 0 where one group was chosen; `trust` is (n, agencies).
    """

    groups: Mapping[str, Ints]
    second_race: Ints
    trust: Floats

    @property
    def size(self) -> int:
        return len(self.second_race)

    def answering_propensity(self) -> Floats:
        """Return the chance that each invited resident answers. Older and more educated people answer more often."""
        score = -0.9 + np.array([-0.7, -0.2, 0.2, 0.7])[self.groups["AGE"] - 1]
        score += np.array([-0.5, -0.2, 0.1, 0.4])[self.groups["EDUCATION"] - 1]
        score -= 0.4 * (self.groups["LANGUAGE"] > 1)
        return np.asarray(1 / (1 + np.exp(-score)))

    def volunteering_propensity(self) -> Floats:
        """Return the relative chance of following an open link. People with a grievance follow it more often."""
        grievance = np.clip(60 - self.trust[:, 0], 0, None) / 20
        young = np.array([0.3, 0.3, 0.0, -0.6])[self.groups["AGE"] - 1]
        schooled = np.array([-0.8, -0.3, 0.2, 0.6])[self.groups["EDUCATION"] - 1]
        return np.asarray(np.exp(0.8 * grievance + young + schooled))


def make_population(size: int, chance: np.random.Generator, drift: Mapping[str, float] | None = None) -> Population:
    """Return a population of `size` adults; `drift` moves the levels of agencies relative to other waves."""
    groups = {name: 1 + chance.choice(len(shares), size, p=shares) for name, shares in SHARES.items()}
    groups["RACE"] = _races(groups["AREA"], chance)
    groups["LANGUAGE"] = _languages(groups["RACE"], chance)
    second = np.where(chance.random(size) < SECOND_RACE, 1 + chance.integers(0, 8, size), 0)
    second = np.where(second == groups["RACE"], 0, second)
    return Population(groups, second, _trust(groups, chance, drift or {}))


def _races(area: Ints, chance: np.random.Generator) -> Ints:
    edges = np.cumsum(np.array(RACE_BY_AREA), axis=1)
    drawn = chance.random(len(area))
    return np.asarray(1 + np.minimum((drawn[:, None] > edges[area - 1]).sum(axis=1), 7), np.int64)


def _languages(race: Ints, chance: np.random.Generator) -> Ints:
    """Return languages by group: Spanish in most Hispanic homes, others in many Middle Eastern and Asian ones."""
    spanish = np.where(race == 4, 0.62, 0.01)
    other = np.select([race == 5, race == 2], [0.70, 0.45], 0.03)
    drawn = chance.random(len(race))
    return np.asarray(np.select([drawn < spanish, drawn < spanish + other], [2, 3], 1), np.int64)


def _trust(groups: Mapping[str, Ints], chance: np.random.Generator, drift: Mapping[str, float]) -> Floats:
    size = len(groups["AREA"])
    shared = chance.normal(0, OWN_SPREAD * 0.7, size)
    columns = []
    for agency in AGENCIES:
        level = LEVEL[agency] + drift.get(agency, 0.0) + shared + chance.normal(0, OWN_SPREAD * 0.7, size)
        for (question, code), adds in ADDS.items():
            level = level + adds.get(agency, 0.0) * (groups[question] == code)
        columns.append(level)
    return np.clip(np.stack(columns, axis=1), 0, 100)
