"""Check what a statistician brings: frames of answers and targets, lazy frames, groups without answers."""

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from analysis import Condition, Design, PopulationTargets, mean, predictive_margins, rake, regress, regress_ordinal
from analysis.errors import BadWeights, UnequalLengths
from analysis.reliability import hierarchical_omega, invariance, omega, ordinal_alpha, reliability
from analysis.reliability.answers import NotAnswers
from analysis.reliability.jackknife import jackknife_alpha
from analysis.reliability.linearized import design_alpha
from analysis.replication import attach_replicates, bootstrap, jkn
from analysis.weighting.targets import BadTargetFrame, NotByLevel

N = 240


def items(columns: int = 4) -> np.ndarray[Any, Any]:
    rng = np.random.default_rng(4)
    answers = np.clip(np.round(3 + rng.normal(size=(N, 1)) + rng.normal(size=(N, columns))), 1, 5)
    answers[rng.random((N, columns)) < 0.05] = np.nan
    return answers


def holders(answers: np.ndarray[Any, Any]) -> dict[str, Any]:
    names = [f"q{k}" for k in range(answers.shape[1])]
    frame = pd.DataFrame(answers, columns=names)
    gaps = np.isnan(answers)
    return {
        "nullable": frame.astype("Int64"),
        "polars": pl.from_pandas(frame.astype("Int64")),
        "masked": np.ma.array(np.where(gaps, 99, answers), mask=gaps),
        "lists": answers.tolist(),
    }


