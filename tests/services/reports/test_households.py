"""Weights by the adults of a home: one of them answers, so large homes are too rare among the answers."""

from __future__ import annotations

import numpy as np

from app.questionnaire.loading import freeze, load_survey
from app.questionnaire.packing import layout_of
from app.records.ballots import Opened
from app.services.reports.households import CAP, HOUSEHOLD, household_weights
from app.services.reports.samples import to_plan, to_samples
from app.services.waves.plan_file import survey_path


def test_weights_of_households_remove_their_bias() -> None:
    """Two points of trust for each further adult: one adult of each home answers, large homes count for four."""
    chance = np.random.default_rng(6)
    adults = chance.choice(np.arange(1, 7), 20_000, p=(0.28, 0.52, 0.13, 0.05, 0.015, 0.005))
    trust = 52 + 2.0 * (adults - 1)
    truth = float(np.average(trust, weights=adults))  # over all adults, not over homes
    said = np.where(chance.random(len(adults)) < 0.1, -5.0, adults)
    weights = household_weights(said)
    assert abs(trust.mean() - truth) > 0.6
    assert abs(np.average(trust, weights=weights) - truth) <= 0.2
    assert weights.max() == CAP


def test_adults_of_the_home_become_base_weights_of_letters_alone() -> None:
    text = survey_path("community-trust").read_text("utf-8")
    survey = load_survey(freeze(text, {"areas": {1: "North", 2: "South"}}, [HOUSEHOLD]))
    empty = dict.fromkeys(survey.items, -5)
    codes = [layout_of(survey).pack({**empty, HOUSEHOLD: adults}) for adults in (1, 3, 12)]
    rows = [(each, source, "", "police", "") for source in ("address sample", "open link") for each in codes]
    letters, link = to_samples(survey, Opened.of(rows), {}, {"address-sample": {"": 10}})
    assert letters.table.numbers("base_weight").tolist() == [1.0, 3.0, 4.0]
    assert letters.household_cap == CAP
    assert "base_weight" not in link.table
    assert link.household_cap == 0


def test_number_of_adults_is_no_question_of_the_report() -> None:
    text = survey_path("community-trust").read_text("utf-8")
    survey = load_survey(freeze(text, {"areas": {1: "North", 2: "South"}}, [HOUSEHOLD]))
    plan = to_plan("w", survey, ["police"], [])
    assert HOUSEHOLD not in [item.code for item in plan.items]
