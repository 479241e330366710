"""The intervals of areas hold the truth as often as they say, whatever the lonely PSU rule."""

from tests.simulation.areas import AREAS, coverage

RUNS = 200


def test_area_intervals_after_raking_cover_95_percent() -> None:
    """The band is three Monte Carlo standard errors wide; `docs/simulation.md` has 2,000 runs."""
    band = 3 * (0.05 * 0.95 / (RUNS * AREAS)) ** 0.5
    assert abs(coverage(RUNS) - 0.95) < band