@pytest.mark.parametrize("holder", ["nullable", "polars", "masked", "lists"])
def test_reliability_reads_every_holder_of_answers(holder: str) -> None:
    plain, psu = items(), np.arange(N) // 10
    held, weights = holders(plain)[holder], np.linspace(1, 3, N)
    assert reliability(held, weights=weights).alpha == reliability(plain, weights=weights).alpha
    assert omega(held).omega == omega(plain).omega
    assert ordinal_alpha(held).alpha == ordinal_alpha(plain).alpha
    assert jackknife_alpha(held, psu).se == jackknife_alpha(plain, psu).se
    design = Design.of({"id": range(N)})
    assert design_alpha(design, held).se == design_alpha(design, plain).se
    groups = np.repeat(["a", "b"], N // 2)
    assert invariance(held, groups, [[0, 1, 2, 3]]).to_rows() == invariance(plain, groups, [[0, 1, 2, 3]]).to_rows()


def test_hierarchical_omega_reads_a_frame() -> None:
    rng = np.random.default_rng(1)
    facets = 0.7 * rng.normal(size=(900, 1)) + 0.7 * rng.normal(size=(900, 3))
    answers = np.repeat(facets, 3, axis=1) + rng.normal(size=(900, 9))
    assert hierarchical_omega(pd.DataFrame(answers)).hierarchical == hierarchical_omega(answers).hierarchical


def test_reliability_names_items_as_the_frame_does() -> None:
    found = reliability(holders(items())["nullable"])
    assert [each.name for each in found.items] == ["q0", "q1", "q2", "q3"]


def test_weights_of_answers_go_by_row_and_must_fit() -> None:
    answers, weights = items(), np.linspace(1, 3, N)
    series = pd.Series(weights, index=range(100, 100 + N))
    assert reliability(answers, weights=series).alpha == reliability(answers, weights=weights).alpha
    with pytest.raises(UnequalLengths):
        reliability(answers, weights=weights[:5])
    with pytest.raises(BadWeights):
        reliability(answers, weights=-weights)
    with pytest.raises(NotAnswers):
        reliability([["often", "never"], ["never", "often"]])


def test_a_lazy_frame_takes_replicate_weights() -> None:
    rng = np.random.default_rng(2)
    columns = {"y": rng.normal(size=40), "h": np.repeat(["a", "b"], 20), "psu": np.arange(40) // 4, "w": np.ones(40)}
    frame = pl.DataFrame({**columns, "r1": rng.uniform(1, 2, 40), "r2": rng.uniform(1, 2, 40)})
    given = {"strata": "h", "psu": "psu", "weights": "w"}
    eager, lazy = Design.of(frame, **given), Design.of(frame.lazy(), **given)  # type: ignore[arg-type]
    for made in (
        jkn,
        lambda d: bootstrap(d, 20, np.random.default_rng(1)),
        lambda d: attach_replicates(d, ["r1", "r2"], method="JK1"),
    ):
        assert mean(made(lazy), "y")[0].se == mean(made(eager), "y")[0].se


def without_answers() -> dict[str, Any]:
    rng = np.random.default_rng(3)
    region = np.tile(["east", "north", "west"], 40)
    y = rng.normal(size=120) + (region == "west")
    y[region == "east"] = np.nan
    return {"y": y, "x": rng.normal(size=120), "region": region, "vote": np.digitize(y, [-0.5, 0.5]).astype(float)}


def test_a_level_without_an_outcome_is_no_column_of_a_model() -> None:
    columns = without_answers()
    columns["vote"][np.isnan(columns["y"])] = np.nan
    design, inside = Design.of(columns), Condition("region", "!=", "east")
    found = regress(design, "y", "region + x")
    assert [row.term for row in found.coefficients] == ["(Intercept)", "region=west", "x"]
    own = np.array([columns["region"] == "west", columns["x"]]).T[columns["region"] != "east"]
    matrix = np.column_stack([np.ones(80), own.astype(float)])
    outcome = columns["y"][columns["region"] != "east"]
    assert np.allclose(found.coefficients.values, np.linalg.lstsq(matrix, outcome, rcond=None)[0])
    assert np.isnan(found.fitted[columns["region"] == "east"]).all()
    assert len(regress_ordinal(design, "vote", "region").coefficients) == 3
    whole = Design.of({**columns, "y": np.nan_to_num(columns["y"])})
    assert np.allclose(regress(whole, "y", "region + x", where=inside).coefficients.values, found.coefficients.values)
    margins = predictive_margins(design, "y", "x", "region")
    assert [row.term for row in margins] == ["region=north", "region=west"]
    assert np.isclose(margins[1].value - margins[0].value, found.coefficients[1].value)


def test_targets_come_from_a_frame_or_series() -> None:
    design = Design.of({"sex": ["F", "F", "M", "M"], "wave": [1, 2, 1, 2], "y": [1.0, 2.0, 3.0, 4.0]})
    shares = {"sex": {"F": 60, "M": 40}, "wave": {1: 30, 2: 70}}
    expected = rake(design, PopulationTargets.of_shares(shares)).weights
    long = [{"margin": m, "level": k, "pct": v} for m, own in shares.items() for k, v in own.items()]
    for frame in (pd.DataFrame(long), pl.DataFrame([{**row, "level": str(row["level"])} for row in long])):
        assert np.allclose(rake(design, PopulationTargets.of_frame(frame, shares="pct")).weights, expected)
    series = {name: pd.Series(own) for name, own in shares.items()}
    assert np.allclose(rake(design, PopulationTargets.of_shares(series)).weights, expected)  # type: ignore[arg-type]


def test_targets_in_a_wrong_shape_are_refused() -> None:
    frame: Any = pd.DataFrame({"margin": ["sex", "sex"], "level": ["F", "F"], "n": [1, 2]})
    for wrong in (frame, {"sex": [1, 2]}, {"sex": frame}):
        with pytest.raises(NotByLevel):
            PopulationTargets.of_totals(wrong)
    for options in ({}, {"totals": "n", "shares": "n"}, {"totals": "n"}):
        with pytest.raises(BadTargetFrame):
            PopulationTargets.of_frame(frame, **options)
    gap = pd.DataFrame({"margin": ["sex", "sex", "wave"], "level": ["F", None, "last"], "n": [1, 2, 3]})
    for beside in (gap, gap.assign(margin=["sex", None, "wave"], level=["F", "M", "last"])):
        with pytest.raises(BadTargetFrame, match="none in row 2"):
            PopulationTargets.of_frame(beside, totals="n")
