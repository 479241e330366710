"""Notes on results: weights that leave few answers to decide."""

import numpy as np
import pytest

from analysis import Design, mean
from analysis.design.extreme import extreme_weights

Y = np.arange(50.0)


@pytest.mark.parametrize(("largest", "noted"), [(100.0, False), (100.1, True), (1e6, True)])
def test_weights_above_the_stated_ratio_are_noted(largest: float, noted: bool) -> None:
    weights = np.array([0.0, *np.ones(48), largest])
    assert bool(extreme_weights(weights)) is noted
    assert ("more than 100" in repr(Design.of({"y": Y, "w": weights}, weights="w"))) is noted


@pytest.mark.parametrize(("largest", "notes"), [(20.0, ()), (1e6, ("very unequal weights: few answers decide",))])
def test_estimate_that_few_answers_decide_is_noted(largest: float, notes: tuple[str, ...]) -> None:
    design = Design.of({"y": Y, "w": [*np.ones(49), largest]}, weights="w")
    assert mean(design, "y")[0].notes == notes
