"""Gaps to the rest: values, joint covariance over overlapping groups, and the smaller side's size."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.estimation import mean
from analysis.frames import Factor
from analysis.gaps import pairwise_gaps
from analysis.report import weigh
from analysis.report.draft import rows_at
from analysis.report.rest import degrees_of_gaps, gaps_before_moderation, gaps_to_rest
from analysis.report.study import ReportPlan, Study
from tests.truth.city import NOTHING, draw_letters, make_city, make_plan


@pytest.fixture(scope="module")
def chance() -> np.random.Generator:
    return np.random.default_rng(4)


@pytest.fixture(scope="module")
def study(chance: np.random.Generator) -> tuple[Study, ReportPlan]:
    city = make_city(NOTHING, chance)
    plan = make_plan(city)
    return weigh(draw_letters(city, 1500, chance), plan), plan


def _of_agency(study: Study, agency: str) -> NDArray[np.bool_]:
    return rows_at(study, "agency", agency)


def test_gap_to_rest_is_pair_of_group_and_others(study: tuple[Study, ReportPlan]) -> None:
    own, plan = study
    others = Factor(np.where(rows_at(own, "race_4", "yes"), 0, 1), ("yes", "other"))
    design = own.design.with_columns({"in_race_4": others})
    races = [f"race_{k}" for k in range(1, 7)]
    found, _ = gaps_before_moderation(own.design, plan, races)
    for row in (row for row in found if row.group[1][0] == "race_4"):
        where = _of_agency(own, dict(row.group)["agency"])
        pair = pairwise_gaps(mean(design, "CTI", by="in_race_4", where=where), adjust="none")[0]
        assert row.value == pytest.approx(pair.value)
        assert row.se == pytest.approx(pair.se, rel=1e-9)


@pytest.mark.parametrize("column", ["age", "race_4"])
def test_gap_follows_from_group_and_everyone(study: tuple[Study, ReportPlan], column: str) -> None:
    own, plan = study
    trust, weights = own.design.table.numbers("CTI"), own.design.weights
    for row in gaps_to_rest(own, plan, column):
        (_, agency), (_, level) = row.group
        asked = _of_agency(own, agency) & np.isfinite(trust)
        inside = asked & rows_at(own, column, level)
        group, everyone = (np.average(trust[rows], weights=weights[rows]) for rows in (inside, asked))
        share = weights[inside].sum() / weights[asked].sum()
        assert row.value == pytest.approx((group - everyone) / (1 - share))


def test_gap_hides_people_without_a_level(study: tuple[Study, ReportPlan]) -> None:
    # Move trust between them and the other people of the rest, so that no mean of a whole changes.
    own, plan = study
    trust, weights = own.design.table.numbers("CTI").copy(), own.design.weights
    asked = _of_agency(own, "police")
    unstated = asked & (own.design.table.factor("disability").codes < 0)
    other = asked & rows_at(own, "disability", "2")
    assert 0 < unstated.sum() < 10
    trust[unstated] += 40
    trust[other] -= 40 * weights[unstated].sum() / weights[other].sum()
    moved = replace(own, design=own.design.with_columns({"CTI": trust}))
    assert gaps_to_rest(moved, plan, "disability")[0].value == pytest.approx(
        gaps_to_rest(own, plan, "disability")[0].value
    )


@pytest.mark.parametrize("n", [30.0, 100.0])
def test_degrees_lie_between_smaller_side_and_both(n: float) -> None:
    group, rest = (np.array([[x], [x], [x], [x - 1]]) for x in (n, 400.0))
    assert n - 1 < degrees_of_gaps((group, rest), 10_000)[0] < n + 398
    assert degrees_of_gaps((group, rest), 20)[0] == 20


def test_joint_covariance_spans_overlapping_columns(study: tuple[Study, ReportPlan]) -> None:
    own, plan = study
    gaps_to_rest(own, plan, "race_3")
    together = own.gaps["race"]
    assert {row.group[1][0] for row in together} == {f"race_{k}" for k in range(1, 7)}
    assert np.isfinite(together.covariance).all()
    assert np.linalg.eigvalsh(together.covariance).min() > -1e-9


def test_errors_of_gaps_are_moderated_together(study: tuple[Study, ReportPlan]) -> None:
    """No group differs in how much its answers spread: small errors per person come closer, and no error shrinks."""
    own, plan = study
    before, units = gaps_before_moderation(own.design, plan, ["age"])
    after = gaps_to_rest(own, plan, "age")
    errors, steady = (np.array([row.se for row in rows]) / np.sqrt(units) for rows in (before, after))
    agencies = [row.group[0] for row in before]
    for agency in set(agencies):
        own_rows = [k for k, each in enumerate(agencies) if each == agency]
        assert np.ptp(steady[own_rows]) < 0.9 * np.ptp(errors[own_rows])
    assert (steady >= errors * (1 - 1e-12)).all()
    assert all(later.df > row.df and later.value == row.value for row, later in zip(before, after, strict=True))


def test_two_levels_are_compared_once(study: tuple[Study, ReportPlan]) -> None:
    own, plan = study
    assert {row.group[1][1] for row in gaps_to_rest(own, plan, "disability")} == {"1"}


def test_equal_scores_leave_no_error_and_no_interval(study: tuple[Study, ReportPlan]) -> None:
    own, plan = study
    equal = 70 + 1e-13 * np.random.default_rng(1).normal(size=own.design.rows)
    same = replace(own, design=own.design.with_columns({"CTI": equal}))
    found = gaps_to_rest(same, plan, "race_4")
    assert {row.se for row in found} == {0.0}
    assert not any(row.interval.is_known for row in found)
