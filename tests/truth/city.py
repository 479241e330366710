"""Simulate a city: everyone's groups and answers are known, and so is every true difference."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.frames import Factor, Table
from analysis.index import FacetRecipe, IndexRecipe
from analysis.report import ItemPlan, ReportPlan, Sample, SharePlan
from analysis.weighting import Margin, PopulationTargets

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ADULTS = 20_000
AGENCIES = ("police", "health", "housing")
FACETS = ("fair", "equal", "reliable", "open", "legitimate")
ITEMS = {facet: tuple(f"{facet}_{k}" for k in (1, 2)) for facet in FACETS}
INSTITUTIONS = ("A1", "A2", "A3")
SHARES: Mapping[str, tuple[float, ...]] = {
    "age": (0.12, 0.20, 0.18, 0.18, 0.16, 0.16),
    "gender": (0.50, 0.485, 0.015),
    "language": (0.78, 0.16, 0.06),
    "area": (0.30, 0.26, 0.24, 0.20),
    "education": (0.14, 0.27, 0.31, 0.28),
    "disability": (0.14, 0.86),
}
RACES = (0.03, 0.07, 0.16, 0.28, 0.05, 0.52)  # each may be named beside others
SPREAD, NOISE = 15.0, 16.0
DONT_KNOW = -8.0  # the code of a resident who says "don't know"
BARRIERS: Mapping[str, float] = {"C5_1": 0.30, "C5_2": 0.12, "C5_3": 0.04}  # named by so many of those who answer

# Effects on trust in points: question, level (from 0) -> points by agency.
Effects = Mapping[tuple[str, int], Mapping[str, float]]
NOTHING: Effects = {}
GAPS: Effects = {
    ("age", 0): {"police": -8.0},
    ("race", 2): {"police": -9.0},
    ("language", 1): {"housing": -8.0},
    ("education", 0): {"health": -8.0},
    ("disability", 0): {"housing": -8.0},
}


@dataclass(frozen=True, eq=False)
class City:
    """Hold everyone's groups (n,), races (n, 6), and trust (n, agencies) as an index from 0 to 100 would show it."""

    groups: Mapping[str, Ints]
    races: NDArray[np.bool_]
    trust: Floats
    answering: Floats


def make_city(effects: Effects, chance: np.random.Generator) -> City:
    """Make a city whose groups differ only by `effects`."""
    groups = {name: chance.choice(len(shares), ADULTS, p=shares) for name, shares in SHARES.items()}
    races = chance.random((ADULTS, len(RACES))) < np.array(RACES)
    races[~races.any(axis=1), -1] = True
    trust = 52 + chance.normal(0, SPREAD, (ADULTS, 1)) + np.zeros((1, len(AGENCIES)))
    for (question, level), adds in effects.items():
        inside = races[:, level] if question == "race" else groups[question] == level
        trust += np.outer(inside, [adds.get(agency, 0.0) for agency in AGENCIES])
    score = (
        np.array([-0.6, -0.3, 0, 0.2, 0.4, 0.6])[groups["age"]] + np.array([-0.5, -0.1, 0.1, 0.4])[groups["education"]]
    )
    return City(groups, races, trust, np.asarray(1 / (1 + np.exp(0.8 - score))))


def make_plan(city: City, *, with_items: bool = False) -> ReportPlan:
    """The survey of the city, with its true margins; `with_items` reports single questions and ratios too."""
    columns = _levels()
    margins = [
        Margin.of_totals(name, {str(k + 1): int((codes == k).sum()) for k in range(len(SHARES[name]))})
        for name, codes in city.groups.items()
    ]
    margins += [
        Margin.of_totals(f"race_{k + 1}", {"yes": int(named.sum()), "no": int((~named).sum())})
        for k, named in enumerate(city.races.T)
    ]
    headline = IndexRecipe("CTI", tuple(FacetRecipe(facet, ITEMS[facet]) for facet in FACETS))
    institutions = IndexRecipe("ITI", (FacetRecipe("institutions", INSTITUTIONS, low=0, high=10),))
    targets = PopulationTargets(tuple(margins), float(ADULTS))
    items, ratios = (_items(), (SharePlan("reported"),)) if with_items else ((), ())
    return ReportPlan("city", AGENCIES, headline, (institutions,), INSTITUTIONS, items, ratios, columns, targets)


