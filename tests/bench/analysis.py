"""A million rows, 200 strata x 20 PSUs: what `analysis` takes, against numpy and against `svy`; and five million rows.

The floor is a numpy script of a few lines that gives the same mean and standard error: the engine of the frame turns
text into integers, numpy sums them. Each task builds its design anew.
"""

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from analysis.design import Design
from analysis.estimation import mean, share
from analysis.replication import bootstrap
from analysis.weighting import PopulationTargets, rake
from tests.bench.population import (
    PSUS,
    STRATA,
    Columns,
    make_addresses,
    make_frame,
    make_sample,
    make_targets,
    make_text_targets,
)
from tests.bench.rival import ask_svy
from tests.bench.timing import HEADER, Timed, forget_peak, load, peak_mb, timed

ROWS, ADDRESSES = 1_000_000, 5_000_000
TIMES_FLOOR, TIMES_INPUT, ADDRESS_SECONDS = 3.0, 3.0, 8.0
FASTER = {"mean": 5.0, "mean by 50": 8.0, "rake": 8.0, "shares": 8.0}  # than svy, at least


def design_of(frame: Any) -> Design:
    return Design.of(frame, weights="w", strata="stratum", psu="psu", nest=True)


def run(rows: int = ROWS, addresses: int = ADDRESSES) -> list[Timed]:
    """All tasks from integers, from frames with text and from five million addresses; bars missed are marked."""
    columns = make_sample(rows)
    tasks = from_integers(columns)
    frame = make_frame(columns)
    targets = make_text_targets(make_targets(columns))
    forget_peak()
    print(f"\nfrom frames with five columns of text, {rows:,} rows, {load()}")
    print(HEADER)
    quick = from_frame("Polars", frame, targets, lambda x: x.cast(pl.Categorical).to_physical().to_numpy())
    from_frame("pandas", frame.to_pandas(), targets, lambda x: pd.factorize(x)[0])
    against_svy(frame, targets, quick)
    from_addresses(addresses)
    return tasks


def from_integers(columns: Columns) -> list[Timed]:
    """The tasks on integer columns, with replicates."""
    empty = forget_peak()
    targets = PopulationTargets.of_totals(make_targets(columns))
    size = sum(values.nbytes for values in columns.values()) / 2**20
    floor = timed("numpy weighted mean of the same column", lambda: np.average(columns["idx"], weights=columns["w"]), 9)
    tasks = [
        timed("mean + SE on a new design", lambda: mean(design_of(columns), "idx"), 7, 0.060),
        timed("mean by a 50-level factor", lambda: mean(design_of(columns), "idx", by="area"), 7, 0.060),
        timed("rake to 5 margins at 1e-6", lambda: rake(design_of(columns), targets, tolerance=1e-6), 7, 0.120),
        timed("shares of a 5-level item by 6 groups", lambda: share(design_of(columns), "q1", by="age"), 7, 0.060),
        timed("200 bootstrap replicates by 50 domains", lambda: replicated(columns, None), 3, 0.3),
        timed("the same, each replicate raked again", lambda: replicated(columns, targets), 3, 3.0),
    ]
    print(f"\nanalysis, {len(columns['w']):,} rows of integers, {load()}")
    print(HEADER)
    for task in (floor, *tasks):
        print(task.line(floor.median))
    used = peak_mb() - empty
    print(f"input {size:.0f} MB; peak memory {used:.0f} MB above it, {used / size:.2f} times the input  target 1.00")
    return [floor, *tasks]


def replicated(columns: Columns, targets: PopulationTargets | None) -> None:
    design = bootstrap(design_of(columns), 200, np.random.default_rng(1))
    if targets is not None:
        design = rake(design, targets, tolerance=1e-6)
    mean(design, "idx", by="area")


