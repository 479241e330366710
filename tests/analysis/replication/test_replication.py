"""Replicate weights: made in each way, adjusted again in each, and used by every estimate."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.design import Design
from analysis.errors import BadWeights, LonelyPsu, UnknownChoice
from analysis.estimation import count, mean, ratio, share, total
from analysis.replication import (
    attach_replicates,
    bootstrap,
    brr,
    grouped_jackknife,
    jk1,
    jkn,
    successive_differences,
)
from analysis.replication.attach import BadReplicateConstants, MissingConstant
from analysis.replication.hadamard import hadamard
from analysis.replication.make import NoStrataAllowed, NotPaired, TooFew
from analysis.weighting import (
    Amount,
    Margin,
    PopulationTargets,
    calibrate,
    nonresponse_classes,
    poststratify,
    rake,
    trim,
)

TARGETS = PopulationTargets.of_shares({"sex": {"F": 55, "M": 45}, "age": {"a": 30, "b": 40, "c": 30}})


def make_design(seed: int = 1, strata: int = 5, psus: int = 4, rows: int = 240, **options: Any) -> Design:
    rng = np.random.default_rng(seed)
    h = np.arange(rows) % strata
    data = {
        "h": h,
        "psu": (np.arange(rows) // strata) % psus,
        "w": rng.uniform(1, 5, rows),
        "y": rng.normal(50, 10, rows) + h,
        "x": rng.gamma(4, 2, rows),
        "sex": rng.choice(["F", "M"], rows),
        "age": rng.choice(["a", "b", "c"], rows),
        "answered": (rng.random(rows) < 0.8).astype(int),
        "size": np.full(rows, 40),
    }
    return Design.of(data, weights="w", strata="h", psu="psu", nest=True, **options)


@given(st.integers(0, 10_000), st.integers(2, 6), st.booleans())
@settings(max_examples=20, deadline=None)
def test_jackknife_of_a_total_is_the_linearized_variance(seed: int, psus: int, finite: bool) -> None:
    design = make_design(seed, psus=psus, fpc="size" if finite else ())
    wanted = total(design, "y", by="sex")
    got = total(jkn(design), "y", by="sex")
    np.testing.assert_allclose(got.covariance, wanted.covariance, rtol=1e-9)
    assert got.df == design.df


def test_unstratified_jackknife_is_the_linearized_variance() -> None:
    design = Design.of({"psu": np.arange(60) % 12, "y": np.arange(60.0) ** 1.5}, psu="psu")
    assert total(jk1(design), "y")[0].se == pytest.approx(total(design, "y")[0].se, rel=1e-12)
    assert jk1(design).df == 11


@pytest.mark.parametrize("rho", [0.0, 0.3])
def test_brr_of_a_total_is_the_linearized_variance(rho: float) -> None:
    design = make_design(strata=7, psus=2)
    repeated = brr(design, rho=rho)
    np.testing.assert_allclose(total(repeated, "y").covariance, total(design, "y").covariance, rtol=1e-10)
    assert repeated.df == 7


def test_successive_differences_equal_squares_of_adjacent_rows() -> None:
    y = np.random.default_rng(5).normal(0, 1, 20)
    design = successive_differences(Design.of({"psu": np.arange(20), "y": y}, psu="psu"), 24)
    assert total(design, "y")[0].se ** 2 == pytest.approx(((y - np.roll(y, -1)) ** 2).sum() / 2)


def test_grouped_jackknife_of_few_psus_is_right_on_average() -> None:
    design = make_design(strata=5, psus=4)
    draws = [total(grouped_jackknife(design, 10, np.random.default_rng(k)), "y")[0].se ** 2 for k in range(300)]
    assert np.mean(draws) == pytest.approx(total(design, "y")[0].se ** 2, rel=0.1)


def test_grouped_jackknife_of_single_psus_is_the_jackknife() -> None:
    design = Design.of({"psu": np.arange(30), "y": np.arange(30.0) ** 2}, psu="psu")
    grouped = grouped_jackknife(design, 30, np.random.default_rng(1))
    assert mean(grouped, "y")[0].se == pytest.approx(mean(jk1(design, mse=True), "y")[0].se)


@pytest.mark.parametrize("finite", [False, True])
def test_bootstrap_is_near_the_linearized_variance(finite: bool) -> None:
    design = make_design(fpc="size" if finite else ())
    wanted = mean(design, "y")[0].se
    assert mean(bootstrap(design, 2000, np.random.default_rng(3)), "y")[0].se == pytest.approx(wanted, rel=0.05)


def test_bootstrap_repeats_with_its_seed_and_keeps_mean_totals() -> None:
    one, other = (bootstrap(make_design(), 400, np.random.default_rng(9)).replicates for _ in range(2))
    assert one is not None
    assert other is not None
    np.testing.assert_array_equal(one.multipliers, other.multipliers)
    assert one.multipliers.mean() == pytest.approx(1.0, abs=0.02)
    assert one.df == 15


ADJUSTMENTS = {
    "poststratify": lambda d: poststratify(d, Margin.of_shares("sex", {"F": 50, "M": 50})),
    "rake": lambda d: rake(d, TARGETS),
    "nonresponse": lambda d: rake(nonresponse_classes(d, "answered", "age"), TARGETS),
    "trimmed": lambda d: trim(rake(d, TARGETS), upper=6.0),
    "trimmed, then raked": lambda d: rake(trim(rake(d, TARGETS), upper=6.0), TARGETS),
    "raked within bounds": lambda d: rake(d, TARGETS, bounds=(1.0, 5.0)),
    "calibrated": lambda d: calibrate(d, [Amount(6000.0, "x"), Margin.of_totals("sex", {"F": 350, "M": 350})]),
    "calibrated on categories": lambda d: calibrate(d, TARGETS.margins, distance="raking"),
    "within psu": lambda d: calibrate(d, [Amount(6000.0, "x"), Amount(720.0)], within_psu=True),
}


def row_by_row(design: Design) -> Design:
    """The same replicates, kept as ready weights of each row."""
    assert design.replicates is not None
    weights = np.concatenate(list(design.replicates.blocks(design.base_weights)), axis=1)
    return replace(design, replicates=replace(design.replicates, multipliers=weights, psu=None, adjustments=()))


@pytest.mark.parametrize("name", ADJUSTMENTS)
def test_replicates_are_adjusted_again_on_cells_as_row_by_row(name: str) -> None:
    design = ADJUSTMENTS[name](jkn(make_design()))
    rows = row_by_row(design)
    for by, where in ((None, None), ("age", None), (["sex", "h"], design.table.numbers("x") > 5)):
        on_cells, by_rows = (mean(d, ["y", "x"], by=by, where=where) for d in (design, rows))
        np.testing.assert_allclose(on_cells.covariance, by_rows.covariance, rtol=1e-6, atol=1e-10)


@pytest.mark.parametrize("name", ADJUSTMENTS)
def test_adjustment_before_or_after_replication_is_the_same(name: str) -> None:
    before, after = jkn(ADJUSTMENTS[name](make_design())), ADJUSTMENTS[name](jkn(make_design()))
    assert mean(before, "y")[0].se == pytest.approx(mean(after, "y")[0].se, rel=1e-12)


@pytest.mark.parametrize("name", ADJUSTMENTS)
def test_replicates_and_residuals_agree_after_adjustment(name: str) -> None:
    design = ADJUSTMENTS[name](make_design(psus=12, rows=960))
    assert mean(jkn(design), "y")[0].se == pytest.approx(mean(design, "y")[0].se, rel=0.15)


def test_every_estimate_takes_its_variance_from_replicates() -> None:
    design = make_design(psus=6, rows=600)
    repeated = jkn(design)
    for estimate in (
        lambda d: ratio(d, "y", "x"),
        lambda d: share(d, "age", by="sex"),
        lambda d: count(d, "age"),
        lambda d: total(d, "y"),
    ):
        one, other = estimate(repeated), estimate(design)
        assert one[0].value == other[0].value
        assert one[0].se == pytest.approx(other[0].se, rel=0.02)
        assert one[0].se != other[0].se or estimate(design).statistic in ("total", "count")


def test_replicate_without_a_level_gives_its_total_to_others() -> None:
    data = {"psu": [1, 1, 2, 2, 3, 3], "sex": ["F", "M", "F", "M", "X", "F"], "y": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]}
    targets = PopulationTargets.of_totals({"sex": {"F": 50, "M": 40, "X": 10}})
    design = rake(jk1(Design.of(data, psu="psu")), targets)
    assert design.replicates is not None
    weights = np.concatenate(list(design.replicates.blocks(design.base_weights)), axis=1)
    assert weights.sum(axis=0) == pytest.approx([100, 100, 100])
    assert np.isfinite(mean(design, "y")[0].se)


def test_replicate_without_a_group_keeps_errors_of_other_groups() -> None:
    data = {"psu": np.arange(8), "y": np.arange(8.0) ** 2, "g": ["a"] * 7 + ["b"]}
    both = mean(jk1(Design.of(data, psu="psu")), "y", by="g")
    alone = mean(jk1(Design.of(data, psu="psu")), "y", where=np.array(data["g"]) == "a")
    assert both[0].se == pytest.approx(alone[0].se)


def test_ready_replicates_equal_those_of_their_design() -> None:
    made = jkn(make_design())
    assert made.replicates is not None
    weights = np.concatenate(list(made.replicates.blocks(made.base_weights)), axis=1)
    names = [f"r{k}" for k in range(weights.shape[1])]
    columns = dict(zip(names, weights.T, strict=True))
    read = attach_replicates(
        make_design().with_columns(columns), names, method="JKn", rscales=made.replicates.rscales.tolist(), mse=False
    )
    assert mean(read, "y")[0].se == pytest.approx(mean(made, "y")[0].se, rel=1e-12)
    assert read.df == made.df
    assert mean(rake(read, TARGETS), "y")[0].se == pytest.approx(mean(rake(made, TARGETS), "y")[0].se, rel=1e-9)


def test_designs_without_replicates_are_refused_by_name() -> None:
    design = make_design()
    with pytest.raises(NoStrataAllowed, match="without strata for JK1, but it has 5"):
        jk1(design)
    with pytest.raises(NotPaired, match="stratum '0' has 4"):
        brr(design)
    with pytest.raises(TooFew, match="at least 2 replicates, but got 1"):
        bootstrap(design, 1, np.random.default_rng(1))
    lonely = {"h": ["a", "a", "b"], "psu": [1, 2, 3], "y": [1.0, 2.0, 3.0]}
    with pytest.raises(LonelyPsu, match="stratum 'b'"):
        jkn(Design.of(lonely, strata="h", psu="psu", lonely="adjust"))
    certain = jkn(Design.of(lonely, strata="h", psu="psu", lonely="certainty"))
    assert total(certain, "y")[0].se == pytest.approx(1.0)


def test_constants_that_are_missing_or_too_few_are_refused() -> None:
    design = Design.of({"r1": [1.0, 0.0], "r2": [0.0, 1.0], "gap": [1.0, None]})
    with pytest.raises(MissingConstant, match="a constant for each replicate"):
        attach_replicates(design, ["r1", "r2"], method="JKn")
    with pytest.raises(MissingConstant, match="rho"):
        attach_replicates(design, ["r1", "r2"], method="Fay")
    with pytest.raises(BadReplicateConstants, match="one constant or 2, one for each replicate, but got 3"):
        attach_replicates(design, ["r1", "r2"], method="JKn", rscales=[1, 1, 1])
    with pytest.raises(UnknownChoice, match="replication method"):
        attach_replicates(design, ["r1", "r2"], method="magic")
    with pytest.raises(BadWeights, match="'gap', but found missing ones in 1 row"):
        attach_replicates(design, ["r1", "gap"], method="JK1")


@pytest.mark.parametrize("order", [1, 2, 4, 8, 12, 20, 24, 32, 80])
def test_hadamard_matrices_have_rows_at_right_angles(order: int) -> None:
    matrix = hadamard(order)
    assert len(matrix) == order
    np.testing.assert_array_equal(matrix @ matrix.T, order * np.eye(order))
    assert (matrix[:, 0] == 1).all()
