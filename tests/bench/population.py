"""A made-up sample of any size: strata, PSUs, weights, an index, items and factors. Fixed seed, integer columns."""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

STRATA, PSUS, ITEMS = 200, 20, 12
TEXT = ("stratum", "psu", "age", "race", "area")  # what people hold as text
FACTORS = {"sex": 2, "age": 6, "race": 7, "education": 4, "area": 50}

Columns = dict[str, NDArray[Any]]


def make_sample(rows: int, seed: int = 20260101) -> Columns:
    """Columns `stratum`, `psu` (restarting in each stratum), `w`, `idx` (0-100), items `q1`-`q12` (1-5), factors."""
    rng = np.random.default_rng(seed)
    stratum = np.repeat(np.arange(STRATA), -(-rows // STRATA))[:rows]
    psu = rng.integers(0, PSUS, rows)
    effect = rng.normal(0, 4, (STRATA, PSUS))[stratum, psu]
    columns: Columns = {
        "stratum": stratum,
        "psu": psu,
        "w": rng.gamma(4, 0.25, rows) * rng.uniform(0.5, 2, STRATA)[stratum],
        "idx": np.clip(rng.normal(50, 18, rows) + effect, 0, 100),
    }
    for number in range(1, ITEMS + 1):
        columns[f"q{number}"] = rng.integers(1, 6, rows)
    for name, levels in FACTORS.items():
        columns[name] = rng.integers(0, levels, rows)
    return columns


def make_targets(columns: Columns) -> dict[str, dict[int, float]]:
    """Population totals of the five margins: those of the sample, tilted by up to 15 %, all with one sum."""
    rng = np.random.default_rng(7)
    total = float(columns["w"].sum())
    targets = {}
    for name, levels in FACTORS.items():
        counts = np.bincount(columns[name], weights=columns["w"], minlength=levels) * rng.uniform(0.85, 1.15, levels)
        targets[name] = dict(enumerate((counts * total / counts.sum()).tolist()))
    return targets


def make_frame(columns: Columns) -> pl.DataFrame:
    """The sample as a Polars frame with five columns of text, such as ``area 07``."""
    frame = pl.DataFrame(columns)
    labels = {name: pl.Series([f"{name} {k:02}" for k in range(int(columns[name].max()) + 1)]) for name in TEXT}
    return frame.with_columns(label.gather(frame[name]).alias(name) for name, label in labels.items())


def make_text_targets(targets: dict[str, dict[int, float]]) -> dict[str, dict[Any, float]]:
    """The same targets by the levels of the frame."""
    return {
        name: {f"{name} {k:02}" if name in TEXT else k: total for k, total in levels.items()}
        for name, levels in targets.items()
    }


def make_addresses(rows: int, seed: int = 5) -> Columns:
    """People drawn one by one: each row is its own PSU, all weights are different, 20 groups."""
    rng = np.random.default_rng(seed)
    return {"w": rng.gamma(4, 0.25, rows), "y": rng.normal(50, 18, rows), "group": rng.integers(0, 20, rows)}
