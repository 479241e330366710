"""Simulated residents fill in real forms. `tests/house/test_wheel.py` runs the whole demo."""

from pathlib import Path

import numpy as np
import pytest

from app.demo.population import AGENCIES, make_population
from app.demo.simulated_answers import Respondent, fill_in
from app.questionnaire.answers import Answers, read_answers
from app.questionnaire.loading import load_survey

CORE = Path(__file__).parents[2] / "surveys" / "community-trust" / "survey.yaml"


@pytest.mark.parametrize("seed", range(30))
def test_simulated_resident_fills_in_every_offered_question(seed: int) -> None:
    survey = load_survey(CORE.read_text("utf-8"))
    population = make_population(40, np.random.default_rng(seed))
    form = fill_in(survey, Respondent(population, seed, AGENCIES[seed % 3]), np.random.default_rng(seed))
    answers = read_answers(survey, form)
    assert isinstance(answers, Answers)
    assert set(form) == set(answers.chosen)  # nothing off the path


def test_the_population_is_the_same_for_one_seed() -> None:
    first, again = (make_population(500, np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(first.trust, again.trust)
