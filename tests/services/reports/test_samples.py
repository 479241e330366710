"""Responses become samples: codes stay codes, groups and shares are what the survey says."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from analysis.frames import Table
from analysis.release.columns import chosen_options
from analysis.report import ItemPlan
from app.demo.population import AGENCIES, make_population
from app.demo.simulated_answers import Respondent, fill_in
from app.paths import SURVEYS
from app.questionnaire.answers import Answers, read_answers
from app.questionnaire.definition import Survey
from app.questionnaire.loading import load_survey
from app.questionnaire.packing import layout_of
from app.questionnaire.rules import evaluate
from app.records.ballots import Opened
from app.records.population import PopulationShare
from app.services.reports.samples import holds, to_plan, to_samples, to_table, to_targets

CORE = SURVEYS / "community-trust" / "survey.yaml"


@pytest.fixture(scope="module")
def survey() -> Survey:
    return load_survey(CORE.read_text("utf-8"))


@pytest.fixture(scope="module")
def people(survey: Survey) -> list[dict[str, Any]]:
    """The coded answers of 400 people."""
    population = make_population(400, np.random.default_rng(3))
    chance = np.random.default_rng(4)
    found = []
    for row in range(400):
        answers = read_answers(survey, fill_in(survey, Respondent(population, row, AGENCIES[row % 3]), chance))
        assert isinstance(answers, Answers)
        found.append(answers.coded())
    return found


@pytest.fixture(scope="module")
def opened(survey: Survey, people: list[dict[str, Any]]) -> Opened:
    """Every other person was invited in the north."""
    return Opened.of(
        [
            (
                layout_of(survey).pack(answers),
                "address sample" if row % 2 else "open link",
                "north" if row % 2 else "",
                AGENCIES[row % 3],
                "",
            )
            for row, answers in enumerate(people)
        ]
    )


def by_open_link(codes: Sequence[bytes]) -> Opened:
    return Opened.of([(each, "open link", "", "police", "") for each in codes])


def columns_of(table: Table) -> dict[str, object]:
    return {name: table.numbers(name) for name in table.names if table.is_numeric(name)}


def test_a_rule_means_the_same_for_columns_as_for_one_person(
    survey: Survey, people: list[dict[str, Any]], opened: Opened
) -> None:
    columns = columns_of(to_table(survey, opened))
    rules = [rule for share in survey.shares for part in share.parts for rule in (part.base, part.met)]
    rules += [item.show_if for item in survey.items.values() if item.show_if]
    assert len(rules) > 20
    for rule in rules:
        one_by_one = [evaluate(rule, answers) for answers in people]
        assert holds(rule, columns).tolist() == one_by_one


def test_answer_off_the_scale_keeps_its_code_without_a_group(
    survey: Survey, people: list[dict[str, Any]], opened: Opened
) -> None:
    table = to_table(survey, opened)
    for answers, code in zip(people, table.factor("age").codes, strict=True):
        given = answers["AGE"]
        assert code == (given - 1 if given > 0 else -1)
    assert {-8.0, -9.0} & set(table.numbers("D4").tolist())


def test_missing_multiple_answer_is_neither_yes_nor_no(survey: Survey) -> None:
    empty = dict.fromkeys(survey.items, -5)
    codes = [layout_of(survey).pack(answers) for answers in (empty, {**empty, "RACE": [3, 7]})]
    table = to_table(survey, by_open_link(codes))
    assert table.factor("race_3").codes.tolist() == [-1, 0]
    assert table.factor("race_1").codes.tolist() == [-1, 1]


def test_missing_multiple_answer_keeps_its_reason(survey: Survey) -> None:
    empty = dict.fromkeys(survey.items, -9)
    codes = [layout_of(survey).pack(answers) for answers in ({**empty, "C5": -7}, {**empty, "C5": [1]}, empty)]
    table = to_table(survey, by_open_link(codes))
    barriers = ItemPlan("C5", "multiple", (1, 2))
    assert [codes.tolist() for codes in chosen_options(table, barriers).values()] == [[-7, 1, -9], [-7, 0, -9]]


def test_each_sample_source_is_a_sample_of_its_own(survey: Survey, opened: Opened) -> None:
    frames, invited = {"address-sample": {"north": 5000.0}}, {"address-sample": {"north": 700}}
    samples = to_samples(survey, opened, frames, invited, is_random=True)
    assert [(each.source, each.probability, each.table.rows) for each in samples] == [
        ("address-sample", True, 200),
        ("open-link", False, 200),
    ]
    assert samples[0].frame == {"north": 5000.0}
    assert samples[1].frame == {}


def test_list_that_lacks_a_stratum_gives_no_weights(survey: Survey, opened: Opened) -> None:
    invited = {"address-sample": {"north": 700, "south": 700}}
    samples = to_samples(survey, opened, {"address-sample": {"south": 5000.0}}, invited)
    assert samples[0].frame == {}
    assert samples[0].unlisted == ("north",)


def test_letters_without_a_declared_list_are_no_random_sample(survey: Survey, opened: Opened) -> None:
    samples = to_samples(survey, opened, {}, {"address-sample": {"north": 700}})
    assert not any(each.probability for each in samples)


def test_multiple_answer_group_is_a_margin_of_yes_and_no() -> None:
    rows = [
        PopulationShare(community_id=1, variable="age", level="1", count=600, source="s", year=2026),
        PopulationShare(community_id=1, variable="age", level="2", count=400, source="s", year=2026),
        PopulationShare(community_id=1, variable="race", level="3", count=250, source="s", year=2026),
    ]
    targets = to_targets(rows, {"age": ("1", "2"), "race_3": ("yes", "no")})
    assert targets is not None
    assert {margin.columns[0]: margin.values for margin in targets.margins} == {
        "age": (0.6, 0.4),
        "race_3": (0.25, 0.75),
    }


def test_plan_has_every_index_and_no_background_item(survey: Survey) -> None:
    plan = to_plan("w", survey, ["police"], [])
    assert plan.headline.name == "CTI"
    assert plan.institutions == ("A1", "A2", "A3", "A4", "A5")
    assert {item.code for item in plan.items if item.rated} == {f"B{number}" for number in range(1, 15)}
    assert {item.code for item in plan.items if item.sensitive} >= {"C5", "D5"}
    assert not {"AGE", "RACE"} & {item.code for item in plan.items}
    assert plan.headline.facets[1].reversed_items == ("B6",)


def test_lost_source_leaves_no_sample_with_a_response_rate(survey: Survey, opened: Opened) -> None:
    mixed = Opened.of(
        [
            (codes, "other", "", "police", "") if row % 8 == 1 else (codes, *opened.kinds[kind])
            for row, (codes, kind) in enumerate(zip(opened.codes, opened.kind_indices, strict=True))
        ]
    )
    invited = {"address-sample": {"north": 500}}
    assert not any(each.scattered for each in to_samples(survey, opened, {}, invited))
    found = {each.source: each.scattered for each in to_samples(survey, mixed, {}, invited)}
    assert found == {"address-sample": True, "open-link": False, "other": True}
    assert not any(each.scattered for each in to_samples(survey, mixed, {}, {}))  # no letters were sent
