"""A million rows, 200 strata x 20 PSUs: what `analysis` takes, against a numpy weighted mean of the same column."""

import sys

import numpy as np

from analysis.design import Design
from analysis.estimation import mean, share
from analysis.replication import bootstrap
from analysis.weighting import PopulationTargets, rake
from tests.bench.population import Columns, make_sample, make_targets
from tests.bench.timing import HEADER, Timed, forget_peak, load, peak_mb, timed

ROWS = 1_000_000


def design_of(columns: Columns) -> Design:
    return Design.of(columns, weights="w", strata="stratum", psu="psu", nest=True)


def run(rows: int = ROWS) -> list[Timed]:
    """All tasks; each builds its design anew, from integer columns."""
    empty = forget_peak()
    columns = make_sample(rows)
    targets = PopulationTargets.of_totals(make_targets(columns))
    size = sum(values.nbytes for values in columns.values()) / 2**20
    forget_peak()
    floor = timed("numpy weighted mean of the same column", lambda: np.average(columns["idx"], weights=columns["w"]), 9)
    tasks = [
        timed("mean + SE on a new design", lambda: mean(design_of(columns), "idx"), 7, 0.060),
        timed("mean by a 50-level factor", lambda: mean(design_of(columns), "idx", by="area"), 7, 0.060),
        timed("rake to 5 margins at 1e-6", lambda: rake(design_of(columns), targets, tolerance=1e-6), 7, 0.120),
        timed("shares of a 5-level item by 6 groups", lambda: share(design_of(columns), "q1", by="age"), 7, 0.060),
        timed("200 bootstrap replicates by 50 domains", lambda: replicated(columns, None), 3, 0.3),
        timed("the same, each replicate raked again", lambda: replicated(columns, targets), 3, 3.0),
    ]
    print(f"\nanalysis, {rows:,} rows, {load()}")
    print(HEADER)
    for task in (floor, *tasks):
        print(task.line(floor.median))
    used = peak_mb() - empty
    print(f"input {size:.0f} MB; peak memory {used:.0f} MB with it, {used / size:.2f} times the input  target 2.00")
    return [floor, *tasks]


def replicated(columns: Columns, targets: PopulationTargets | None) -> None:
    design = bootstrap(design_of(columns), 200, np.random.default_rng(1))
    if targets is not None:
        design = rake(design, targets, tolerance=1e-6)
    mean(design, "idx", by="area")


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
