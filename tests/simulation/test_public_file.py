"""Intervals made from the public file alone hold the truth as often as they say."""

import pytest

from tests.simulation.public_file import simulate_public


@pytest.mark.slow
def test_public_file_intervals_cover_93_to_98_percent() -> None:
    found = simulate_public(300)
    assert {"everyone", "age=1", "age=4", "gender=1"} <= {each.group for each in found}
    for each in found:
        assert 0.93 <= each.held <= 0.98, each
        assert abs(each.bias) < 0.25 * each.mean_se, each
