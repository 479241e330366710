"""Figures of other surveys: compared where both asked alike, refused by name where they did not."""

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis import Design, mean, share
from analysis.errors import AnalysisError
from analysis.gaps import Asked, NotComparable, SurveyFigure, find_differences, gap_to_benchmark

ASKED = Asked("How much do you trust the police?", ("0", "10"), "share 6 7 8 9 10", "interview")
OWN = SurveyFigure(61.0, 2.0, ASKED, df=40.0)
OTHER = SurveyFigure(55.0, 1.5, ASKED)

UNLIKE: Mapping[str, SurveyFigure] = {
    "wording": replace(OTHER, asked=replace(ASKED, wording="Do you trust the police?")),
    "answers": replace(OTHER, asked=replace(ASKED, answers=("1", "10"))),
    "counted": replace(OTHER, asked=replace(ASKED, counted="mean")),
    "mode": replace(OTHER, asked=replace(ASKED, mode="self-completion")),
    "selection": replace(OTHER, asked=replace(ASKED, selection="panel")),
    "uncertainty": replace(OTHER, se=None),
}


def test_gap_has_the_error_of_both_surveys() -> None:
    gap = gap_to_benchmark(OWN, OTHER)
    assert (gap.value, gap.se) == (6.0, 2.5)
    assert gap.df == pytest.approx(40 * 2.5**4 / 2.0**4)
    assert (gap.interval.low, gap.interval.high) == pytest.approx((6 - 1.984_5 * 2.5, 6 + 1.984_5 * 2.5), abs=0.01)
    assert gap.is_clear


def test_rounding_of_a_published_figure_adds_to_its_error() -> None:
    gap = gap_to_benchmark(OWN, replace(OTHER, step=1.0))
    assert gap.se == pytest.approx(math.sqrt(2.5**2 + 1 / 12))


def test_several_gaps_hold_together() -> None:
    alone, together = gap_to_benchmark(OWN, OTHER), gap_to_benchmark(OWN, OTHER, comparisons=8)
    assert alone.is_clear
    assert not together.is_clear
    assert together.interval.level == pytest.approx(1 - 0.05 / 8)
    with pytest.raises(AnalysisError, match="at least one comparison, but got 0"):
        gap_to_benchmark(OWN, OTHER, comparisons=0)


@pytest.mark.parametrize("name", UNLIKE)
def test_unlike_figures_are_refused_by_name(name: str) -> None:
    assert find_differences(OWN, UNLIKE[name]) == (name,)
    assert find_differences(UNLIKE[name], OWN) == (name,)
    with pytest.raises(NotComparable, match=f"differ in '{name}'"):
        gap_to_benchmark(OWN, UNLIKE[name])


def test_case_and_spaces_change_no_question() -> None:
    written = replace(OTHER, asked=replace(ASKED, wording=" how much do you  trust the police"))
    assert find_differences(OWN, written) == ()


def test_two_surveys_of_one_population_rarely_differ() -> None:
    random = np.random.default_rng(11)
    clear = 0
    for _ in range(2000):
        own, other = random.normal(50, 2.0), random.normal(50, 1.0)
        clear += gap_to_benchmark(replace(OWN, value=own, df=1e6), replace(OTHER, value=other, se=1.0)).is_clear
    assert abs(clear / 2000 - 0.05) < 3 * math.sqrt(0.05 * 0.95 / 2000)


# --- figures of real surveys reproduce as benchmarks of themselves


def references(shared: Path, folder: str) -> dict[str, dict[str, str]]:
    text = (shared / "data" / folder / "reference_values.csv").read_text(encoding="utf-8")
    return {row["quantity"]: row for row in csv.DictReader(io.StringIO(text))}


def rows_of(shared: Path, folder: str, file: str) -> dict[str, Any]:
    text = (shared / "data" / folder / file).read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    return {name: np.array([row[name] for row in rows], dtype=object) for name in rows[0]}


def figure_of(row: Mapping[str, str], wording: str) -> SurveyFigure:
    return SurveyFigure(float(row["estimate"]), float(row["se"]), replace(ASKED, wording=wording))


def check_reproduces(estimate: Any, published: SurveyFigure) -> None:
    own = SurveyFigure(estimate.value, estimate.se, published.asked, df=estimate.df)
    gap = gap_to_benchmark(own, published)
    assert gap.value == pytest.approx(0, abs=1e-6)
    assert gap.se == pytest.approx(math.sqrt(2) * published.se, rel=1e-3)  # type: ignore[operator]
    assert not gap.is_clear
    with pytest.raises(NotComparable, match="wording"):
        gap_to_benchmark(own, replace(published, asked=replace(published.asked, wording="Another question")))


def test_trust_of_the_anes_reproduces(shared: Path) -> None:
    rows = rows_of(shared, "anes_2020_trust", "respondents.csv")
    codes = np.array([float(code) for code in rows["trust_government_code"]])
    rows["points"] = np.where(codes > 0, 25 * (5 - codes), np.nan)
    rows["weight"] = rows["weight"].astype(float)
    design = Design.of(rows, weights="weight", strata="stratum", psu="psu", nest=True)
    known = references(shared, "anes_2020_trust")["mean POMP score trust_government (100=Always,0=Never)"]
    check_reproduces(next(iter(mean(design, "points"))), figure_of(known, "government"))


def test_police_index_of_kansas_city_reproduces(shared: Path) -> None:
    rows = rows_of(shared, "kcmo_resident_survey_2021_22", "responses.csv")
    items = np.array(
        [[float(v) if v else 9 for v in rows[name]] for name in ("q5_01", "q5_02", "q5_03", "q5_06", "q5_07")]
    )
    points = np.where(items == 9, np.nan, 25 * (items - 1))
    enough = np.sum(~np.isnan(points), axis=0) >= 3
    scores = np.full(points.shape[1], np.nan)
    scores[enough] = np.nanmean(points[:, enough], axis=0)
    wave = np.array(rows["wave"]) == "3QMAR2022"
    known = references(shared, "kcmo_resident_survey_2021_22")["police index mean, wave 3QMAR2022"]
    check_reproduces(next(iter(mean(Design.of({"score": scores[wave]}), "score"))), figure_of(known, "police"))


def test_reported_crimes_of_the_ncvs_reproduce(shared: Path) -> None:
    rows = rows_of(shared, "ncvs_2021_reporting", "incidents.csv")
    violent = (rows["category"] == "violent") & (rows["in_us"] == "1")
    rows["w"] = rows["weight_victimization"].astype(float)
    rows["reported_it"] = np.where(rows["reported"] == "1", "yes", "no").astype(object)
    rows["reported_it"][~violent] = None
    design = Design.of(rows, weights="w", strata="stratum", psu="psu", nest=True, lonely="adjust")
    name = "share of violent victimizations reported to police (unknown counted as not reported)"
    known = references(shared, "ncvs_2021_reporting")[name]
    (found,) = [row for row in share(design, "reported_it") if row.term.endswith("yes")]
    check_reproduces(found, figure_of(known, "reported"))
