"""How often the 95 % interval of the report's recipe holds the truth, by kind of sample."""

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.estimation import mean
from analysis.report import Sample, weigh
from tests.simulation.world import World, draw_address_sample, draw_volunteers, make_plan, make_world

Draw = Callable[[World, int, np.random.Generator], Sample]


@dataclass(frozen=True)
class Coverage:
    """Figures over all simulations: share of intervals that hold the truth, bias, mean SE, spread of the estimates."""

    runs: int
    held: float
    bias: float
    mean_se: float
    spread: float


def simulate(draw: Draw, size: int, runs: int, seed: int = 11) -> Coverage:
    """Draw, weigh and estimate again and again."""
    world = make_world()
    plan = make_plan(world)
    found = []
    for run in range(runs):
        study = weigh(draw(world, size, np.random.default_rng([seed, run])), plan)
        row = mean(study.design, "CTI")[0]
        found.append((row.value, row.se, world.truth in row.interval))
    values, errors, held = map(np.array, zip(*found, strict=True))
    return Coverage(
        runs, float(held.mean()), float(values.mean() - world.truth), float(errors.mean()), float(values.std())
    )


def main(runs: int) -> None:
    """Print the table that `docs/simulation.md` shows."""
    print(f"| sample | runs | holds the truth | bias (points) | mean SE | true spread |\n{'| --- ' * 6}|")
    for name, draw, size in (
        ("address sample, 2,400 letters", draw_address_sample, 2400),
        ("open link, 900 volunteers", draw_volunteers, 900),
    ):
        c = simulate(draw, size, runs)
        print(f"| {name} | {c.runs} | {100 * c.held:.1f} % | {c.bias:+.2f} | {c.mean_se:.2f} | {c.spread:.2f} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
