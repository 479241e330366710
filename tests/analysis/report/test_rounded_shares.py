"""A rounded share is true of the share before rounding."""

from itertools import product

import numpy as np
import pytest

from analysis.disclosure.cells import share_ends
from tests.drills import choose

VALUES = choose(5000, 200_000)
STEPS = (1.0, 5.0, 10.0, 20.0)


def is_true(value: float, shown: float, flags: tuple[str, ...], step: float) -> bool:
    """Whether the words that stand for a share hold."""
    if "at_most" in flags:
        return value <= shown
    if "at_least" in flags:
        return value >= shown
    return abs(value - shown) <= step / 2 + 1e-9


def test_rounded_share_is_true_everywhere() -> None:
    drawn = np.random.default_rng(3).uniform(0, 100, VALUES)
    edges = [k + shift for k in range(101) for shift in (-1e-9, 0, 1e-9, 0.49, 0.5, 0.51)]
    for value, step in product(np.clip([*drawn, *edges], 0, 100).tolist(), STEPS):
        shown, flags = share_ends(value, step, 5)
        assert is_true(value, shown, flags, step), (value, step, shown, flags)


@pytest.mark.parametrize(
    ("value", "step", "shown"), [(5.49, 1.0, 6.0), (7.5, 5.0, 10.0), (29.9, 20.0, 40.0), (5.0, 1.0, 5.0)]
)
def test_share_just_above_end_names_next_step(value: float, step: float, shown: float) -> None:
    assert share_ends(value, step, 5) == (shown, ("at_most",))
    assert share_ends(100 - value, step, 5) == (100 - shown, ("at_least",))
