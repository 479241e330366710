"""Ten million rows in Parquet on DuckDB: what `analysis` takes beside DuckDB's own `group by` of the same sums.

The bars are ratios to those bare queries: 1.3 for a mean by 50 groups with its standard error, 2 for weights raked to
five margins. Another number of rows: ``python -m tests.bench.engines 100000000``.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

import duckdb

from analysis import Design, PopulationTargets, mean, rake
from tests.bench.timing import HEADER, forget_peak, load, peak_mb, timed

ROWS = 10_000_000
STRATA, PSUS, AREAS = 200, 20, 50
TIMES_MEAN, TIMES_RAKE, MEGABYTES = 1.3, 2.0, 1536.0
MARGINS = {"sex": 2, "age": 6, "race": 5, "tenure": 2, "school": 4}
AT_ONCE = 10_000_000
MEAN = "select stratum, psu, area, count(*), sum(w), sum(w * w), sum(w * y) from people group by stratum, psu, area"
RAKE = f"select {', '.join(MARGINS)}, count(*), sum(w), sum(w * w) from people group by {', '.join(MARGINS)}"


def make_people(folder: Path, rows: int) -> None:
    """Write people with a design, weights, an answer and five margins into Parquet files; the same ones each time."""
    margins = enumerate(MARGINS.items(), 10)
    parts = ", ".join(f"(hash(i * 16 + {k}) % {n})::tinyint as {name}" for k, (name, n) in margins)
    for start in range(0, rows, AT_ONCE):
        query = f"""
            select (hash(i * 16 + 1) % {STRATA})::smallint as stratum, (hash(i * 16 + 2) % {PSUS})::tinyint as psu,
            (hash(i * 16 + 3) % {AREAS})::tinyint as area, 0.5 + (hash(i * 16 + 4) % 100) / 50.0 as w,
            (hash(i * 16 + 5) % 101)::double as y, {parts}
            from range({start}, {min(start + AT_ONCE, rows)}) t(i)"""
        duckdb.sql(query).write_parquet(str(folder / f"{start // AT_ONCE:04}.parquet"))


def make_targets() -> PopulationTargets:
    """Shares that differ a little from those of the sample."""
    shares = {name: {k: 100.0 + 10 * k for k in range(n)} for name, n in MARGINS.items()}
    scaled = {name: {k: 100 * x / sum(own.values()) for k, x in own.items()} for name, own in shares.items()}
    return PopulationTargets.of_shares(scaled, total=1e6)


def run(rows: int = ROWS, runs: int = 5) -> list[str]:
    """The bars that were missed."""
    with tempfile.TemporaryDirectory() as name, duckdb.connect() as engine:
        make_people(Path(name), rows)
        people = engine.read_parquet(f"{name}/*.parquet")
        engine.register("people", people)
        targets = make_targets()
        design = Design.of(people, weights="w", strata="stratum", psu="psu", nest=True)
        print(f"\n{rows:,} rows in Parquet on DuckDB, {load()}\n{HEADER}")
        forget_peak()
        bare = [timed(f"DuckDB alone: group by {what}", _query(engine, q), runs) for what, q in QUERIES.items()]
        own = [
            timed("analysis: mean by 50 areas with standard errors", lambda: mean(design, "y", by="area"), runs),
            timed("analysis: weights raked to five margins", lambda: rake(design, targets), runs),
        ]
        for task, floor in zip(own, bare, strict=True):
            print(floor.line(), task.line(floor.median), sep="\n")
        last = timed("analysis: raked mean by 50 areas", lambda: mean(rake(design, targets), "y", by="area"), 1)
        peak = peak_mb()
        print(last.line(), f"peak memory {peak:,.0f} MB", sep="\n")
    bars = zip(own, bare, (TIMES_MEAN, TIMES_RAKE), strict=True)
    missed = [f"{t.name}: {t.median / b.median:.2f} x, not {bar}" for t, b, bar in bars if t.median > bar * b.median]
    return missed + ([f"peak memory {peak:,.0f} MB, not {MEGABYTES:,.0f}"] if peak > MEGABYTES else [])


QUERIES = {"stratum, PSU, area": MEAN, "five margins": RAKE}


def _query(engine: Any, text: str) -> Any:
    return lambda: engine.sql(text).df()


if __name__ == "__main__":
    print("\n".join(run(*map(int, sys.argv[1:2]))))
