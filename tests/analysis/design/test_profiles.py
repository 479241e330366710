"""Profiles are a quicker way to the same variance: whatever the design, both ways agree."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.design import Design
from analysis.estimation import mean, ratio, share, total
from analysis.gaps import gaps_to_everyone
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


def test_what_weighting_fixes_has_no_variance_left() -> None:
    """Raked to the ages, the sample cannot be wrong about them; rounding must not look like an error."""
    plain = make_design(3, 2, adjusted=False)
    design = rake(plain, PopulationTargets.of_shares({"age": AGES}, total=2000.0), tolerance=1e-12)
    assert max(row.se for row in share(design, "age")) < 1e-9


def test_weights_that_all_differ_have_no_profiles() -> None:
    frame = {"w": np.random.default_rng(1).random(ROWS), "y": np.arange(ROWS, dtype=float)}
    assert Design.of(frame, weights="w").profiles is None


def test_clusters_have_no_profiles() -> None:
    frame = {"psu": np.arange(ROWS) // 2, "y": np.arange(ROWS, dtype=float)}
    assert Design.of(frame, psu="psu").profiles is None
