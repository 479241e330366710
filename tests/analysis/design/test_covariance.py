"""The linearized variance: lonely PSU rules beside calibration, groups without a common stratum, empty groups."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from analysis import Design, PopulationTargets, count, gaps_to_everyone, mean, pairwise_gaps, rake, share, total
from analysis.errors import EmptyGroup
from analysis.estimation import means, shares
from analysis.gaps import gaps_to_everyone_within


def areas(rows: int = 360, psu: bool = True, **options: Any) -> Design:
    """Twelve areas, each a stratum, with unequal response; three people to a PSU."""
    chance = np.random.default_rng(5)
    area = np.sort(chance.integers(0, 12, rows))
    frame = {
        "y": chance.normal(50 + area, 20),
        "age": chance.integers(0, 4, rows),
        "sex": chance.integers(0, 2, rows),
        "area": area,
        "w": chance.uniform(1, 3, rows) if psu else np.ones(rows),
        "psu": np.arange(rows) // 3,
    }
    design = Design.of(frame, weights="w", strata="area", psu="psu" if psu else (), nest=psu, **options)
    margins = {"age": dict.fromkeys(range(4), 25), "sex": {0: 45, 1: 55}}
    return rake(design, PopulationTargets.of_shares(margins, total=float(design.weights.sum())))


def test_a_group_of_one_lonely_stratum_leaves_others_known() -> None:
    frame = {"h": [1, 1, 1, 2, 2, 2, 3], "y": [1.0, 4.0, 2.0, 7.0, 5.0, 9.0, 3.0]}
    found = mean(Design.of(frame, strata="h", lonely="average"), "y", by="h")
    whole = mean(Design.of({name: values[:6] for name, values in frame.items()}, strata="h"), "y", by="h")
    np.testing.assert_allclose(found.covariance[:2, :2], whole.covariance, rtol=1e-12)
    assert np.isnan(found.covariance[2]).all()
    assert [gap.interval.is_known for gap in pairwise_gaps(found)] == [True, False, False]


@pytest.mark.parametrize("lonely", ["adjust", "average"])
@pytest.mark.parametrize("psu", [True, False])
def test_a_lonely_rule_changes_nothing_without_lonely_psus(lonely: str, psu: bool) -> None:
    plain, ruled = areas(psu=psu), areas(psu=psu, lonely=lonely)
    for statistic in (mean, total):
        expected, got = (statistic(design, "y", by="area") for design in (plain, ruled))
        np.testing.assert_allclose(got.covariance, expected.covariance, rtol=1e-9, atol=1e-12)
    expected_gaps, gaps = (gaps_to_everyone(design, "y", by="area") for design in (plain, ruled))
    assert [row.se for row in gaps] == pytest.approx([row.se for row in expected_gaps], rel=1e-9)


def test_groups_without_a_common_stratum_have_covariance_zero() -> None:
    frame = {"y": [1.0, 3.0, 2.0, 6.0, 9.0], "h": [1, 1, 2, 2, 3], "g": ["a", "a", "b", "b", "b"]}
    found = mean(Design.of(frame, strata="h", lonely="average"), "y", by="g")
    assert found.covariance[0, 1] == 0
    gap = pairwise_gaps(found)[0]
    assert gap.se**2 == pytest.approx(found[0].se ** 2 + found[1].se ** 2)


@pytest.mark.parametrize("rows", [40, 4])
def test_question_without_answers_gives_no_rows(rows: int) -> None:
    design = Design.of({"y": np.arange(rows) % 3.0, "race": np.full(rows, np.nan)})
    assert [len(found) for found in means(design, [("y", "race"), ("y", None)])] == [0, 1]
    assert [len(found) for found in shares(design, [("race", None), ("race", "y"), ("y", "race")])] == [0, 0, 0]
    assert gaps_to_everyone_within(design, "y", by="y", within="race") == {}


EMPTY: dict[str, Callable[[Design], object]] = {
    "share": lambda design: share(design, "race"),
    "share by group": lambda design: share(design, "race", by="y"),
    "count": lambda design: count(design, ["race", "y"]),
    "mean by it": lambda design: mean(design, "y", by="race"),
    "total by it": lambda design: total(design, "y", by=["y", "race"]),
    "gaps": lambda design: gaps_to_everyone(design, "y", by="race"),
    "gaps of shares": lambda design: gaps_to_everyone(design, "race", by="y", statistic="share"),
}


@pytest.mark.parametrize("name", EMPTY)
def test_estimate_of_an_empty_column_is_refused(name: str) -> None:
    design = Design.of({"y": np.arange(40) % 3.0, "race": [None] * 40})
    with pytest.raises(EmptyGroup, match="'race'"):
        EMPTY[name](design)
