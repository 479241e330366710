"""Make small cities that answer about trust, with background questions fine enough to recognize some people."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure import DraftMicrodata
from analysis.frames import Factor, Table
from analysis.index import FacetRecipe, IndexRecipe
from analysis.release import KeyPlan, ReleasePlan, draft_release
from analysis.report import ItemPlan, ReportPlan, Sample
from analysis.weighting import Margin, PopulationTargets
from app.demo.population import AGENCIES, Population, make_population

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ADULTS = 60_000
SEED = 20261125
ITEMS = tuple(f"B{number}" for number in range(1, 8))
SEVERAL = 9
KEYS = (
    KeyPlan(
        "race",
        "RACE",
        tuple(range(1, 9)),
        (
            ((1, 5, 6, 8, 9), (2,), (3,), (4,), (7,)),
            ((1, 2, 5, 6, 8, 9), (3,), (4,), (7,)),
            ((1, 2, 3, 4, 5, 6, 8, 9), (7,)),
        ),
        several=SEVERAL,
    ),
    KeyPlan("age", "AGE", (1, 2, 3, 4), (((1, 2), (3,), (4,)), ((1, 2), (3, 4)))),
    KeyPlan("gender", "GENDER", (1, 2, 3), (((1, 2, 3),),)),
    KeyPlan("area", "AREA", (1, 2, 3, 4), (((1, 2, 3, 4),),), labels={k: f"Area {k}" for k in range(1, 5)}),
)


@dataclass(frozen=True)
class City:
    """Hold a population, and everyone's true index of trust in the agency that they rate."""

    population: Population
    points: Floats


@lru_cache(maxsize=1)
def make_city(seed: int = 7) -> City:
    chance = np.random.default_rng(seed)
    population = make_population(ADULTS, chance)
    noise = chance.normal(0, 17, (ADULTS, len(ITEMS)))
    return City(population, np.clip(population.trust[:, :1] + noise, 0, 99.99))


@lru_cache(maxsize=2)
def make_plan(agencies: tuple[str, ...] = AGENCIES[:2]) -> ReleasePlan:
    city = make_city().population
    margins = [
        Margin.of_totals(key.name, {str(code): int((city.groups[key.item] == code).sum()) for code in key.codes})
        for key in KEYS
        if key.several is None
    ]
    for code in range(1, 9):
        share = float(((city.groups["RACE"] == code) | (city.second_race == code)).mean())
        margins.append(Margin.of_shares(f"race_{code}", {"yes": share, "no": 1 - share}))
    items = [ItemPlan(code, "scale", (1, 2, 3, 4, 5), rated=True, dont_know=True) for code in ITEMS]
    items += [ItemPlan("D5", "multiple", (1, 2, 3), sensitive=True), ItemPlan("E1", "single", (1, 2), sensitive=True)]
    recipe = IndexRecipe("CTI", (FacetRecipe("trust", ITEMS, low=1, high=5),), 1)
    groups = {key.name: tuple(map(str, key.codes)) for key in KEYS if key.several is None}
    groups |= {f"race_{code}": ("yes", "no") for code in range(1, 9)}
    report = ReportPlan(
        "spring", agencies, recipe, (), (), tuple(items), (), groups, PopulationTargets(tuple(margins), float(ADULTS))
    )
    marked = frozenset({"education", *(key.name for key in KEYS)})
    return ReleasePlan(report, KEYS, marked, {"D5_3": frozenset({0, 1}), "E1": frozenset({2})})


def draw_letters(size: int, chance: np.random.Generator, agencies: tuple[str, ...] = AGENCIES[:2]) -> Sample:
    """Draw people at random in each area; older people and graduates answer more often."""
    city = make_city().population
    area = city.groups["AREA"]
    answering = chance.random(ADULTS) < city.answering_propensity()
    drawn = np.concatenate([chance.choice(np.flatnonzero(area == k), size // 4, replace=False) for k in range(1, 5)])
    frame = {str(k): float((area == k).sum()) for k in range(1, 5)}
    return Sample("address-sample", make_table(drawn[answering[drawn]], chance, agencies), True, frame)


def draw_volunteers(size: int, chance: np.random.Generator, agencies: tuple[str, ...] = AGENCIES[:2]) -> Sample:
    wish = make_city().population.volunteering_propensity()
    rows = chance.choice(ADULTS, size, replace=False, p=wish / wish.sum())
    return Sample("open-link", make_table(rows, chance, agencies), False)


def make_table(rows: Ints, chance: np.random.Generator, agencies: tuple[str, ...]) -> Table:
    """The answers of these people, as the service lays them out."""
    city, size = make_city(), len(rows)
    columns: dict[str, object] = {item: 1 + city.points[rows, k] // 20 for k, item in enumerate(ITEMS)}
    columns["B2"] = np.where(chance.random(size) < 0.03, -8.0, columns["B2"])
    columns["B3"] = np.where(chance.random(size) < 0.02, -7.0, columns["B3"])
    columns |= {f"D5_{k}": (chance.random(size) < p).astype(float) for k, p in ((1, 0.3), (2, 0.1), (3, 0.6))}
    columns["E1"] = np.where(chance.random(size) < 0.1, -5.0, 1.0 + (chance.random(size) < 0.8))
    columns["agency"] = Factor(chance.integers(0, len(agencies), size), agencies)
    columns["stratum"] = Factor(city.population.groups["AREA"][rows] - 1, tuple("1234"))
    for key in KEYS:
        codes = city.population.groups[key.item][rows]
        if key.several is None:
            stated = chance.random(size) > (0.03 if key.name == "age" else 0)
            columns[key.item] = np.where(stated, codes, -7.0)
            columns[key.name] = Factor(np.where(stated, codes - 1, -1), tuple(map(str, key.codes)))
        else:
            for code in key.codes:
                chosen = (codes == code) | (city.population.second_race[rows] == code)
                columns[f"{key.item}_{code}"] = chosen.astype(float)
                columns[f"{key.name}_{code}"] = Factor(1 - chosen.astype(np.int64), ("yes", "no"))
    return Table(columns)


@lru_cache(maxsize=4)
def make_draft(letters: int = 4000, volunteers: int = 600, seed: int = 3) -> DraftMicrodata:
    """A wave with an address sample and an open link."""
    chance = np.random.default_rng(seed)
    samples = [draw_letters(letters, chance)]
    samples += [draw_volunteers(volunteers, chance)] if volunteers else []
    return draft_release(samples, make_plan(), data="1")


def with_column(draft: DraftMicrodata, name: str, values: object) -> DraftMicrodata:
    """The draft with a column added or replaced."""
    return replace(draft, columns={**draft.columns, name: np.asarray(values)})
