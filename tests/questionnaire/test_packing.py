"""Coded answers as bytes: the same again when they are read, and of one length whatever they say."""

import hashlib

import numpy as np
import pytest

from app.demo.population import AGENCIES, make_population
from app.demo.simulated_answers import Respondent, fill_in
from app.questionnaire.answers import Answers, read_answers
from app.questionnaire.loading import load_survey
from app.questionnaire.packing import layout_of
from app.services.waves.plan_file import survey_path

SHIPPED = ("community-trust", "staff", "partners")


@pytest.mark.parametrize("name", SHIPPED)
def test_packed_answers_have_equal_length_and_unpack_unchanged(name: str) -> None:
    survey = load_survey(survey_path(name).read_text("utf-8"))
    layout = layout_of(survey)
    population, chance = make_population(200, np.random.default_rng(1)), np.random.default_rng(2)
    for row in range(200):
        answers = read_answers(survey, fill_in(survey, Respondent(population, row, AGENCIES[row % 3]), chance))
        assert isinstance(answers, Answers)
        packed = layout.pack(answers.coded())
        assert len(packed) == layout.size
        assert layout.unpack(packed) == answers.coded()


def test_an_item_that_is_not_named_was_not_asked() -> None:
    layout = layout_of(load_survey(survey_path("community-trust").read_text("utf-8")))
    assert set(layout.unpack(layout.pack({})).values()) == {-9}


def test_column_order_of_the_shipped_survey_never_changes() -> None:
    """Were this to fail, answers that lie in databases would be read as answers to other questions."""
    layout = layout_of(load_survey(survey_path("community-trust").read_text("utf-8")))
    named = ",".join(column.name for column in layout.columns)
    assert (
        hashlib.sha256(named.encode()).hexdigest() == "d44f94cd597e5e3c831ef10de5607f4d31692a471a387780546f4502bfda2d01"
    )