def _items() -> tuple[ItemPlan, ...]:
    barriers = tuple(int(name.removeprefix("C5_")) for name in BARRIERS)
    return ItemPlan("E1", "scale", (1, 2, 3, 4, 5), dont_know=True), ItemPlan("C5", "multiple", barriers)


def _levels() -> dict[str, tuple[str, ...]]:
    levels = {name: tuple(str(k + 1) for k in range(len(shares))) for name, shares in SHARES.items()}
    return levels | {f"race_{k + 1}": ("yes", "no") for k in range(len(RACES))}


def everyone(city: City, times: int, chance: np.random.Generator) -> Table:
    """Draw the answers of all adults, so many times: the truth that a sample estimates."""
    return _answers(city, np.tile(np.arange(ADULTS), times), chance)


def draw_letters(city: City, letters: int, chance: np.random.Generator) -> Sample:
    """Draw people at random in each area, and keep those who answer."""
    area = city.groups["area"]
    each = letters // 4
    drawn = np.concatenate([chance.choice(np.flatnonzero(area == k), each, replace=False) for k in range(4)])
    rows = drawn[chance.random(len(drawn)) < city.answering[drawn]]
    frame = {str(k + 1): float((area == k).sum()) for k in range(4)}
    return Sample("address-sample", _answers(city, rows, chance), True, frame, dict.fromkeys(frame, each))


def draw_volunteers(city: City, number: int, chance: np.random.Generator, skew: float = 1.0) -> Sample:
    """Draw people who follow an open link: young people, graduates, and people with a complaint."""
    wish = np.exp(skew * (-0.04 * city.trust[:, 0] - 0.5 * city.groups["age"] + 0.5 * city.groups["education"]))
    rows = chance.choice(ADULTS, number, replace=False, p=wish / wish.sum())
    return Sample("open-link", _answers(city, rows, chance), False)


def _answers(city: City, rows: Ints, chance: np.random.Generator) -> Table:
    """Draw answers: one agency for each person, by chance; one in fifty leaves a question about themselves out."""
    agency = chance.integers(0, len(AGENCIES), len(rows))
    trust = city.trust[rows, agency]
    columns: dict[str, object] = {"agency": Factor(agency, AGENCIES)}
    columns["stratum"] = Factor(city.groups["area"][rows], tuple("1234"))
    for item in (item for items in ITEMS.values() for item in items):
        points = trust + chance.normal(0, NOISE, len(rows))
        columns[item] = 1.0 + np.clip(np.rint(points / 25), 0, 4)
    shared = chance.normal(0, 2.0, len(rows))
    for code in INSTITUTIONS:
        columns[code] = np.clip(np.rint(5 + shared + chance.normal(0, 1.5, len(rows))), 0, 10)
    for name, codes in city.groups.items():
        stated = name == "area" or chance.random(len(rows)) > 0.02
        columns[name] = Factor(np.where(stated, codes[rows], -1), tuple(str(k + 1) for k in range(len(SHARES[name]))))
    stated = chance.random(len(rows)) > 0.02
    for k, named in enumerate(city.races[rows].T):
        columns[f"race_{k + 1}"] = Factor(np.where(stated, np.where(named, 0, 1), -1), ("yes", "no"))
    return Table(columns | _single_answers(city, rows, chance.spawn(1)[0]))


def _single_answers(city: City, rows: Ints, chance: np.random.Generator) -> dict[str, object]:
    """Draw answers to single questions: a scale with "don't know", barriers, and crimes that were reported."""
    trust, young = city.trust[rows, 0], city.groups["age"][rows] == 0
    scale = 1.0 + np.clip(np.rint((trust + chance.normal(0, NOISE, len(rows))) / 25), 0, 4)
    columns: dict[str, object] = {"E1": np.where(chance.random(len(rows)) < 0.06 + 0.06 * young, DONT_KNOW, scale)}
    for name, share in BARRIERS.items():
        columns[name] = (chance.random(len(rows)) < share * (1 + 0.5 * young)).astype(float)
    happened = chance.random(len(rows)) < 0.3
    columns["reported:base"] = happened.astype(float)
    columns["reported:met"] = (happened & (chance.random(len(rows)) < 0.3 + trust / 200)).astype(float)
    return columns
