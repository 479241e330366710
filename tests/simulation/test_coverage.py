"""The address sample's intervals hold the truth as often as they say; the open link's do not."""

import pytest

from tests.simulation.coverage import simulate
from tests.simulation.world import draw_address_sample, draw_volunteers


@pytest.mark.slow
def test_address_sample_intervals_cover_93_to_97_percent() -> None:
    found = simulate(draw_address_sample, 2400, 500)
    assert 0.93 <= found.held <= 0.97
    assert abs(found.bias) < 0.25 * found.mean_se


def test_weighting_does_not_correct_an_open_link() -> None:
    found = simulate(draw_volunteers, 900, 20)
    assert found.bias < -5
    assert found.held < 0.2
