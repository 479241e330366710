"""Data sets of ten thousand to a million responses: from answers to the gate and through it, seconds and memory."""

import sys
import time
from dataclasses import dataclass

import numpy as np

from analysis.disclosure import release
from analysis.frames import Factor, Table
from analysis.index import FacetRecipe, IndexRecipe
from analysis.release import KeyPlan, ReleasePlan, draft_release
from analysis.report import ItemPlan, ReportPlan, Sample
from analysis.weighting import Margin, PopulationTargets
from app.demo.population import AGENCIES, make_population
from tests.bench.timing import forget_peak, load, peak_mb

SIZES = (10_000, 100_000, 1_000_000)
SECONDS, MEGABYTES = 40.0, 4096.0
ITEMS = tuple(f"B{number}" for number in range(1, 15))
SENSITIVE = {"C5": 12, "D5": 6}
KEYS = (
    KeyPlan("age", "AGE", (1, 2, 3, 4), (((1, 2), (3,), (4,)), ((1, 2), (3, 4)))),
    KeyPlan("gender", "GENDER", (1, 2, 3), (((1, 2, 3),),)),
    KeyPlan("education", "EDUCATION", (1, 2, 3, 4), (((1, 2), (3, 4)),)),
    KeyPlan("area", "AREA", (1, 2, 3, 4), (((1, 2), (3, 4)),)),
)


@dataclass(frozen=True)
class Gated:
    """Hold the time and memory that one size took."""

    rows: int
    seconds: float
    megabytes: float


def make_sample(rows: int) -> Sample:
    """As many residents as rows, with the core survey's number of answers."""
    chance = np.random.default_rng(7)
    people = make_population(rows, chance)
    columns: dict[str, object] = {
        item: 1 + np.clip(people.trust[:, 0] + chance.normal(0, 17, rows), 0, 99.99) // 20 for item in ITEMS
    }
    for item, options in SENSITIVE.items():
        columns |= {f"{item}_{k}": (chance.random(rows) < 0.02 * k).astype(float) for k in range(1, options + 1)}
    columns["agency"] = Factor(chance.integers(0, len(AGENCIES), rows), AGENCIES)
    columns["stratum"] = Factor(people.groups["AREA"] - 1, tuple("1234"))
    for key in KEYS:
        codes = people.groups[key.item]
        columns |= {key.item: codes.astype(float), key.name: Factor(codes - 1, tuple(map(str, key.codes)))}
    return Sample("address-sample", Table(columns), True, dict.fromkeys("1234", float(rows)))


def make_plan() -> ReleasePlan:
    items = [ItemPlan(item, "scale", (1, 2, 3, 4, 5), rated=True) for item in ITEMS]
    items += [ItemPlan(c, "multiple", tuple(range(1, n + 1)), sensitive=True) for c, n in SENSITIVE.items()]
    recipe = IndexRecipe("CTI", (FacetRecipe("trust", ITEMS, low=1, high=5),), 1)
    margins = [Margin.of_shares(key.name, {str(code): 1 / len(key.codes) for code in key.codes}) for key in KEYS]
    margins = [margin for margin in margins if margin.name != "gender"]
    groups = {key.name: tuple(map(str, key.codes)) for key in KEYS}
    report = ReportPlan("bench", AGENCIES, recipe, (), (), tuple(items), (), groups, PopulationTargets(tuple(margins)))
    return ReleasePlan(report, KEYS)


def gate(rows: int) -> Gated:
    """Draft and release of so many responses; memory from the answers on."""
    sample, plan = make_sample(rows), make_plan()
    held = forget_peak()
    start = time.perf_counter()
    found = release(draft_release([sample], plan, data="1"), seed=1)
    seconds = time.perf_counter() - start
    assert found.rows > 0.99 * rows
    return Gated(rows, seconds, peak_mb() - held)


def run(sizes: tuple[int, ...] = SIZES) -> int:
    """Run all sizes and return the number of missed bars."""
    print(f"\ndata sets through the gate, {load()}")
    print(f"{'responses':>12}{'seconds':>10}{'MB':>8}{'microseconds each':>20}")
    missed = 0
    for rows in sizes:
        found = gate(rows)
        print(f"{rows:>12,}{found.seconds:>10.2f}{found.megabytes:>8.0f}{1e6 * found.seconds / rows:>20.1f}")
        missed += found.seconds > SECONDS or found.megabytes > MEGABYTES
    print(f"targets: {SECONDS:.0f} s and {MEGABYTES:.0f} MB")
    return missed


if __name__ == "__main__":
    sys.exit(run(tuple(map(int, sys.argv[1:])) or SIZES))
