"""Intervals made from the public file alone hold the truth as often as they say."""

import pytest

from tests.drills import choose
from tests.simulation.public_file import simulate_public


@pytest.mark.slow
def test_public_file_intervals_cover_93_to_98_percent() -> None:
    rounds = choose(80, 300)
    allowance = 3 * (0.95 * 0.05 / rounds) ** 0.5 if rounds < 300 else 0.0
    found = simulate_public(rounds)
    assert {"everyone", "age=1", "age=4", "gender=1"} <= {each.group for each in found}
    for each in found:
        assert 0.93 - allowance <= each.held <= 0.98 + allowance, each
        assert abs(each.bias) < 0.25 * each.mean_se, each
