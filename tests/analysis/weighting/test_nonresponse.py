"""Nonresponse adjustments and the diagnostics of weighting."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.design import Design
from analysis.estimation import mean
from analysis.weighting import (
    PopulationTargets,
    nonresponse_classes,
    nonresponse_propensity,
    pseudo_r,
    r_indicator,
    rake,
    response_propensity,
    share_gaps,
)
from analysis.weighting.nonresponse import ClassWithoutRespondents
from analysis.weighting.propensity import NoPropensity, NotYesOrNo


def make_frame(seed: int, rows: int = 300) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    area = rng.choice(["N", "S", "W"], rows)
    size = rng.normal(0, 1, rows)
    answered = rng.random(rows) < np.where(area == "N", 0.4, 0.7)
    return {"area": area, "size": size, "answered": answered.astype(int), "w": rng.uniform(1, 5, rows)}


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_class_keeps_its_weight_and_nonrespondents_get_zero(seed: int) -> None:
    frame = make_frame(seed)
    design = Design.of(frame, weights="w")
    for adjusted in (
        nonresponse_classes(design, "answered", "area"),
        nonresponse_propensity(design, "answered", ["area"], weighted=True),
    ):
        for area in "NSW":
            rows = frame["area"] == area
            assert adjusted.weights[rows].sum() == pytest.approx(frame["w"][rows].sum())
        assert not adjusted.weights[frame["answered"] == 0].any()


def test_numbers_and_categories_enter_a_propensity_together() -> None:
    fit = response_propensity(Design.of(make_frame(1)), "answered", ["area", "size"], weighted=False)
    assert fit.terms == ("(Intercept)", "areaS", "areaW", "size")
    assert fit.values.mean() == pytest.approx(make_frame(1)["answered"].mean())


def test_nonrespondents_stay_in_the_design() -> None:
    frame = make_frame(2)
    frame["y"] = np.where(frame["answered"] == 1, 1.0, np.nan)
    adjusted = nonresponse_classes(Design.of(frame, weights="w"), "answered", "area")
    assert adjusted.rows == 300
    assert mean(adjusted, "y")[0].n == frame["answered"].sum()


def test_a_class_without_respondents_is_named_with_its_size() -> None:
    design = Design.of({"answered": [1, 0, 0], "area": ["N", "S", "S"]})
    with pytest.raises(ClassWithoutRespondents, match="none of the 2 drawn in 'area' = S answered"):
        nonresponse_classes(design, "answered", "area")


def test_predictor_that_separates_perfectly_is_named() -> None:
    design = Design.of({"answered": [1, 0, 1, 0, 0], "area": ["N", "N", "N", "S", "S"]})
    with pytest.raises(NoPropensity, match="'areaS' separates them"):
        response_propensity(design, "answered", ["area"])


def test_response_must_be_one_or_zero() -> None:
    with pytest.raises(NotYesOrNo, match="column 'answered', but found 2"):
        nonresponse_classes(Design.of({"answered": [1, 2], "area": ["N", "N"]}), "answered", "area")


def test_even_response_has_an_indicator_of_one() -> None:
    assert r_indicator(np.full(5, 0.3), np.ones(5)).value == 1.0
    assert r_indicator(np.array([0.0, 1.0]), np.ones(2)).value == 0.0


def test_share_gaps_close_and_pseudo_r_measures_uneven_response() -> None:
    design = Design.of({"sex": ["F"] * 6 + ["M"] * 2})
    targets = PopulationTargets.of_shares({"sex": {"F": 50, "M": 50}})
    raked = rake(design, targets)
    assert [gap.gap_before for gap in share_gaps(raked, targets)] == [0.25, -0.25]
    assert [gap.gap_after for gap in share_gaps(raked, targets)] == pytest.approx([0, 0])
    assert pseudo_r(design).value == 1.0
    assert pseudo_r(raked).label == "pseudo-R"
    assert pseudo_r(raked).value < 1
