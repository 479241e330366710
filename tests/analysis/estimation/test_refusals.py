"""Estimates that have no meaning are refused in one sentence, or say that nothing is known."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from analysis import (
    AnalysisError,
    Design,
    calibrate,
    kish,
    mean,
    pairwise_gaps,
    quantile,
    ratio,
    share,
    total,
    variance,
)
from analysis.replication import attach_replicates, brr, jk1, jkn
from analysis.weighting import Amount

ROWS = 60
CHANCE = np.random.default_rng(6)
FRAME = {
    "y": CHANCE.normal(50, 10, ROWS),
    "size": np.arange(ROWS, dtype=float),
    "zero": np.zeros(ROWS),
    "yes": np.array(["yes"] * ROWS, object),
    "g": np.where(np.arange(ROWS) < 5, "in", "out").astype(object),
    "psu": np.arange(ROWS) // 5,
    "pair": np.arange(ROWS) // 10,
}
DESIGN = Design.of(FRAME)
ENDLESS = Design.of({"y": [1.0, np.inf, 2.0]})
Call = Callable[[], object]

REFUSED: list[tuple[Call, str]] = [
    (lambda: mean(DESIGN, []), "at least one column to estimate"),
    (lambda: total(DESIGN, ()), "at least one column to estimate"),
    (lambda: share(DESIGN, []), "at least one column to estimate"),
    (lambda: variance(DESIGN, []), "at least one column to estimate"),
    (lambda: variance(Design.of({"y": [1.0]}), "y"), "at least 2 rows"),
    (lambda: mean(DESIGN, "y", missing="bogus"), "missing values to be one of 'omit', 'propagate', but got 'bogus'"),  # type: ignore[arg-type]
    (lambda: share(DESIGN, "g", missing="bogus"), "missing values to be one of 'omit', 'propagate'"),  # type: ignore[arg-type]
    (lambda: mean(ENDLESS, "y"), "finite numbers in column 'y', but 1 row holds infinity"),
    (lambda: kish(np.array([])), "but found none above zero"),
    (lambda: kish(np.zeros(3)), "but found none above zero"),
    (lambda: quantile(DESIGN, "y", "half"), "between 0 and 1, such as 0.5, but got 'half'"),  # type: ignore[arg-type]
    (lambda: quantile(DESIGN, "y", 50), "between 0 and 1, such as 0.5, but got 50"),
    (lambda: pairwise_gaps(mean(DESIGN, "y", by="g"), df="bogus"), "degrees of freedom to be one of"),  # type: ignore[arg-type]
    (lambda: pairwise_gaps(mean(DESIGN, "y", by="g"), df=0), "degrees of freedom to be one of"),
]


@pytest.mark.parametrize(("call", "words"), REFUSED)
def test_an_estimate_without_a_meaning_is_refused(call: Call, words: str) -> None:
    with pytest.raises(AnalysisError, match=words):
        call()


@pytest.mark.parametrize(
    "call",
    [
        lambda d: quantile(d, "y"),
        lambda d: variance(d, "y"),
        lambda d: mean(d, "y", deff="with_replacement"),
    ],
    ids=["quantile", "variance", "design effect"],
)
def test_negative_weights_are_refused_where_they_mean_nothing(call: Callable[[Design], object]) -> None:
    design = calibrate(DESIGN, [Amount(ROWS), Amount(3 * FRAME["size"].sum(), "size")])
    assert (design.weights < 0).any()
    assert math.isfinite(mean(design, "y")[0].se)
    with pytest.raises(AnalysisError, match=r"weights of zero or more for a .*; calibrate with the distance 'raking'"):
        call(design)


@pytest.mark.parametrize("weights", [[], [0, 0], [1.0, math.nan], np.ma.array([1.0, 2.0], mask=[True, False])])
def test_kish_refuses_weights_that_are_none(weights: object) -> None:
    with pytest.raises(AnalysisError, match="expected weights of zero or more"):
        kish(weights)  # type: ignore[arg-type]


def test_kish_takes_weights_of_each_make() -> None:
    for weights in ([1, 1, 2], (1.0, 1.0, 2.0), np.array([1, 1, 2])):
        assert kish(weights).n_effective == pytest.approx(16 / 6)


def test_a_ratio_over_zero_is_unknown() -> None:
    row = ratio(DESIGN, "y", "zero")[0]
    assert math.isnan(row.value)
    assert not row.interval.is_known


def test_a_share_of_0_or_100_percent_has_an_interval_from_n() -> None:
    row = share(DESIGN, "yes")[0]
    assert (row.value, row.se) == (1.0, 0.0)
    assert row.interval.method == "korn_graubard"
    assert row.interval.low == pytest.approx(0.025 ** (1 / ROWS))
    assert row.interval.high == 1.0


def replicated(kind: str) -> Design:
    if kind == "jk1":
        return jk1(Design.of(FRAME, psu="psu"))
    if kind == "jkn":
        return jkn(Design.of(FRAME, strata="pair", psu="psu"))
    if kind == "brr":
        return brr(Design.of(FRAME, strata="pair", psu="psu"))
    made = jk1(Design.of(FRAME, psu="psu"))
    assert made.replicates is not None
    weights = np.concatenate(list(made.replicates.blocks(made.base_weights)), axis=1)
    names = [f"r{k}" for k in range(weights.shape[1])]
    design = Design.of(FRAME).with_columns(dict(zip(names, weights.T, strict=True)))
    return attach_replicates(design, names, method="JK1", scale=made.replicates.scale, rscales=1.0)


@pytest.mark.parametrize("kind", ["jk1", "jkn", "brr", "file"])
def test_a_domain_inside_one_psu_has_no_df_with_replicates(kind: str) -> None:
    found = mean(replicated(kind), "y", by="g")
    assert found["in"].df == 0
    assert found["in"].se == pytest.approx(0, abs=1e-9)
    assert not found["in"].interval.is_known
    assert found["out"].interval.is_known
    gap = pairwise_gaps(found)[0]
    assert gap.df == 0
    assert not gap.interval.is_known
    assert gap.verdict == "no clear difference"


@pytest.mark.parametrize("kind", ["jk1", "jkn"])
def test_the_whole_keeps_the_df_of_the_replicates(kind: str) -> None:
    design = replicated(kind)
    assert mean(design, "y")[0].df == design.df
