"""Variances from profiles agree with those from rows, for every design."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.design import Design
from analysis.estimation import mean, means, ratio, share, shares, total
from analysis.gaps import gaps_to_everyone, gaps_to_everyone_within
from analysis.results import Estimates
from analysis.weighting import Margin, PopulationTargets, poststratify, rake

ROWS = 600
AGES = {0: 0.3, 1: 0.2, 2: 0.3, 3: 0.2}


def make_design(seed: int, strata: int, adjusted: bool, fpc: bool = False) -> Design:
    """Element sample of 600 with few different weights; raked, if adjusted, after post-stratification."""
    chance = np.random.default_rng(seed)
    frame: dict[str, Any] = {
        "h": chance.integers(0, strata, ROWS),
        "age": chance.integers(0, 4, ROWS),
        "sex": chance.integers(0, 2, ROWS),
        "group": chance.integers(0, 3, ROWS),
        "y": np.where(chance.random(ROWS) < 0.1, np.nan, 1000 + chance.normal(50, 20, ROWS)),
        "x": chance.integers(0, 3, ROWS).astype(float),
    }
    frame["N"] = np.bincount(frame["h"], minlength=strata)[frame["h"]] * 3
    design = Design.of(frame, strata="h", fpc="N" if fpc else (), lonely="adjust")
    if not adjusted:
        return design
    design = poststratify(design, Margin.of_totals("h", {k: 900.0 + 50 * k for k in range(strata)}))
    shares = {"age": AGES, "sex": {0: 0.5, 1: 0.5}}
    return rake(design, PopulationTargets.of_shares(shares, total=float(design.weights.sum())), tolerance=1e-9)


def estimates_of(design: Design) -> list[Estimates]:
    return [
        mean(design, "y"),
        mean(design, ["y", "x"], by="group"),
        mean(design, "y", by=["group", "h"], where=np.arange(ROWS) % 3 > 0),
        total(design, "x", by="group"),
        ratio(design, "x", "y", by="group"),
        share(design, "group", by="sex"),
    ]


@given(st.integers(0, 10_000), st.integers(1, 4), st.booleans(), st.booleans())
def test_profiles_give_the_variance_of_the_rows(seed: int, strata: int, adjusted: bool, fpc: bool) -> None:
    design = make_design(seed, strata, adjusted, fpc)
    assert design.profiles is not None
    quick = estimates_of(design)
    gaps = gaps_to_everyone(design, "y", by="group")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Design, "profiles", None)
        rows = make_design(seed, strata, adjusted, fpc)
        slow = estimates_of(rows)
        gaps_by_rows = gaps_to_everyone(rows, "y", by="group")
    for one, other in zip(quick, slow, strict=True):
        assert [row.n for row in one] == [row.n for row in other]
        assert [row.df for row in one] == [row.df for row in other]
        assert one.values == pytest.approx(other.values, rel=1e-12)
        scale = np.sqrt(np.outer(*[np.diagonal(other.covariance)] * 2)) + 1e-300
        assert np.nanmax(np.abs(one.covariance - other.covariance) / scale) < 1e-8
    assert gaps.covariance == pytest.approx(gaps_by_rows.covariance, rel=1e-8, abs=1e-12)


@given(st.integers(0, 10_000), st.integers(1, 4), st.booleans())
def test_many_variables_are_explained_as_few_are(seed: int, strata: int, fpc: bool) -> None:
    few = estimates_of(make_design(seed, strata, True, fpc))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analysis.design.explained.MOST", 0)
        design = make_design(seed, strata, True, fpc)
        assert design.profiles is not None
        assert design.profiles.explained is None
        many = estimates_of(design)
    for one, other in zip(few, many, strict=True):
        assert one.covariance == pytest.approx(other.covariance, rel=1e-7, abs=1e-18)


def test_group_column_without_a_value_leaves_other_estimates() -> None:
    """A question that no one answered in one kind of sample has no groups; the other questions have theirs."""
    design = make_design(5, 3, True).with_columns({"unanswered": np.array([None] * ROWS, dtype=object)})
    assert design.profiles is not None
    assert design.profiles.explained is not None
    empty, whole = means(design, [("y", "unanswered"), ("y", None)])
    assert len(empty) == 0
    assert_same(whole, mean(design, "y"))


@pytest.mark.parametrize("adjusted", [False, True])
def test_estimates_asked_for_together_are_those_asked_for_alone(adjusted: bool) -> None:
    design = make_design(5, 3, adjusted)
    asked: list[tuple[str, str | tuple[str, ...] | None]] = [("y", None), ("x", "group"), ("y", ("group", "sex"))]
    for (column, by), found in zip(asked, means(design, asked), strict=True):
        assert_same(found, mean(design, column, by=by))
    for (_, by), found in zip(asked, shares(design, [("x", by) for _, by in asked]), strict=True):
        assert_same(found, share(design, "x", by=by))


def test_sums_one_at_a_time_equal_sums_together(monkeypatch: pytest.MonkeyPatch) -> None:
    design = make_design(6, 2, True)
    together = means(design, [("y", "group"), ("x", "sex"), ("y", None)])
    monkeypatch.setattr("analysis.design.profiles.AT_ONCE", 1)
    for one, other in zip(together, means(design, [("y", "group"), ("x", "sex"), ("y", None)]), strict=True):
        assert_same(one, other)


@pytest.mark.parametrize("adjusted", [False, True])
def test_gaps_within_each_level_are_those_of_its_rows(adjusted: bool) -> None:
    design = make_design(8, 2, adjusted)
    found = gaps_to_everyone_within(design, "y", by="group", within="age", adjust="none")
    assert list(found) == [0, 1, 2, 3]
    for level, gaps in found.items():
        alone = gaps_to_everyone(design, "y", by="group", where=design.table.numbers("age") == level, adjust="none")
        assert [(row.of, row.n, row.df) for row in gaps] == [(row.of, row.n, row.df) for row in alone]
        assert [row.value for row in gaps] == pytest.approx([row.value for row in alone], rel=1e-9)
        assert gaps.covariance == pytest.approx(alone.covariance, rel=1e-8, abs=1e-12)


def test_gap_of_an_empty_group_is_missing() -> None:
    design = Design.of({"y": [1.0, 3.0, 6.0, 8.0], "g": ["a", "b", "a", None], "h": ["s", "s", "t", "t"]})
    found = gaps_to_everyone_within(design, "y", by="g", within="h")
    stated = {level: [(row.of, row.value) for row in gaps] for level, gaps in found.items()}
    assert stated == {"s": [("a", -1.0), ("b", 1.0)], "t": [("a", -1.0)]}


def assert_same(one: Estimates, other: Estimates) -> None:
    assert [(row.group, row.term, row.n, row.df, row.notes) for row in one] == [
        (row.group, row.term, row.n, row.df, row.notes) for row in other
    ]
    assert one.values == pytest.approx(other.values, rel=1e-12)
    assert one.covariance == pytest.approx(other.covariance, rel=1e-9, abs=1e-18)


def test_estimate_fixed_by_weighting_has_zero_variance() -> None:
    """Raked to the ages, the sample cannot be wrong about them; rounding must not look like an error."""
    plain = make_design(3, 2, adjusted=False)
    design = rake(plain, PopulationTargets.of_shares({"age": AGES}, total=2000.0), tolerance=1e-12)
    assert max(row.se for row in share(design, "age")) < 1e-9


@pytest.mark.parametrize("fpc", [False, True])
@pytest.mark.parametrize("strata", [1, 3])
def test_weights_that_all_differ_are_summed_by_stratum(strata: int, fpc: bool) -> None:
    plain = make_design(5, strata, adjusted=False, fpc=fpc)
    weights = np.random.default_rng(1).uniform(1, 9, ROWS)
    table = plain.table.with_columns({"w": weights})
    options: dict[str, Any] = {"weights": "w", "strata": "h", "fpc": "N" if fpc else (), "lonely": "adjust"}
    design = Design.of(table, **options)
    assert design.profiles is not None
    assert design.profiles.count == strata
    quick, gaps = estimates_of(design), gaps_to_everyone(design, "y", by="group")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Design, "profiles", None)
        rows = Design.of(table, **options)
        slow, other = estimates_of(rows), gaps_to_everyone(rows, "y", by="group")
    for one, two in zip(quick, slow, strict=True):
        assert one.values == pytest.approx(two.values, rel=1e-12)
        assert [(row.n, row.df) for row in one] == [(row.n, row.df) for row in two]
        apart = np.abs(one.covariance - two.covariance)
        assert (apart <= 1e-10 * np.outer(two.se, two.se)).all()  # a correlation near 0 has fewer digits
    assert gaps.covariance == pytest.approx(other.covariance, rel=1e-9, abs=1e-12)


def test_raked_weights_that_all_differ_have_no_profiles() -> None:
    frame = {"w": np.random.default_rng(1).random(ROWS), "age": np.arange(ROWS) % 4, "y": np.arange(ROWS, dtype=float)}
    design = rake(Design.of(frame, weights="w"), PopulationTargets.of_shares({"age": AGES}, total=2000.0))
    assert design.profiles is None


def test_clusters_have_no_profiles() -> None:
    frame = {"psu": np.arange(ROWS) // 2, "y": np.arange(ROWS, dtype=float)}
    assert Design.of(frame, psu="psu").profiles is None
