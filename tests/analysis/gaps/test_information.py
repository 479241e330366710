"""No verdict, interval or p-value comes from the rounding of sums or from a single value."""

import math

import numpy as np
import pytest

from analysis import Design, contrasts, mean, share, total
from analysis.gaps import Gap, changes_between, gaps_to_everyone, pairwise_gaps
from analysis.hypotheses import t_test

NAN = math.nan


def is_silent(gap: Gap) -> bool:
    """Whether a gap has neither an interval nor a p-value, says nothing clear, and has a note."""
    return not gap.interval.is_known and math.isnan(gap.p_value) and not gap.is_clear and bool(gap.notes)


@pytest.mark.parametrize(
    "y",
    [
        [70, NAN, NAN, NAN, NAN, 80, NAN, NAN, NAN, NAN],
        [70, 71, NAN, NAN, NAN, 80, NAN, NAN, NAN, NAN],
        [70.3] * 5 + [80.1] * 5,
        [0.1] * 5 + [0.3] * 5,
        [1e-9 / 3] * 5 + [1e-9 / 7] * 5,
        [1e9 / 3] * 5 + [1e9 / 7] * 5,
    ],
)
@pytest.mark.parametrize(("psu", "weights"), [((), None), ("psu", None), ((), "w")])
def test_gap_is_silent_without_information(y: list[float], psu: str | tuple[()], weights: str | None) -> None:
    data = {"y": y, "g": list("aaaaabbbbb"), "psu": list(range(10)), "w": [1.1, 0.7, 1.3, 2.1, 0.9] * 2}
    design = Design.of(data, psu=psu, weights=weights)
    found = mean(design, "y", by="g")
    assert all(is_silent(gap) for gap in pairwise_gaps(found))
    assert all(is_silent(gap) for gap in contrasts(found, {"gap": "b - a", "ratio": "log(b / a)"}))


def test_change_is_silent_between_constant_samples() -> None:
    before, after = (mean(Design.of({"y": [y] * 7}), "y") for y in (70.3, 80.1))
    assert is_silent(changes_between(before, after)[0])


def test_gap_to_everyone_is_silent_for_a_constant_column() -> None:
    gaps = gaps_to_everyone(Design.of({"y": [70.3] * 6, "g": list("aaabbb")}), "y", by="g")
    assert all(is_silent(gap) for gap in gaps)


@pytest.mark.parametrize("y", [[5.0, NAN, NAN, NAN], [70.3] * 7])
def test_mean_has_no_interval_without_information(y: list[float]) -> None:
    row = mean(Design.of({"y": y}), "y")[0]
    assert not row.interval.is_known
    assert row.notes


def test_mean_has_its_interval_where_values_vary_little() -> None:
    y = 1000 + np.random.default_rng(1).normal(0, 0.01, 50)
    row = mean(Design.of({"y": y}), "y")[0]
    assert row.interval.width == pytest.approx(2 * 2.0096 * y.std(ddof=1) / 50**0.5, rel=1e-3)


def test_share_of_everyone_has_its_exact_interval() -> None:
    row = share(Design.of({"v": ["yes"] * 9, "w": [0.1, 0.7, 1.3] * 3}, weights="w"), "v")[0]
    assert row.interval.method == "korn_graubard"
    assert row.interval.low < 1


def test_total_has_its_interval_where_weights_vary() -> None:
    assert total(Design.of({"y": [1.0] * 4, "w": [1.0, 2.0, 3.0, 4.0]}, weights="w"), "y")[0].interval.is_known


def test_verdict_is_not_estimable_without_a_difference() -> None:
    data = {"y": [NAN, NAN, 1.0, 2.0, 3.0, 5.0], "g": list("aabbcc")}
    found = mean(Design.of(data), "y", by="g")
    verdicts = {(gap.of, gap.against): gap.verdict for gap in pairwise_gaps(found)}
    assert verdicts["a", "b"] == verdicts["a", "c"] == "not estimable"
    assert verdicts["b", "c"] == "no clear difference"
    assert contrasts(found, {"x": {"a": 1, "b": -1}})[0].to_row()["verdict"] == "not estimable"
    assert math.isnan(contrasts(found, {"x": "log(a) - b"})[0].value)


def test_t_test_is_silent_between_constant_groups() -> None:
    design = Design.of({"y": [70.3] * 5 + [80.1] * 5, "g": list("aaaaabbbbb"), "z": [70.3] * 10})
    for found in (t_test(design, "y", "g"), t_test(design, "z", against=60.0)):
        assert math.isnan(found.p_value)
        assert found.interval is not None
        assert not found.interval.is_known
