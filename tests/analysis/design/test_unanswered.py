"""A question that no one answered changes no other estimate, however the design reads its rows."""

from contextlib import suppress

import numpy as np
import pytest

from analysis.design import Design
from analysis.errors import AnalysisError
from analysis.estimation import means, ratio, shares
from analysis.frames import Factor
from analysis.results import Estimates

ROWS = 60
NOBODY = np.full(ROWS, -1)


def make_design(weights: str) -> Design:
    chance = np.random.default_rng(2)
    columns = {
        "asked": Factor(chance.integers(0, 2, ROWS), ("no", "yes")),
        "silent": Factor(NOBODY, ("no", "yes")),
        "score": chance.normal(50, 10, ROWS),
        "none": np.full(ROWS, np.nan),
        "one": np.where(np.arange(ROWS) == 7, 40.0, np.nan),
        "group": Factor(np.arange(ROWS) % 3, ("a", "b", "c")),
        "nowhere": Factor(NOBODY, ("a", "b")),
        "w": np.ones(ROWS) if weights == "equal" else chance.uniform(1, 2, ROWS),
    }
    return Design.of(columns, weights="w")


def values_of(found: Estimates) -> list[tuple[str, float, float]]:
    return [(row.term, row.value, row.se) for row in found.rows]


@pytest.mark.parametrize("weights", ["equal", "different"])
@pytest.mark.parametrize("by", [None, "group"])
def test_silent_question_beside_another_changes_nothing(weights: str, by: str | None) -> None:
    design = make_design(weights)
    both = shares(design, [("asked", by), ("silent", by)])
    assert values_of(both[0]) == values_of(shares(design, [("asked", by)])[0])
    assert all(not row.n for row in both[1].rows)
    scores = means(design, [("score", by), ("none", by), ("one", by)])
    assert values_of(scores[0]) == values_of(means(design, [("score", by)])[0])


@pytest.mark.parametrize("weights", ["equal", "different"])
def test_silent_question_alone_gives_a_result_or_a_sentence(weights: str) -> None:
    design = make_design(weights)
    for estimate in (
        lambda: shares(design, [("silent", None)]),
        lambda: shares(design, [("silent", "group")]),
        lambda: shares(design, [("asked", "nowhere")]),
        lambda: means(design, [("none", None)]),
        lambda: means(design, [("none", "group")]),
        lambda: means(design, [("score", "nowhere")]),
        lambda: ratio(design, "none", "none"),
    ):
        with suppress(AnalysisError):  # a sentence is a good answer, any other error is none
            estimate()
