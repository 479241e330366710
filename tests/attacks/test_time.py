"""Code and answer come some minutes apart: what a live operator with both keys links by time alone, by rate.

Everyone's pace is unknown, its distribution is known. The operator pairs codes with answers by the most likely match.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from tests.attacks.live_requests import HALF, SPREAD
from tests.drills import choose

MOST = 0.07
HOURS = 2
PEOPLE = choose(900, 9000)  # of all repetitions together

Floats = NDArray[np.float64]
Gaps = Callable[[Floats, Floats], Floats]  # seconds of all questions, and a number from 0 to 1 -> code to answer


def first_half(whole: Floats, drawn: Floats) -> Floats:
    """Return the gaps where the code is sent on a random screen of the first half, as `token.js` does."""
    return whole * (1 - drawn / 2)


def middle(whole: Floats, drawn: Floats) -> Floats:
    """Return the gaps where the code is sent half-way, as earlier versions did."""
    return whole / 2


def draw_gaps(gaps: Gaps, people: int, chance: np.random.Generator) -> tuple[Floats, Floats]:
    """Return the seconds of all questions, and those from code to answer."""
    whole = 2 * HALF * np.exp(chance.normal(0, SPREAD, people))
    return whole, gaps(whole, chance.random(people))


def cost_of(gaps: Gaps) -> Callable[[Floats], Floats]:
    """Return the negative log-likelihood of a gap; an answer before its code is impossible."""
    _, known = draw_gaps(gaps, 60_000, np.random.default_rng(9))
    density, edges = np.histogram(np.log(known), 200, density=True)
    middles = (edges[1:] + edges[:-1]) / 2

    def cost(seconds: Floats) -> Floats:
        log = np.log(np.maximum(seconds, 1e-6))
        likely = np.interp(log, middles, np.maximum(density, 1e-9), left=1e-9, right=1e-9)
        return np.where(seconds > 0, log - np.log(likely), 50.0)

    return cost


def match(gaps: Gaps, rate: int) -> float:
    """Return the share of codes that the best match pairs with their own answer, at so many answers an hour."""
    chance, cost, hits = np.random.default_rng(5), cost_of(gaps), 0
    people, times = rate * HOURS, max(1, PEOPLE // rate)
    for _ in range(times):
        whole, gap = draw_gaps(gaps, people, chance)
        ends = chance.uniform(0, 3600 * HOURS, people) + whole
        rows, columns = linear_sum_assignment(cost(ends[None, :] - (ends - gap)[:, None]))
        hits += int((rows == columns).sum())
    return hits / (people * times)


@pytest.mark.parametrize("rate", [150, 300])
def test_time_links_few_codes_in_a_busy_round(rate: int) -> None:
    found = match(first_half, rate)
    print(f"{rate} answers an hour: {found:.1%}")
    assert found <= MOST


@pytest.mark.parametrize("rate", [20, 75])
def test_random_screen_links_fewer_codes_in_quiet_hours(rate: int) -> None:
    found, before = match(first_half, rate), match(middle, rate)
    print(f"{rate} answers an hour: {found:.1%}, in the middle {before:.1%}")
    assert found < before


def test_code_in_the_middle_would_link_more_at_150_an_hour() -> None:
    assert match(middle, 150) > MOST
