"""Moderated variances: as many false alarms as stated, fewer degrees lost, and no pull where groups differ."""

import numpy as np
import pytest
from scipy.special import stdtr

from analysis.moderation import Moderated, moderate

GROUPS, ROUNDS = 60, 150
ONE_SET = np.zeros(GROUPS, int)


def _drawn(spread: float, chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw degrees of freedom, true variances (inverse chi-square with `spread` degrees), and estimates of them."""
    df = chance.integers(10, 60, GROUPS).astype(float)
    true = 4 * (spread / chance.chisquare(spread, GROUPS) if np.isfinite(spread) else np.ones(GROUPS))
    return df, true, true * chance.chisquare(df) / df


@pytest.mark.parametrize("spread", [5.0, 20.0, np.inf])
def test_tests_of_true_hypotheses_reject_as_often_as_stated(spread: float) -> None:
    chance, p = np.random.default_rng(17), []
    for _ in range(ROUNDS):
        df, true, estimates = _drawn(spread, chance)
        found = moderate(estimates, df, ONE_SET)
        z = np.sqrt(true / found.variances) * chance.standard_normal(GROUPS)
        p.append(2 * stdtr(found.df, -np.abs(z)))
    rejected = np.array(p)
    for level in (0.05, 0.01):
        # Five standard errors of a share of 9,000 independent tests, and the error of the estimated prior.
        assert (rejected < level).mean() < level + 5 * (level * (1 - level) / rejected.size) ** 0.5 + 0.1 * level
    assert (rejected < 0.05).mean() > 0.03


def test_one_group_that_spreads_more_keeps_its_error() -> None:
    """All others are alike, so their common value would make its error a third too small."""
    chance, df, rejected = np.random.default_rng(21), np.full(GROUPS, 35.0), []
    for _ in range(1500):
        true = np.where(np.arange(GROUPS) == 0, 2.25, 1.0)
        found = moderate(true * chance.chisquare(df) / df, df, ONE_SET)
        z = 1.5 * chance.standard_normal() / np.sqrt(found.variances[0])
        rejected.append(2 * stdtr(found.df[0], -abs(z)) < 0.05)
    assert np.mean(rejected) < 0.05 + 4 * (0.05 * 0.95 / 1500) ** 0.5


def test_degrees_of_freedom_grow_with_likeness() -> None:
    chance = np.random.default_rng(18)
    gained = []
    for spread in (2.0, 10.0, np.inf):
        rounds = [_drawn(spread, chance) for _ in range(20)]
        gained.append(np.median([moderate(v, df, ONE_SET).df[0] - df[0] for df, _, v in rounds]))
    assert 1 < gained[0] < 4
    assert 5 < gained[1] < 20
    assert gained[2] > 100


def test_sets_keep_their_own_level() -> None:
    """Trust in one agency may differ more between people than trust in another."""
    chance = np.random.default_rng(19)
    df, sets = np.full(GROUPS, 30.0), np.arange(GROUPS) % 2
    estimates = np.where(sets == 0, 1.0, 9.0) * chance.chisquare(df) / df
    found = moderate(estimates, df, sets)
    assert found.variances[sets == 0].min() == pytest.approx(1.0, abs=0.3)
    assert found.variances[sets == 1].min() == pytest.approx(9.0, abs=2.7)


def test_zero_and_lone_variances_stay() -> None:
    chance = np.random.default_rng(20)
    df, _, estimates = _drawn(np.inf, chance)
    estimates[0], df[1] = 0.0, 0.0
    found = moderate(estimates, df, ONE_SET)
    assert found.variances[0] == 0.0
    assert (found.variances[1], found.df[1]) == (estimates[1], 0.0)
    few = moderate(estimates[2:8], df[2:8], ONE_SET[2:8])
    assert isinstance(few, Moderated)
    np.testing.assert_array_equal(few.variances, estimates[2:8])
