"""Shares, gaps, parity, overlap: against real cities, by hand, and where they are refused."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import Design, share
from analysis.frames import Factor
from analysis.gaps import target_gaps
from analysis.representation import (
    BadShares,
    GroupsDiffer,
    OverlappingShares,
    Shares,
    SharesDoNotSum,
    dissimilarity_index,
    overlap_index,
    representation,
)

RESIDENTS = Shares.of_percent({"a": 30.0, "b": 68.5, "c": 1.5}, se={"a": 2.0, "b": 2.1, "c": 0.4})

RESIDENTS_OF_TWO = Shares.of_percent({"a": 60.0, "b": 40.0}, se={"a": 2.0, "b": 2.0})


def read_cities(shared: Path) -> list[dict[str, str]]:
    with (shared / "data" / "lemas_communities_1990" / "city_police_composition.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


LEMAS = {"White": "racePctWhite", "Black": "racepctblack", "Hisp": "racePctHisp", "Asian": "racePctAsian"}


def test_racial_match_of_343_cities_equals_published_figures(shared: Path) -> None:
    cities = read_cities(shared)
    off = []
    for city in cities:
        police = Shares.of_percent({g: float(city[f"PctPolic{g}"]) for g in LEMAS}, allow_overlap=True)
        people = Shares.of_percent({g: float(city[column]) for g, column in LEMAS.items()}, allow_overlap=True)
        off.append(abs(overlap_index(police, people).value - float(city["RacialMatchCommPol"])))
    assert len(off) == 343
    assert max(off) <= 0.01 + 1e-9


def test_shares_that_sum_to_106_are_refused_with_advice() -> None:
    with pytest.raises(SharesDoNotSum) as refusal:
        Shares.of_percent({"White": 70.0, "Black": 20.0, "Hispanic": 16.0})
    assert refusal.value.total == 106
    assert "they sum to 106.0" in str(refusal.value)
    assert "groups that exclude each other" in str(refusal.value)
    assert "allow_overlap=True" in str(refusal.value)


def test_shares_that_sum_to_less_ask_for_the_missing_groups() -> None:
    with pytest.raises(SharesDoNotSum, match=r"they sum to 80\.0; add the groups that are missing"):
        Shares.of_percent({"White": 70.0, "Black": 10.0})


def test_rounded_shares_may_be_half_a_percent_off() -> None:
    assert Shares.of_percent({"a": 50.2, "b": 50.3}).total == pytest.approx(100.5)
    assert Shares.of_percent({"a": 49.7, "b": 49.8}).total == pytest.approx(99.5)


def test_overlapping_groups_have_an_overlap_index_only() -> None:
    overlapping = Shares.of_percent({"a": 60.0, "b": 46.0}, allow_overlap=True)
    apart = Shares.of_percent({"a": 60.0, "b": 40.0})
    assert overlap_index(apart, overlapping).value == 100
    for measure in (representation, dissimilarity_index):
        with pytest.raises(OverlappingShares, match=r"sum to 106\.0"):
            measure(apart, overlapping)


def test_full_count_figures_take_their_error_from_the_target() -> None:
    result = representation(Shares.of_counts({"a": 20, "b": 78, "c": 2}), RESIDENTS)
    a = result.gaps[0]
    assert (a.gap.value, a.gap.se) == (-10, 2)
    assert (a.gap.interval.low, a.gap.interval.high) == pytest.approx((-13.919927969, -6.080072031))
    assert a.parity.ratio is not None
    assert (a.parity.ratio.value, a.parity.ratio.se) == pytest.approx((20 / 30, 20 / 30 * 2 / 30))
    assert a.headcount is not None
    assert (a.headcount.value, a.headcount.se) == (10, 2)
    assert a.p_value == pytest.approx(5.733031e-07, rel=1e-6)


def test_staff_survey_adds_its_error_with_finite_correction() -> None:
    staff = Shares.of_counts({"a": 10, "b": 38, "c": 2}, headcount=200)
    own = 100 * np.sqrt((1 - 50 / 200) * 0.2 * 0.8 / 49)
    assert staff.se[0] == pytest.approx(own)
    a = representation(staff, RESIDENTS).gaps[0]
    assert a.gap.se == pytest.approx(np.hypot(own, 2))
    assert a.headcount is not None
    assert a.headcount.value == pytest.approx(20)


def test_parity_is_hidden_with_a_reason_for_small_groups() -> None:
    result = representation(Shares.of_counts({"a": 20, "b": 78, "c": 2}), RESIDENTS)
    assert result.gaps[2].parity.ratio is None
    assert result.gaps[2].parity.reason == "the resident share of 1.5 % is under 2 %"
    few = representation(Shares.of_counts({"a": 9, "b": 19, "c": 1}), RESIDENTS)
    assert few.gaps[0].parity.ratio is None
    assert few.gaps[0].parity.reason == "29 staff are fewer than 30"


def test_staff_of_unknown_group_are_shown_and_not_spread() -> None:
    staff = Shares.of_counts({"a": 20, "b": 78, "c": 2}, unknown=25)
    assert staff.percent.tolist() == [20, 78, 2]
    assert staff.headcount == 125
    assert representation(staff, RESIDENTS).notes == (
        "the group of 25 staff (20.0 %) is not known; they are in no share",
    )


def test_groups_are_matched_by_name_and_must_be_the_same() -> None:
    turned = Shares.of_counts({"c": 2, "b": 78, "a": 20})
    assert [gap.gap.value for gap in representation(turned, RESIDENTS).gaps] == [0.5, 9.5, -10]
    with pytest.raises(GroupsDiffer, match="'d' only in the first and 'c' only in the second"):
        representation(Shares.of_counts({"a": 20, "b": 78, "d": 2}), RESIDENTS)


def test_the_error_of_the_overlap_is_that_of_the_smaller_shares() -> None:
    staff = Shares.of_counts({"a": 20, "b": 78, "c": 2})
    assert overlap_index(staff, RESIDENTS).value == 20 + 68.5 + 1.5
    assert overlap_index(staff, RESIDENTS).se == pytest.approx(np.hypot(2.1, 0.4))
    exact = Shares.of_percent({"a": 30, "b": 70})
    sample = Shares.of_counts({"a": 20, "b": 80}, headcount=10**9)
    assert overlap_index(sample, exact).se == pytest.approx(sample.se[0])
    assert dissimilarity_index(sample, exact).se == pytest.approx(sample.se[0] / 100)


@given(*2 * [st.lists(st.integers(0, 50), min_size=3, max_size=3).filter(any)])
def test_overlap_is_the_complement_of_dissimilarity(first: list[int], second: list[int]) -> None:
    one, other = (Shares.of_counts(dict(zip("abc", x, strict=True))) for x in (first, second))
    overlap, dissimilarity = overlap_index(one, other), dissimilarity_index(one, other)
    assert 0 <= overlap.value <= 100 + 1e-9
    assert dissimilarity.value == pytest.approx(1 - overlap.value / 100, abs=1e-9)
    assert overlap_index(other, one).value == pytest.approx(overlap.value)
    assert sum(gap.gap.value for gap in representation(one, other).gaps) == pytest.approx(0, abs=1e-9)


def test_shares_of_published_counts_carry_their_margins() -> None:
    residents = Shares.of_margins({"a": (203119, 5070), "b": (427379, 5200)}, total=(630498, 831))
    assert residents.se[0] == pytest.approx(100 * 0.0080302 / 1.645, rel=1e-4)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Shares.of_percent({}), "the share of at least one group, but got none"),
        (lambda: Shares.of_percent({"a": -1, "b": 101}), "a share of 'a' from 0 to 100 percent, but got -1"),
        (lambda: Shares.of_counts({"a": -1}), "a count of 'a' of 0 or more, but got -1"),
        (lambda: Shares.of_counts({"a": 0}), "at least one person whose group is known, but got none"),
        (lambda: Shares.of_counts({"a": 9}, headcount=5), "at least the 9 people counted, but got 5"),
    ],
)
def test_impossible_shares_are_refused(make: object, sentence: str) -> None:
    with pytest.raises(BadShares) as refusal:
        make()  # type: ignore[operator]
    assert sentence in str(refusal.value)


def test_a_group_without_a_standard_error_is_refused() -> None:
    with pytest.raises(BadShares, match=r"expected the standard error of every group .* but got none of 'b'"):
        Shares.of_percent({"a": 40.0, "b": 60.0}, se={"a": 2.0})
    assert Shares.of_percent({"a": 40.0, "b": 60.0}).se.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("answers", [["a"] * 30, ["a"] * 10 + ["b"] * 20])
def test_group_without_respondents_has_no_known_error(answers: list[str]) -> None:
    design = Design.of({"g": answers, "w": np.linspace(0.3, 2.1, 30)}, weights="w")
    shares = share(design.with_columns({"g": Factor.of(np.array(answers, object))}), "g")
    named = {"a": 60.0, "b": 40.0} if len(shares) == 2 else {"a": 100.0}
    gaps = target_gaps(shares, named).gaps
    assert all(gap.gap.interval.is_known == (len(shares) == 2) for gap in gaps)
    assert all(np.isnan(gap.statistic) == (len(shares) == 1) for gap in gaps)


def test_counted_staff_without_a_group_stay_exact() -> None:
    gaps = representation(Shares.of_counts({"a": 40, "b": 0}), RESIDENTS_OF_TWO).gaps
    assert [gap.gap.se for gap in gaps] == [2.0, 2.0]
    assert all(gap.gap.interval.is_known for gap in gaps)
