"""Rows that stay in DuckDB or Polars give the same estimates as rows in memory, and never come into memory."""

import math
from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

from analysis import (
    Condition,
    Design,
    IndexRecipe,
    Margin,
    PopulationTargets,
    calibrate,
    count,
    gaps_to_everyone,
    mean,
    pairwise_gaps,
    poststratify,
    quantile,
    rake,
    ratio,
    share,
    total,
    wave_changes,
    with_index,
)
from analysis.design import lazy
from analysis.errors import AnalysisError
from analysis.frames.lazy import LazySource
from analysis.replication import bootstrap, jkn

SAMPLING: dict[str, Any] = {"weights": "w", "strata": "h", "psu": "p", "nest": True}
TARGETS = PopulationTargets.of_shares({"sex": {"F": 55, "M": 45}, "age": {"a": 30, "b": 30, "c": 40}}, total=1e5)
CELLS = Margin.of_totals(["sex", "age"], {(s, a): 100 for s in "FM" for a in "abc"})
RECIPE = IndexRecipe.of_items("trust", ["i1", "i2", "i3"], reversed_items=["i3"])


def people(n: int = 3000) -> pd.DataFrame:
    chance = np.random.default_rng(7)
    items = {f"i{k}": chance.choice([1, 2, 3, 4, 5, -8], n) for k in (1, 2, 3)}
    return pd.DataFrame(
        {
            "h": chance.integers(0, 6, n),
            "p": chance.integers(0, 12, n),
            "w": chance.uniform(0, 3, n).round(2),
            "y": np.where(chance.random(n) < 0.05, np.nan, chance.normal(50, 10, n)),
            "v": np.where(chance.random(n) < 0.05, np.nan, chance.normal(50, 10, n).round()),
            "z": chance.uniform(1, 2, n),
            "sex": chance.choice(["F", "M"], n),
            "age": chance.choice(["a", "b", "c"], n),
            "area": chance.choice(["north", "south", "east", None], n),
            "wave": chance.choice([2023, 2024, 2025], n),
            **items,
        }
    )


FRAME = people()
ENGINES: dict[str, Callable[[pd.DataFrame], Any]] = {
    "DuckDB": lambda frame: duckdb.from_df(frame),
    "Polars": lambda frame: pl.from_pandas(frame).lazy(),
}
WEIGHTS: dict[str, Callable[[Design], Design]] = {
    "as they are": lambda d: d,
    "raked": lambda d: rake(d, TARGETS),
    "post-stratified": lambda d: poststratify(d, CELLS),
    "calibrated": lambda d: calibrate(d, [Margin.of_totals("age", {"a": 10, "b": 20, "c": 30})], distance="raking"),
}
OLD = Condition("age", "!=", "a")
QUESTIONS: dict[str, Callable[[Design], Any]] = {
    "mean": lambda d: mean(d, "y"),
    "means by two": lambda d: mean(d, ["y", "z"], by=["area", "sex"], where=[OLD, Condition("z", ">=", 1.2)]),
    "propagated": lambda d: mean(d, "y", by="area", missing="propagate"),
    "total": lambda d: total(d, "z", by="sex"),
    "share": lambda d: share(d, "area", by="age", interval="wilson"),
    "share of two": lambda d: share(d, ["sex", "area"], where=Condition("area", "in", ["north", "east"])),
    "count": lambda d: count(d, "area"),
    "ratio": lambda d: ratio(d, "y", "z", by="area"),
    "pairs": lambda d: pairwise_gaps(mean(d, "y", by="area")),
    "everyone": lambda d: gaps_to_everyone(d, "y", by="area"),
    "everyone's shares": lambda d: gaps_to_everyone(d, "sex", by="area", statistic="share", where=OLD),
    "waves": lambda d: wave_changes(mean(d, "y", by="wave"), "wave"),
    "median": lambda d: quantile(d, "i1"),
    "quartiles by two": lambda d: quantile(d, "v", [0.25, 0.5, 0.9], by=["area", "sex"], where=OLD, rule="school"),
    "quantiles by beta": lambda d: quantile(d, "v", [0.1, 0.5], by="age", rule="hf3", interval="beta"),
    "index": lambda d: mean(with_index(d, RECIPE), "trust", by="area"),
}


def same(one: Any, other: Any) -> None:
    """All figures equal to 1e-9 of the largest in their column, all words equal."""
    a, b = one.to_rows(), other.to_rows()
    assert len(a) == len(b)
    for name in a[0]:
        values, others = [row[name] for row in a], [row[name] for row in b]
        if not all(isinstance(x, float) for x in values):
            assert values == others
            continue
        known = [abs(x) for x in values if math.isfinite(x)]
        np.testing.assert_allclose(others, values, rtol=1e-9, atol=1e-9 * max(known, default=1.0))


