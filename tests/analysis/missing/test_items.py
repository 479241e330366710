"""Imputed items: what is known stays, what is missing takes answers of people who answer alike."""

import numpy as np
import pytest

from analysis import Design, IndexRecipe, impute_items, index_sensitivity
from analysis.missing.rubin import BadImputations


def answers(n: int = 600, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Complete answers (n, 4) of 1 to 5, and the same where people of low trust leave out the last two."""
    chance = np.random.default_rng(seed)
    trust = chance.normal(size=(n, 1))
    whole = np.clip(np.rint(3 + trust + 0.5 * chance.normal(size=(n, 4))), 1, 5)
    seen = whole.copy()
    shy = (whole[:, 0] <= 2) & (chance.random(n) < 0.7)
    seen[shy, 2:] = np.nan
    return whole, seen


def test_known_answers_stay_and_gaps_take_given_ones() -> None:
    _, seen = answers()
    seen[0] = np.nan
    for filled in impute_items(seen, 3):
        known = ~np.isnan(seen)
        np.testing.assert_array_equal(filled[known], seen[known])
        assert np.isnan(filled[0]).all()
        assert set(np.unique(filled[1:])) <= {1, 2, 3, 4, 5}


def test_imputations_differ_and_a_seed_repeats_them() -> None:
    _, seen = answers()
    one, two = list(impute_items(seen, 2, seed=3))
    again = list(impute_items(seen, 2, seed=3))
    assert not np.array_equal(one, two, equal_nan=True)
    np.testing.assert_array_equal(two, again[1])


def test_imputed_mean_is_nearer_the_truth_than_complete_answers() -> None:
    whole, seen = answers(2000)
    recipe = IndexRecipe.of_items("trust", "abcd")
    rows = dict(zip("abcd", np.where(np.isnan(seen), -9, seen).T, strict=True))
    found = index_sensitivity(Design.of(rows), recipe, imputations=5)
    truth = 25 * (whole.mean() - 1)
    assert abs(found.imputed.estimates[0].value - truth) < 0.7
    assert found.complete[0].value - truth > 3
    assert found.imputed.missing_information[0] > 0.001


def test_too_few_answers_are_refused() -> None:
    with pytest.raises(BadImputations, match="10 or more"):
        next(impute_items(np.array([[1.0, np.nan]] * 20), 2))
    with pytest.raises(BadImputations, match="two or more imputations"):
        next(impute_items(np.ones((20, 2)), 1))
