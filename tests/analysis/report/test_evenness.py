"""The R-indicator and its interval hold the spread of the chances to answer of a city where it is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from analysis.design import Design
from analysis.report import weigh
from analysis.report.nonresponse import planned_weights
from analysis.report.r_indicator import Evenness, Response, find_evenness
from tests.drills import choose
from tests.truth.city import ADULTS, NOTHING, City, draw_letters, make_city, make_plan

SAMPLES, LETTERS = choose(6, 300), 1200


@pytest.fixture(scope="module")
def city() -> City:
    return make_city(NOTHING, np.random.default_rng(77))


def indicators(city: City) -> Iterator[Evenness]:
    plan = make_plan(city)
    for seed in range(SAMPLES):
        study = weigh(draw_letters(city, LETTERS, np.random.default_rng([78, seed])), plan)
        strata = study.design.table.factor("stratum")
        invited = np.array([study.sample.invited[str(level)] for level in strata.levels], float)
        rate = study.design.rows / LETTERS
        yield find_evenness(study.design, Response(rate, planned_weights(study), strata.codes, invited))


def test_interval_of_uneven_response_holds_its_spread(city: City) -> None:
    truth, found = 1 - 2 * float(city.answering.std()), list(indicators(city))
    assert 0.75 < truth < 0.85
    # Without the correction an estimate lies a twentieth too low.
    assert np.mean([each.value for each in found]) == pytest.approx(truth, abs=0.012 + choose(0.035, 0.0))
    assert np.mean([each.unadjusted for each in found]) < truth - 0.03
    assert np.mean([each.low <= truth <= each.high for each in found]) >= choose(0.6, 0.92)


def test_even_response_is_near_one(city: City) -> None:
    found = list(indicators(replace(city, answering=np.full(ADULTS, 0.35))))
    assert np.mean([each.value for each in found]) > 0.93 > 0.9 > np.mean([each.unadjusted for each in found])
    assert np.mean([each.high for each in found]) == pytest.approx(1.0, abs=0.01)


def test_indicator_of_two_groups_is_that_of_the_formula() -> None:
    """Half of 800 invited people answer 3 times as often as the others, 300 to 100: chances of 0.75 and 0.25."""
    group = np.repeat([0, 1], [300, 100])
    design = replace(Design.of({"g": group}), weights=np.where(group == 0, 400 / 300, 400 / 100))
    found = find_evenness(design, Response(0.5, np.ones(400), np.zeros(400, np.int64), np.array([800.0])))
    assert found.value == pytest.approx(1 - 2 * 0.25)
    assert found.unadjusted == found.value
    assert found.low < found.value < found.high
