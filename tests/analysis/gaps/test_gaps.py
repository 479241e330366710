"""Gaps: verdicts, covariance of part and whole, waves of one and of two designs."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import Design, mean, share
from analysis.errors import AnalysisError
from analysis.gaps import (
    Gap,
    changes_between,
    contrasts,
    gaps_to_everyone,
    pairwise_gaps,
    target_gaps,
    wave_changes,
)
from analysis.gaps.expressions import BadExpression, slopes_of


def clustered(seed: int = 1, rows: int = 120) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    return {
        "y": random.normal(50, 20, rows),
        "g": random.choice(["a", "b", "c"], rows),
        "vote": random.choice(["no", "yes"], rows),
        "psu": random.integers(0, 15, rows),
        "w": random.uniform(1, 4, rows),
    }


@pytest.mark.parametrize("statistic", ["mean", "share"])
def test_a_gap_to_everyone_counts_shared_people_once(statistic: str) -> None:
    data = clustered()
    gaps = gaps_to_everyone(
        Design.of(data, psu="psu", weights="w"), "y" if statistic == "mean" else "vote", by="g", statistic=statistic
    )
    twice = {name: np.concatenate([x, x]) for name, x in data.items()}
    twice["g"] = np.concatenate([data["g"], np.repeat("all", len(data["g"]))])
    stacked = Design.of(twice, psu="psu", weights="w")
    estimates = mean(stacked, "y", by="g") if statistic == "mean" else share(stacked, "vote", by="g")
    for gap in gaps:
        rows = [k for k, row in enumerate(estimates) if row.term == gap.term]
        of, whole = (next(k for k in rows if estimates[k].group == (("g", name),)) for name in (gap.of, "all"))
        expected = estimates.covariance[of, of] + estimates.covariance[whole, whole]
        expected -= 2 * estimates.covariance[of, whole]
        assert gap.value == pytest.approx(estimates[of].value - estimates[whole].value)
        assert gap.se == pytest.approx(math.sqrt(expected))


def test_everyone_includes_people_whose_group_is_not_known() -> None:
    design = Design.of({"y": [0.0, 10.0, 20.0, 70.0], "g": ["a", "a", "b", None]})
    assert [gap.value for gap in gaps_to_everyone(design, "y", by="g")] == [5.0 - 25.0, 20.0 - 25.0]


def test_gap_to_everyone_is_equal_with_and_without_replicates() -> None:
    from analysis.design.replicates import Replicates

    data = clustered(rows=30)
    design = Design.of(data, psu="psu", weights="w")
    held = np.unique(design.psu)
    drop = 1.0 - np.eye(len(held))
    factor = len(held) / (len(held) - 1)
    replicates = Replicates(
        drop * factor, design.psu, (len(held) - 1) / len(held), np.ones(len(held)), True, len(held) - 1, "JK1"
    )
    from dataclasses import replace

    linear = gaps_to_everyone(design, "y", by="g")
    jackknife = gaps_to_everyone(replace(design, replicates=replicates), "y", by="g")
    assert [x.value for x in jackknife] == pytest.approx([x.value for x in linear])
    assert [x.se for x in jackknife] == pytest.approx([x.se for x in linear], rel=0.35)


def waves(first: list[float], second: list[float]) -> Design:
    names = ["1 spring"] * len(first) + ["2 autumn"] * len(second)
    return Design.of({"y": first + second, "wave": names}, strata="wave")


def test_small_change_in_either_direction_is_not_clear() -> None:
    change = wave_changes(mean(waves([50, 60, 40, 55], [49, 58, 41, 50]), "y", by="wave"), "wave")[0]
    assert change.value < 0
    assert not change.is_clear
    assert change.verdict == "no clear change"
    assert (change.of, change.against) == ("2 autumn", "1 spring")


def test_a_large_change_is_named_with_its_direction() -> None:
    change = wave_changes(mean(waves([10, 11, 12, 11], [50, 51, 52, 49]), "y", by="wave"), "wave")[0]
    assert change.verdict == "clear rise"


def test_no_information_is_never_a_clear_change() -> None:
    change = wave_changes(mean(waves([1.0, 1.0], [2.0, 2.0]), "y", by="wave"), "wave")[0]
    assert change.se == 0
    assert math.isnan(change.p_value)
    assert not change.is_clear


def test_two_independent_samples_have_the_sum_of_their_variances() -> None:
    data, other = clustered(1), clustered(2, rows=80)
    before, after = (mean(Design.of(d, psu="psu", weights="w"), "y", by="g") for d in (data, other))
    changes = changes_between(before, after, names=("2021", "2022"))
    assert [c.value for c in changes] == pytest.approx(after.values - before.values)
    assert [c.se for c in changes] == pytest.approx(np.hypot(before.se, after.se))
    assert {(c.of, c.against) for c in changes} == {("2022", "2021")}


def test_changes_within_groups_compare_the_same_group() -> None:
    data = clustered() | {"wave": np.repeat(["1", "2"], 60)}
    estimates = mean(Design.of(data, psu="psu", weights="w"), "y", by=["wave", "g"])
    changes = wave_changes(estimates, "wave")
    assert sorted(dict(c.group)["g"] for c in changes) == ["a", "b", "c"]


def test_pairs_across_one_column_stay_within_the_others() -> None:
    data = clustered() | {"sex": np.tile(["f", "m"], 60)}
    estimates = mean(Design.of(data, psu="psu", weights="w"), "y", by=["sex", "g"])
    gaps = pairwise_gaps(estimates, across="g")
    assert len(gaps) == 6
    assert all(len(gap.group) == 1 for gap in gaps)


def test_many_compared_pairs_make_an_interval_without_0_unclear() -> None:
    data = clustered(seed=11)
    estimates = mean(Design.of(data, psu="psu", weights="w"), "y", by="g")
    for gap in pairwise_gaps(estimates, adjust="bonferroni"):
        assert gap.is_clear == (0 not in gap.interval and gap.p_adjusted < 0.05)


@given(seed=st.integers(0, 50))
def test_unadjusted_verdict_follows_the_interval(seed: int) -> None:
    estimates = mean(Design.of(clustered(seed), psu="psu", weights="w"), "y", by="g")
    for gap in pairwise_gaps(estimates, adjust="none"):
        assert gap.value in gap.interval
        assert gap.is_clear == (0 not in gap.interval)
        assert (gap.p_value < 0.05) == gap.is_clear


def test_gap_df_lies_between_the_tiny_group_and_the_design() -> None:
    estimates = mean(Design.of(clustered(), psu="psu", weights="w"), "y", by="g")
    for gap in pairwise_gaps(estimates):
        assert min(row.df for row in estimates) <= gap.df <= estimates.df


def test_respondents_are_compared_with_a_population_in_points() -> None:
    result = target_gaps(share(Design.of(clustered()), "vote"), {"no": 50, "yes": 50})
    assert sum(gap.gap.value for gap in result.gaps) == pytest.approx(0)


@pytest.mark.parametrize("text", ["a +", "open('x')", "a if a else b", "a.b()", "[a]", "log(0 * a)", "log(-a)", "'a'"])
def test_an_expression_that_is_not_arithmetic_is_refused(text: str) -> None:
    with pytest.raises(AnalysisError):
        slopes_of(text, {"a": 2.0, "b": 1.0}.__getitem__)


def test_labels_that_are_no_names_stand_in_backticks() -> None:
    estimates = mean(Design.of({"y": [1.0, 3.0, 6.0, 8.0], "age": ["18-24", "18-24", "65+", "65+"]}), "y", by="age")
    assert contrasts(estimates, {"ratio": "`65+` / `18-24`"})[0].value == 3.5
    with pytest.raises(BadExpression):
        contrasts(estimates, {"ratio": "`65+` // 2"})


def test_a_label_that_was_not_estimated_is_named() -> None:
    estimates = mean(Design.of(clustered()), "y", by="g")
    with pytest.raises(AnalysisError, match="expected one of 'a', 'b', 'c', but 'z' was asked for"):
        contrasts(estimates, {"gap": {"a": 1, "z": -1}})


def test_gaps_leave_as_a_frame_with_every_figure() -> None:
    gaps = pairwise_gaps(mean(Design.of(clustered()), "y", by="g"))
    frame = gaps.to_pandas()
    assert {"difference", "se", "low", "high", "interval", "n", "n_effective", "verdict"} <= set(frame.columns)
    assert isinstance(gaps[0], Gap)
