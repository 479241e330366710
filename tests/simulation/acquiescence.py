"""Let two groups with the same trust answer both versions of the survey; one group tends to agree with any sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.index import IndexRecipe, score_items
from app.paths import SURVEYS
from app.questionnaire.loading import load_survey
from app.services.reports.samples import headline_of, to_recipe

Floats = NDArray[np.float64]

OLD, NEW = "community-trust", "community-trust-1-1"
AGREE = "agree"
PEOPLE = 600  # of each group
TENDENCY = 0.5  # standard deviations towards "agree", whatever the sentence says
LEFT = 0.2  # the part of it that an answer of its own leaves, as a cautious guess
LOADING = 0.7  # the correlation of an item with trust
CUTS = (-1.5, -0.5, 0.5, 1.5)


@dataclass(frozen=True)
class Bias:
    """Hold the mean gap in points that two groups with the same trust show, and how well the index orders people."""

    gap: float
    noise: float
    reliability: float


def simulate_gap(name: str, rounds: int, seed: int, *, short: bool = False, left: float = LEFT) -> Bias:
    """Simulate rounds of a version; `short` asks only the items of its short form."""
    found = np.array(list(_rounds(name, rounds, np.random.default_rng(seed), short, left)))
    return Bias(float(found[:, 0].mean()), float(found[:, 0].std()), float(found[:, 1].mean()))


def _rounds(name: str, rounds: int, chance: np.random.Generator, short: bool, left: float) -> Iterator[Floats]:
    survey = load_survey(SURVEYS / name / "survey.yaml")
    recipe = to_recipe(headline_of(survey), survey)
    asked = set(survey.short_form) if short else set(survey.items)
    for _ in range(rounds):
        yield _one_round(
            recipe, {code: survey.items[code].scale == AGREE for code in recipe.items}, asked, chance, left
        )


def _one_round(
    recipe: IndexRecipe, agrees: dict[str, bool], asked: set[str], chance: np.random.Generator, left: float
) -> Floats:
    trust = chance.standard_normal(2 * PEOPLE)
    tends = np.repeat([0.0, TENDENCY], PEOPLE)
    reversed_items = {code for facet in recipe.facets for code in facet.reversed_items}
    answers = {}
    for code, is_sentence in agrees.items():
        said = LOADING * trust * (-1 if code in reversed_items else 1)
        said = said + np.sqrt(1 - LOADING**2) * chance.standard_normal(2 * PEOPLE)
        shifted = said + tends * (1.0 if is_sentence else left)
        answers[code] = 1.0 + np.digitize(shifted, CUTS) if code in asked else np.full(2 * PEOPLE, np.nan)
    scores = score_items(recipe, answers).values
    gap = scores[PEOPLE:].mean() - scores[:PEOPLE].mean()
    return np.array([gap, np.corrcoef(scores[:PEOPLE], trust[:PEOPLE])[0, 1] ** 2])
