"""Residuals of weighting are corrected for leverage, on rows and on profiles alike."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.design import Design
from analysis.estimation import mean, total
from analysis.models import regress
from analysis.reliability import design_alpha, jackknife_alpha
from analysis.weighting import PopulationTargets, poststratify, rake


def make_design(rows: int, *, own_weights: bool = False) -> Design:
    chance = np.random.default_rng(rows)
    age, sex, area = (chance.integers(0, k, rows) for k in (4, 2, 3))
    weights = chance.uniform(0.5, 2, rows) if own_weights else np.ones(rows)
    y = 50 + 4 * age + chance.normal(0, 10, rows)
    table = {"age": age.astype(str), "sex": sex.astype(str), "area": area.astype(str), "w": weights, "y": y}
    design = Design.of({**table, "x": y + chance.normal(0, 5, rows)}, weights="w", strata="area")
    design = poststratify(design, PopulationTargets.of_totals({"area": {"0": 400.0, "1": 350.0, "2": 250.0}}))
    shares = {"age": {"0": 20, "1": 30, "2": 30, "3": 20}, "sex": {"0": 55, "1": 45}}
    return rake(design, PopulationTargets.of_shares(shares, total=1000))


def test_factors_follow_from_leverage() -> None:
    design = make_design(60, own_weights=True)
    own = np.diagonal(design.residual(np.eye(design.rows)))
    factors = design.with_leverage().residual_factors
    assert factors is not None
    np.testing.assert_allclose(factors, own**-0.5, rtol=1e-10)
    assert 6.0 < (1 - own).sum() < 7.5  # 3 strata, and 3 + 1 free totals of the margins


@pytest.mark.parametrize("own_weights", [False, True])
def test_profiles_and_rows_give_one_corrected_variance(own_weights: bool) -> None:
    design = make_design(900, own_weights=own_weights).with_leverage()
    assert (design.profiles is None) == own_weights
    scores = design.residual((design.weights * design.table.numbers("y"))[:, None])
    expected = float(np.sqrt(design.covariance(scores)[0, 0]))
    assert total(design, "y")[0].se == pytest.approx(expected, rel=1e-9)


def test_profiles_too_many_for_maps_give_the_same_variance() -> None:
    design = make_design(900).with_leverage()
    assert design.profiles is not None
    sparse = replace(design)
    sparse.__dict__["profiles"] = replace(design.profiles, explained=None)
    assert mean(sparse, "y", by="sex").se == pytest.approx(mean(design, "y", by="sex").se, rel=1e-9)


def test_correction_widens_intervals_only() -> None:
    design = make_design(120)
    for by in (None, "sex"):
        plain, corrected = mean(design, "y", by=by), mean(design.with_leverage(), "y", by=by)
        np.testing.assert_allclose(plain.values, corrected.values, rtol=1e-12)
        assert (corrected.se > plain.se).all()
    assert (regress(design.with_leverage(), "y", "x").coefficients.se > regress(design, "y", "x").coefficients.se).all()


def test_alpha_by_design_agrees_with_the_jackknife() -> None:
    chance = np.random.default_rng(3)
    answers = chance.normal(0, 1, (400, 1)) + chance.normal(0, 1, (400, 6))
    answers[:20, 0] = np.nan
    found = design_alpha(Design.of({"id": range(400)}), answers)
    left_out = jackknife_alpha(answers, np.arange(400))
    assert found.value == pytest.approx(left_out.alpha, rel=1e-9)
    assert found.se == pytest.approx(left_out.se, rel=0.02)
    assert found.n == 380
    assert found.interval.low < found.value < found.interval.high < 1