def from_frame(engine: str, frame: Any, targets: dict[str, Any], codes: Callable[[Any], Any]) -> dict[str, float]:
    """Four tasks from a frame with text; their seconds."""
    before, margins = forget_peak(), PopulationTargets.of_totals(targets)
    floor = timed(f"numpy from {engine}: the same mean and SE", lambda: floor_of(frame, codes), 5)
    tasks = {
        "mean": timed(f"{engine}: new design, mean + SE", lambda: mean(design_of(frame), "idx"), 5),
        "mean by 50": timed(f"{engine}: mean by 50", lambda: mean(design_of(frame), "idx", by="area"), 5),
        "rake": timed(f"{engine}: rake to 5 margins", lambda: rake(design_of(frame), margins, tolerance=1e-6), 5),
        "shares": timed(f"{engine}: shares by 6 groups", lambda: share(design_of(frame), "q1", by="age"), 5),
    }
    (own,) = mean(design_of(frame), "idx")
    np.testing.assert_allclose((own.value, own.se), floor_of(frame, codes))
    for task in (floor, *tasks.values()):
        print(task.line(floor.median))
    ratio = tasks["mean"].median / floor.median
    print(f"new design + mean {ratio:.2f} x floor  target {TIMES_FLOOR:.2f}{missed(ratio > TIMES_FLOOR)}")
    print(f"peak memory {peak_mb() - before:.0f} MB above the frame")
    return {name: task.median for name, task in tasks.items()}


def floor_of(frame: Any, codes: Callable[[Any], Any]) -> tuple[float, float]:
    """The mean and its standard error in numpy, without checks; each stratum has all of its PSUs."""
    weights, values = frame["w"].to_numpy(), frame["idx"].to_numpy()
    unit = np.asarray(codes(frame["stratum"]), np.int64) * PSUS + codes(frame["psu"])
    total = weights.sum()
    centre = weights @ values / total
    sums = np.bincount(unit, weights * (values - centre), STRATA * PSUS).reshape(STRATA, PSUS) / total
    sums -= sums.mean(axis=1, keepdims=True)
    return float(centre), float(np.sqrt(PSUS / (PSUS - 1) * (sums**2).sum()))


def against_svy(frame: pl.DataFrame, targets: dict[str, Any], own: dict[str, float]) -> None:
    """How many times faster than `svy` on the same Polars frame, the design's own time counted."""
    with tempfile.TemporaryDirectory() as folder:
        data, goals = Path(folder) / "sample.parquet", Path(folder) / "targets.json"
        frame.write_parquet(data)
        goals.write_text(json.dumps(targets))
        found, reason = ask_svy(data, goals)
    if reason:
        print(f"svy could not be compared with: {reason}")
        return
    for name, bar in FASTER.items():
        times = found[name] / own[name]
        print(
            f"svy: {name:<20} {1000 * found[name]:9.1f} ms, {times:5.1f} x ours  target {bar:.1f}{missed(times < bar)}"
        )
    print(f"svy: peak memory {found['MB']:.0f} MB, the frame counted")


def from_addresses(rows: int) -> None:
    """Each row its own PSU, all weights different: 20 groups."""
    columns = make_addresses(rows)
    size = sum(values.nbytes for values in columns.values()) / 2**20
    before = forget_peak()
    task = timed("mean by 20 groups", lambda: mean(Design.of(columns, weights="w"), "y", by="group"), 1)
    used = peak_mb() - before
    print(f"\n{rows:,} rows, each its own PSU, all weights different, {load()}")
    late = missed(task.median > ADDRESS_SECONDS)
    print(f"mean by 20 groups {task.median:.2f} s  target {ADDRESS_SECONDS:.0f} s{late}")
    much = missed(used > TIMES_INPUT * size)
    print(f"input {size:.0f} MB, peak {used:.0f} MB above it, {used / size:.2f} x  target {TIMES_INPUT:.2f}{much}")


def missed(is_missed: bool) -> str:
    return "  MISSED" if is_missed else ""


if __name__ == "__main__":
    run(*(int(number) for number in sys.argv[1:]))
