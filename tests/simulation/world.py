"""Make a population with known answers of everyone, and draw samples from it by letter or by open link."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from analysis.frames import Factor, Table
from analysis.index import IndexRecipe
from analysis.report import ReportPlan, Sample
from analysis.weighting import Margin, PopulationTargets
from app.demo.population import AGENCIES, Population, make_population

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ADULTS = 60_000
ITEMS = tuple(f"B{number}" for number in range(1, 15))
NOISE = 17.0
# Question of the demo's residents -> the group that weights are raked to.
GROUPS = {
    "AGE": "age",
    "GENDER": "gender",
    "LANGUAGE": "language",
    "EDUCATION": "education",
    "DISABILITY": "disability",
}


@dataclass(frozen=True, eq=False)
class World:
    """The population, the answers (n, items) that each would give, and each one's index."""

    population: Population
    answers: Ints
    index: Floats

    @property
    def truth(self) -> float:
        """Return the mean index of everyone."""
        return float(self.index.mean())


@lru_cache(maxsize=1)
def make_world(seed: int = 7) -> World:
    """Make everyone's answers about the police."""
    chance = np.random.default_rng(seed)
    population = make_population(ADULTS, chance)
    trust = population.trust[:, AGENCIES.index("police")]
    points = np.clip(trust[:, None] + chance.normal(0, NOISE, (ADULTS, len(ITEMS))), 0, 99.99)
    answers = 1 + (points // 20).astype(np.int64)
    return World(population, answers, 25.0 * (answers - 1).mean(axis=1))


def make_plan(world: World) -> ReportPlan:
    """One index of one facet, and margins for all groups that the draw depends on."""
    margins = [
        Margin.of_totals(name, {str(k): int((codes == k).sum()) for k in np.unique(codes)})
        for question, name in GROUPS.items()
        for codes in (world.population.groups[question],)
    ]
    levels = {
        name: tuple(str(k) for k in np.unique(world.population.groups[question])) for question, name in GROUPS.items()
    }
    recipe = IndexRecipe.of_items("CTI", ITEMS)
    return ReportPlan(
        "simulated", ("police",), recipe, (), (), (), (), levels, PopulationTargets(tuple(margins), float(ADULTS))
    )


def draw_address_sample(world: World, invited: int, chance: np.random.Generator) -> Sample:
    """Draw people at random in each area; older people and graduates answer more often."""
    area = world.population.groups["AREA"]
    answering = chance.random(ADULTS) < world.population.answering_propensity()
    per_area = invited // 4
    drawn = np.concatenate([chance.choice(np.flatnonzero(area == k), per_area, replace=False) for k in range(1, 5)])
    rows = drawn[answering[drawn]]
    frame = {str(k): float((area == k).sum()) for k in range(1, 5)}
    return Sample("address-sample", _table(world, rows), True, frame, dict.fromkeys(frame, per_area))


def draw_volunteers(world: World, number: int, chance: np.random.Generator) -> Sample:
    """Draw people who follow an open link; people with a complaint follow it more often."""
    wish = world.population.volunteering_propensity()
    rows = chance.choice(ADULTS, number, replace=False, p=wish / wish.sum())
    return Sample("open-link", _table(world, rows), False)


def _table(world: World, rows: Ints) -> Table:
    columns: dict[str, object] = {item: world.answers[rows, k].astype(float) for k, item in enumerate(ITEMS)}
    area = world.population.groups["AREA"][rows]
    columns["stratum"] = Factor(area - 1, tuple(str(k) for k in range(1, 5)))
    columns["agency"] = Factor(np.zeros(len(rows), np.int64), ("police",))
    for question, name in GROUPS.items():
        codes = world.population.groups[question]
        columns[name] = Factor(codes[rows] - 1, tuple(str(k) for k in range(1, int(codes.max()) + 1)))
    return Table(columns)
