"""Intervals made from the public file alone hold the truth as often as they say."""

import numpy as np
import pytest

from tests.drills import choose
from tests.simulation.public_file import compare_with_report, simulate_public

ROUNDS = choose(24, 300)
WAVES = choose(3, 40)
ENOUGH = 300  # runs of a group that need no allowance for chance


@pytest.mark.slow
def test_public_file_intervals_cover_93_to_98_percent() -> None:
    found = simulate_public(ROUNDS)
    assert {"everyone", "age=1", "age=4", "gender=1"} <= {each.group for each in found}
    for each in found:
        chance = 3 / each.runs**0.5 if each.runs < ENOUGH else 0.0
        allowance = chance * (0.95 * 0.05) ** 0.5
        assert 0.93 - allowance <= each.held <= 0.98 + allowance, each
        assert abs(each.bias) < 0.25 * each.mean_se + chance * each.spread, each


def test_public_file_gives_the_published_figures() -> None:
    found = [compare_with_report(seed) for seed in range(WAVES)]
    assert np.mean([each.points for each in found]) >= 0.9
    assert np.mean([each.shares for each in found]) >= 0.9
    assert max(each.blank for each in found) <= 0.05