@pytest.fixture
def _in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("rows came into memory")

    monkeypatch.setattr(LazySource, "whole", refuse)


@pytest.mark.usefixtures("_in_place")
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("weighting", WEIGHTS)
def test_sums_of_the_engine_give_the_estimates_of_the_rows(engine: str, weighting: str) -> None:
    weigh = WEIGHTS[weighting]
    here = weigh(Design.of(FRAME, **SAMPLING))
    there = weigh(Design.of(ENGINES[engine](FRAME), **SAMPLING))
    for ask in QUESTIONS.values():
        same(ask(here), ask(there))
    assert (there.rows, there.psus, there.df) == (here.rows, here.psus, here.df)
    assert "stay where they are" in repr(there)


@pytest.mark.usefixtures("_in_place")
def test_raked_sums_are_no_more_than_units_times_variables() -> None:
    raked = rake(Design.of(ENGINES["DuckDB"](FRAME), **SAMPLING), TARGETS)
    assert raked._unit_cells.rows <= raked.psus * 5


REPLICATES: dict[str, Callable[[Design], Design]] = {
    "bootstrap": lambda d: bootstrap(d, 20, np.random.default_rng(3)),
    "jackknife": jkn,
}


@pytest.mark.usefixtures("_in_place")
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("weighting", ["as they are", "raked"])
@pytest.mark.parametrize("method", REPLICATES)
def test_replicates_of_the_engine_are_those_of_rows(engine: str, weighting: str, method: str) -> None:
    repeat, weigh = REPLICATES[method], WEIGHTS[weighting]
    here, there = Design.of(FRAME, **SAMPLING), Design.of(ENGINES[engine](FRAME), **SAMPLING)
    designs = [(repeat(weigh(here)), repeat(weigh(there)))]
    if method == "jackknife":
        designs.append((weigh(repeat(here)), weigh(repeat(there))))
    for one, other in designs:
        for name in ("means by two", "total", "ratio", "share", "everyone", "index"):
            same(QUESTIONS[name](one), QUESTIONS[name](other))
        for interval in ("replicates", "mean"):
            same(*(quantile(d, "v", [0.5, 0.8], by="age", where=OLD, interval=interval) for d in (one, other)))


@pytest.mark.usefixtures("_in_place")
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("ask", "match"),
    [
        (lambda d: mean(d, "nothing"), "named 'nothing'"),
        (lambda d: mean(d, "y", where=Condition("age", "==", "z")), "rows that meet the filter"),
        (lambda d: rake(d, PopulationTargets.of_shares({"sex": {"F": 60, "M": 30, "X": 10}})), "X"),
        (lambda d: with_index(d, IndexRecipe.of_items("t", ["i1"], low=1, high=4)), "got 5"),
    ],
)
def test_refusals_are_those_of_rows_in_memory(engine: str, ask: Callable[[Design], Any], match: str) -> None:
    for frame in (FRAME, ENGINES[engine](FRAME)):
        with pytest.raises(AnalysisError, match=match):
            ask(Design.of(frame, **SAMPLING))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("column", "value", "match"), [("w", np.nan, "missing ones in 1 row"), ("w", -1.0, "negative")]
)
def test_weights_that_cannot_be_are_refused(engine: str, column: str, value: float, match: str) -> None:
    frame = FRAME.copy()
    frame.loc[5, column] = value
    with pytest.raises(AnalysisError, match=match):
        mean(Design.of(ENGINES[engine](frame), **SAMPLING), "y")


@pytest.mark.parametrize("engine", ENGINES)
def test_rows_without_a_unit_are_refused(engine: str) -> None:
    frame = FRAME.copy()
    frame["p"] = frame["p"].astype(object).where(frame.index >= 2, None).astype("Int64")
    with pytest.raises(AnalysisError, match="2"):
        mean(Design.of(ENGINES[engine](frame), **SAMPLING), "y")


@pytest.mark.parametrize("engine", ENGINES)
def test_questions_of_rows_bring_them_into_memory(engine: str) -> None:
    here, there = Design.of(FRAME, **SAMPLING), Design.of(ENGINES[engine](FRAME), **SAMPLING)
    for options in ({"rule": "hf7"}, {"interval": "score"}):
        same(quantile(here, "y", [0.5], **options), quantile(there, "y", [0.5], **options))
    same(mean(here, "y", deff="with_replacement"), mean(there, "y", deff="with_replacement"))
    for options in ({"variance": "r-rake"}, {"bounds": (5.0, 200.0)}):
        same(mean(rake(here, TARGETS, **options), "y"), mean(rake(there, TARGETS, **options), "y"))


def test_question_of_too_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lazy, "MOST_ROWS", 100)
    with pytest.raises(lazy.TooManyRows, match="3,000"):
        quantile(Design.of(duckdb.from_df(FRAME), **SAMPLING), "y", [0.5], rule="hf7")
