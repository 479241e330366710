"""Response rate, evenness and filled-in values say what they are said to say, on data where it is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.design import Design
from analysis.estimation import mean
from analysis.frames import Factor, Table
from analysis.report import ItemPlan, Sample, weigh
from analysis.report.bending import bent_facts
from analysis.report.nonresponse import answered_parts, response_facts
from analysis.report.study import ReportPlan, Study
from analysis.weighting import PopulationTargets
from tests.truth.city import ITEMS as CITY_ITEMS
from tests.truth.city import NOTHING, City, draw_letters, make_city, make_plan

ITEMS = (ItemPlan("a", "scale", (1, 2)), ItemPlan("b", "multiple", (1, 2)), ItemPlan("c", "scale", (1, 2)))
CTI_ITEMS = [item for items in CITY_ITEMS.values() for item in items]


@pytest.fixture(scope="module")
def city() -> City:
    return make_city(NOTHING, np.random.default_rng(5))


def facts_of(study: Study, plan: ReportPlan) -> dict[str, object]:
    return {fact.name: fact.value for fact in response_facts(study, plan)}


def test_answered_part_counts_questions_that_were_asked() -> None:
    table = Table(
        {
            "a": np.array([1.0, -8.0, -5.0, -9.0]),
            "b_1": np.array([1.0, np.nan, np.nan, np.nan]),
            "b:off_scale": np.array([np.nan, -7.0, -5.0, -9.0]),
            "c": np.array([2.0, -5.0, np.nan, -9.0]),
        }
    )
    np.testing.assert_allclose(answered_parts(table, ITEMS), [1.0, 2 / 3, 0.0, 1.0])


def test_break_off_counts_as_no_answer(city: City) -> None:
    sample, plan = draw_letters(city, 2000, np.random.default_rng(1)), make_plan(city)
    item = ItemPlan("A1", "scale", tuple(range(11)))
    left = sample.table.numbers("A1").copy()
    left[:100] = -5
    answered = replace(sample, table=sample.table.with_columns({"A1": left}))
    found = facts_of(weigh(answered, plan), replace(plan, items=(item,)))
    assert found["response_rate"] == (sample.table.rows - 100, 2000)
    assert found["response_code"] == "RR2"


def test_planned_rates_do_not_count_as_uneven_response(city: City) -> None:
    """Every second letter is answered in each stratum; one stratum got six times as many letters."""
    rows = np.repeat([0, 1], [600, 100])
    n = len(rows)
    chance = np.random.default_rng(2)
    table = Table({"stratum": Factor(rows, ("1", "2")), "CTI": chance.normal(50, 10, n)})
    sample = Sample("address-sample", table, True, {"1": 5000.0, "2": 5000.0}, {"1": 1200, "2": 200})
    weights = np.where(rows == 0, 5000 / 600, 5000 / 100)
    design = replace(Design.of(table), weights=weights)
    found = facts_of(Study(sample, design), replace(make_plan(city), items=()))
    assert found["r_indicator"] == 1.0
    uneven = replace(sample, invited={"1": 1200, "2": 1000})
    assert facts_of(Study(uneven, design), replace(make_plan(city), items=()))["r_indicator"] < 0.8


def test_error_of_the_population_table_moves_the_index(city: City) -> None:
    """One margin of two levels: the index moves by the gap times the error of the share."""
    n = 400
    group = np.repeat([0, 1], n // 2)
    columns = {
        "g": Factor(group, ("1", "2")),
        "r": Factor(group, ("yes", "no")),
        "agency": Factor(0 * group, ("police",)),
    }
    sample = Sample("open-link", Table(columns | dict.fromkeys(CTI_ITEMS, 2.0 + group)), False)
    plan = replace(make_plan(city), items=(), indices=(), institutions=(), groups={"g": ("1", "2"), "r": ("yes", "no")})
    for name, levels, errors, size in (
        # Shares of counts with independent errors of 0.03 of the whole each; "no" is what "yes" leaves.
        ("g", ("1", "2"), {"1": 0.03, "2": 0.03}, 0.5 * 2**0.5),
        ("r", ("yes", "no"), {"yes": 0.03}, 1.0),
    ):
        targets = PopulationTargets.of_shares({name: dict.fromkeys(levels, 0.5)})
        own = replace(plan, targets=targets, target_errors={name: errors})
        study = weigh(sample, own)
        assert facts_of(study, own)["census_error"] == round(25 * size * 0.03, 2)
        everyone = mean(study.design, "CTI")[0]
        known = mean(weigh(sample, replace(own, target_errors={})).design, "CTI")[0]
        assert everyone.se**2 - known.se**2 == pytest.approx((25 * size * 0.03) ** 2, rel=0.01)
    assert "census_error" not in facts_of(weigh(sample, plan), plan)


def test_response_rates_of_strata_sum_to_that_of_all(city: City) -> None:
    sample, plan = draw_letters(city, 2000, np.random.default_rng(7)), make_plan(city)
    found = facts_of(weigh(sample, plan), plan)
    by_stratum = [found[f"response_rate.{k}"] for k in range(1, 5)]
    assert tuple(np.sum(by_stratum, axis=0)) == found["response_rate"]
    strata = sample.table.factor("stratum")
    lost = sample.table.with_columns({"stratum": Factor(np.where(strata.codes == 3, 4, strata.codes), (*"1234", ""))})
    # Answers that no longer know their stratum would make the rate of their own look smaller than it was.
    frame = {**sample.frame, "": 1.0}
    found = facts_of(weigh(replace(sample, table=lost, frame=frame), plan), plan)
    assert not [name for name in found if name.startswith("response_rate.")]


def test_filled_in_value_is_nearer_the_truth(city: City) -> None:
    chance, plan = np.random.default_rng(3), make_plan(city)
    sample = draw_letters(city, 3000, chance)
    truth = float(np.nanmean(10 * sample.table.numbers("A2")))
    said = sample.table.numbers("A2").copy()
    said[(said < 4) & (chance.random(len(said)) < 0.5)] = -8
    study = weigh(replace(sample, table=sample.table.with_columns({"A2": said})), plan)
    published = float(np.mean(10 * said[said >= 0]))
    found = {fact.name: str(fact.value) for fact in bent_facts(study, plan)}
    values = dict(each.split("=") for each in found["imputed"].split())
    assert abs(float(values["A2"]) - truth) < abs(published - truth) - 1


def test_unasked_people_are_never_filled_in(city: City) -> None:
    chance, plan = np.random.default_rng(4), make_plan(city)
    sample = draw_letters(city, 3000, chance)
    said = sample.table.numbers("A2").copy()
    said[sample.table.numbers("A1") < 5] = -9
    study = weigh(replace(sample, table=sample.table.with_columns({"A2": said})), plan)
    found = {fact.name: str(fact.value) for fact in bent_facts(study, plan)}
    assert "A2=" not in found.get("imputed", "")


def test_answers_counted_elsewhere_leave_no_response_rate(city: City) -> None:
    sample, plan = draw_letters(city, 2000, np.random.default_rng(7)), make_plan(city)
    found = facts_of(weigh(replace(sample, scattered=True), plan), plan)
    assert found["response_rate_withheld"] == "yes"
    assert not [name for name in found if name != "response_rate_withheld" and name.startswith("response")]
    assert "r_indicator" not in found
    assert "pseudo_r" in found
