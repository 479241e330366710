"""Gaps to the rest: values, joint covariance over overlapping groups, and the smaller side's size."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.estimation import mean
from analysis.gaps import pairwise_gaps
from analysis.report import weigh
from analysis.report.rest import gaps_to_rest
from analysis.report.study import Study
from tests.truth.city import NOTHING, draw_letters, make_city, make_plan


@pytest.fixture(scope="module")
def chance() -> np.random.Generator:
    return np.random.default_rng(4)


@pytest.fixture(scope="module")
def study(chance: np.random.Generator) -> tuple[Study, object]:
    city = make_city(NOTHING, chance)
    plan = make_plan(city)
    return weigh(draw_letters(city, 1500, chance), plan), plan


def test_gap_to_rest_is_pair_of_yes_and_no(study: tuple[Study, object]) -> None:
    own, plan = study
    found = gaps_to_rest(own, plan, "race_4")  # type: ignore[arg-type]
    for row in found:
        agency = dict(row.group)["agency"]
        inside = own.design.table.factor("agency").codes == [
            str(x) for x in own.design.table.factor("agency").levels
        ].index(agency)
        pair = pairwise_gaps(mean(own.design, "CTI", by="race_4", where=inside), adjust="none")[0]
        assert row.value == pytest.approx(pair.value)
        assert row.se == pytest.approx(pair.se, rel=1e-9)


def test_joint_covariance_spans_overlapping_columns(study: tuple[Study, object]) -> None:
    own, plan = study
    gaps_to_rest(own, plan, "race_3")  # type: ignore[arg-type]
    together = own.gaps["race"]
    assert {row.group[1][0] for row in together} == {f"race_{k}" for k in range(1, 7)}
    assert np.isfinite(together.covariance).all()
    assert np.linalg.eigvalsh(together.covariance).min() > -1e-9


def test_two_levels_are_compared_once(study: tuple[Study, object]) -> None:
    own, plan = study
    assert {row.group[1][1] for row in gaps_to_rest(own, plan, "disability")} == {"1"}  # type: ignore[arg-type]


def test_equal_scores_leave_no_error_and_no_interval(study: tuple[Study, object]) -> None:
    own, plan = study
    equal = 70 + 1e-13 * np.random.default_rng(1).normal(size=own.design.rows)
    same = replace(own, design=own.design.with_columns({"CTI": equal}))
    found = gaps_to_rest(same, plan, "race_4")  # type: ignore[arg-type]
    assert {row.se for row in found} == {0.0}
    assert not any(row.interval.is_known for row in found)
