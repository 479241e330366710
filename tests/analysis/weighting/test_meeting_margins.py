"""Post-stratification, raking and calibration: what they promise for any sample."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.design import Design
from analysis.errors import AnalysisError
from analysis.estimation import mean, share, total
from analysis.weighting import (
    Amount,
    Margin,
    MarginNotMet,
    PopulationTargets,
    calibrate,
    poststratify,
    rake,
)
from analysis.weighting.distances import BadBounds
from analysis.weighting.margins import LevelWithoutRespondents, LevelWithoutTarget, MissingMarginValue
from analysis.weighting.poststratify import NotOneMargin
from analysis.weighting.targets import BadTarget, MarginsDisagree, NoTargets, SharesNotWhole

SEX, AGE = {"F": 300.0, "M": 280.0, "X": 20.0}, {"old": 200.0, "mid": 250.0, "young": 150.0}
TARGETS = PopulationTargets.of_totals({"sex": SEX, "age": AGE})


def make_sample(seed: int, rows: int = 120) -> dict[str, Any]:
    """A sample in which every combination of sex and age occurs."""
    rng = np.random.default_rng(seed)
    sex = np.concatenate([np.repeat([*SEX], 3), rng.choice([*SEX], rows - 9)])
    age = np.concatenate([np.tile([*AGE], 3), rng.choice([*AGE], rows - 9)])
    return {
        "sex": sex,
        "age": age,
        "y": rng.normal(50, 10, rows),
        "z": rng.gamma(3, 2, rows),
        "w": rng.uniform(1, 9, rows),
        "h": np.arange(rows) % 3,
        "psu": np.arange(rows) % 24,
    }


def make_design(seed: int, **changed: Any) -> Design:
    return Design.of({**make_sample(seed), **changed}, weights="w", strata="h", psu="psu")


def sums(design: Design, column: str) -> dict[Any, float]:
    factor = design.table.factor(column)
    return dict(zip(factor.levels, np.bincount(factor.codes, weights=design.weights).tolist(), strict=True))


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_raked_weights_meet_every_margin(seed: int) -> None:
    raked = rake(make_design(seed), TARGETS)
    assert sums(raked, "sex") == pytest.approx(SEX, rel=1e-8)
    assert sums(raked, "age") == pytest.approx(AGE, rel=1e-8)
    assert raked.weights.min() > 0


@given(st.integers(0, 10_000), st.sampled_from(["linear", "raking", "logit"]))
@settings(max_examples=25, deadline=None)
def test_calibrated_weights_meet_totals_and_keep_bounds(seed: int, distance: Any) -> None:
    design = make_design(seed)
    goal = float(design.weights @ design.table.numbers("z")) * 1.02
    size = float(design.weights.sum())
    margin = Margin.of_shares("sex", {level: value / 6 for level, value in SEX.items()})
    start = sums(design, "sex")
    near = Margin.of_totals(
        "sex", {k: 0.9 * start[k] + 0.1 * size * v for k, v in zip(SEX, margin.values, strict=True)}
    )
    calibrated = calibrate(design, [near, Amount(goal, "z")], distance=distance, bounds=(0.3, 4.0))
    assert calibrated.weights @ design.table.numbers("z") == pytest.approx(goal, rel=1e-8)
    assert [*sums(calibrated, "sex").values()] == pytest.approx([*near.values], rel=1e-8)
    ratio = calibrated.weights / design.weights
    assert ratio.min() >= 0.3
    assert ratio.max() <= 4.0


@given(st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_raking_equals_calibration_with_the_raking_distance(seed: int) -> None:
    design = make_design(seed)
    raked = rake(design, TARGETS, tolerance=1e-12)
    calibrated = calibrate(design, TARGETS.margins, distance="raking", tolerance=1e-12)
    np.testing.assert_allclose(raked.weights, calibrated.weights, rtol=1e-9)
    assert mean(raked, "y")[0].se == pytest.approx(mean(calibrated, "y")[0].se, rel=1e-8)


@given(st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    sample = make_sample(seed)
    order = np.random.default_rng(seed).permutation(len(sample["w"]))
    design = make_design(seed)
    shuffled = Design.of({k: v[order] for k, v in sample.items()}, weights="w", strata="h", psu="psu")
    for adjust in (lambda d: rake(d, TARGETS), lambda d: calibrate(d, [Amount(700.0, "z"), Amount(600.0)])):
        try:
            one = adjust(design)
        except MarginNotMet:
            continue
        other = adjust(shuffled)
        np.testing.assert_allclose(one.weights[order], other.weights, rtol=1e-7)
        assert mean(one, "y")[0].se == pytest.approx(mean(other, "y")[0].se, rel=1e-7)


@given(st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_raking_twice_changes_nothing(seed: int) -> None:
    once = rake(make_design(seed), TARGETS, tolerance=1e-12)
    twice = rake(once, TARGETS, tolerance=1e-12)
    np.testing.assert_allclose(once.weights, twice.weights, rtol=1e-10)
    assert len(twice.record) == 2


def test_poststratification_of_equal_weights_is_the_textbook_one() -> None:
    rng = np.random.default_rng(1)
    data = {"g": np.repeat(["a", "b"], [30, 70]), "y": rng.normal(0, 1, 100), "w": np.full(100, 10.0)}
    design = poststratify(Design.of(data, weights="w"), Margin.of_totals("g", {"a": 500, "b": 500}))
    a, b = data["y"][:30], data["y"][30:]
    assert mean(design, "y")[0].value == pytest.approx((a.mean() + b.mean()) / 2)
    spread = 500**2 / 30**2 * ((a - a.mean()) ** 2).sum() + 500**2 / 70**2 * ((b - b.mean()) ** 2).sum()
    assert mean(design, "y")[0].se == pytest.approx(np.sqrt(100 / 99 * spread) / 1000)


def test_both_raking_variances_agree_when_weights_are_equal() -> None:
    sample = make_sample(3)
    size = len(sample["w"])
    shares = {k: {x: float((sample[k] == x).mean()) for x in levels} for k, levels in (("sex", SEX), ("age", AGE))}
    design = Design.of({**sample, "w": np.ones(size)}, weights="w")
    errors = [
        mean(rake(design, PopulationTargets.of_shares(shares), variance=v), "y")[0].se for v in ("greg", "r-rake")
    ]
    assert errors[0] == pytest.approx(errors[1], rel=1e-3)


def test_a_calibrated_total_has_no_sampling_error() -> None:
    design = calibrate(make_design(5), [Margin.of_totals("sex", SEX), Amount(3700, "z")])
    assert total(design, "z")[0].value == pytest.approx(3700)
    assert total(design, "z")[0].se == pytest.approx(0, abs=1e-8)
    assert max(row.se for row in share(design, "sex", interval="t")) == pytest.approx(0, abs=1e-10)


def test_adjustment_errors_are_the_same_on_cells_as_on_rows() -> None:
    design = rake(make_design(8), TARGETS)
    scores = design.weights[:, None] * np.eye(3)[design.table.factor("sex").codes] * design.table.numbers("y")[:, None]
    leaf = np.stack([np.bincount(design.leaf, weights=x) for x in design.residual(scores).T], axis=1)
    np.testing.assert_allclose(total(design, "y", by="sex").covariance, design.covariance(leaf), rtol=1e-9)


def test_rows_of_a_psu_share_one_factor_when_asked() -> None:
    design = make_design(9)
    size, amount = float(design.weights.sum()), float(design.weights @ design.table.numbers("z"))
    ratio = calibrate(design, [Amount(size), Amount(amount * 1.01, "z")], within_psu=True).weights / design.weights
    spread = [np.ptp(ratio[design.psu == psu]) for psu in range(design.psus)]
    assert max(spread) < 1e-12
    assert (ratio * design.weights) @ design.table.numbers("z") == pytest.approx(amount * 1.01, rel=1e-8)


def test_weights_raked_within_bounds_meet_both() -> None:
    design = make_design(11)
    free = rake(design, TARGETS)
    bounds = (float(free.weights.min()) * 1.1, float(np.quantile(free.weights, 0.97)))
    raked = rake(design, TARGETS, bounds=bounds)
    assert sums(raked, "sex") == pytest.approx(SEX, rel=1e-8)
    assert raked.weights.max() == pytest.approx(bounds[1], rel=1e-7)
    assert raked.weights.min() >= bounds[0] * (1 - 1e-7)
    assert [step.method for step in raked.record] == ["trim", "rake"]


@given(st.integers(0, 10_000), st.floats(0.2, 5.0))
@settings(max_examples=15, deadline=None)
def test_shares_keep_the_sum_of_the_weights(seed: int, factor: float) -> None:
    design = make_design(seed, w=make_sample(seed)["w"] * factor)
    shares = PopulationTargets.of_shares({"age": {"old": 30, "mid": 50, "young": 20}})
    raked = rake(design, shares)
    assert raked.weights.sum() == pytest.approx(design.weights.sum())
    assert sums(raked, "age")["mid"] == pytest.approx(0.5 * design.weights.sum())


def test_a_level_without_respondents_is_named() -> None:
    targets = PopulationTargets.of_totals({"sex": {**SEX, "other": 5.0}})
    with pytest.raises(LevelWithoutRespondents, match="'sex' = other, whose target is 5"):
        rake(make_design(1), targets)


def test_a_level_without_a_target_is_named() -> None:
    with pytest.raises(LevelWithoutTarget, match="each level of 'sex', but 'X' has none"):
        poststratify(make_design(1), Margin.of_totals("sex", {"F": 300, "M": 300}))


def test_rows_without_a_level_are_counted_if_they_have_weight() -> None:
    sample = make_sample(1)
    sex = np.array(sample["sex"], dtype=object)
    sex[:4] = None
    with pytest.raises(MissingMarginValue, match="column 'sex' for each row with a weight, but 4 rows lack one"):
        rake(make_design(1, sex=sex), TARGETS)
    weights = np.where(np.equal(sex, None), 0.0, sample["w"])
    assert sums(rake(make_design(1, sex=sex, w=weights), TARGETS), "age") == pytest.approx(AGE)


def test_shares_with_a_wrong_sum_are_refused_with_their_sum() -> None:
    with pytest.raises(SharesNotWhole, match="shares of 'age' to sum to 100 %, but they sum to 106 %"):
        PopulationTargets.of_shares({"age": {"old": 30, "mid": 50, "young": 26}})


def test_margins_of_unequal_sums_are_refused_with_both_sums() -> None:
    with pytest.raises(MarginsDisagree, match="'sex' sums to 600 and 'age' to 610"):
        rake(make_design(1), PopulationTargets.of_totals({"sex": SEX, "age": {**AGE, "old": 210.0}}))


def test_a_negative_target_is_refused() -> None:
    with pytest.raises(BadTarget, match="'sex' = F, but found -1"):
        Margin.of_totals("sex", {"F": -1.0})


def test_several_margins_are_not_poststratified() -> None:
    with pytest.raises(NotOneMargin, match="got 2: 'sex', 'age'; rake instead"):
        poststratify(make_design(1), TARGETS)


def test_contradictory_margins_name_the_missed_level() -> None:
    sample = {"a": ["x", "x", "y", "y"], "b": ["p", "p", "q", "q"]}
    targets = PopulationTargets.of_totals({"a": {"x": 10, "y": 10}, "b": {"p": 15, "q": 5}})
    with pytest.raises(MarginNotMet, match="expected the weights to reach 10 for 'a' = x, but they reach 15"):
        rake(Design.of(sample), targets)


def test_impossible_bounds_name_the_level_and_the_bounds() -> None:
    with pytest.raises(MarginNotMet, match=r"for 'sex' = \w, but they reach .* with weights from 4\.9 to 5\.1"):
        rake(make_design(1), TARGETS, bounds=(4.9, 5.1))
    with pytest.raises(MarginNotMet, match=r"with weight ratios from 0\.99 to 1\.01"):
        calibrate(make_design(1), TARGETS.margins, bounds=(0.99, 1.01))


@pytest.mark.parametrize("bounds", [None, (1.2, 2.0), (-0.5, 2.0), (0.5, np.inf)])
def test_logit_wants_bounds_around_one(bounds: Any) -> None:
    with pytest.raises(BadBounds, match="0 <= lower < 1 < upper"):
        calibrate(make_design(1), TARGETS.margins, distance="logit", bounds=bounds)


@pytest.mark.parametrize("adjust", [lambda d: rake(d, PopulationTargets(())), lambda d: calibrate(d, [])])
def test_nothing_to_weight_to_is_refused(adjust: Any) -> None:
    with pytest.raises(NoTargets, match="at least one margin or total"):
        adjust(make_design(1))


def test_mean_beyond_every_row_is_refused_with_any_distance() -> None:
    design = make_design(1)
    highest = float(design.table.numbers("z").max())
    with pytest.raises(MarginNotMet, match="with any weight ratio; merge levels or drop a total"):
        calibrate(design, [Amount(600.0), Amount(600.0 * highest * 1.1, "z")], distance="raking")


def test_weights_near_the_edge_of_the_possible_are_found() -> None:
    design = make_design(1)
    highest = float(design.table.numbers("z").max())
    weights = calibrate(design, [Amount(600.0), Amount(600.0 * highest * 0.9, "z")], distance="raking").weights
    assert weights @ design.table.numbers("z") == pytest.approx(540 * highest, rel=1e-8)


@pytest.mark.parametrize("level", [1, 1.0, "1"])
def test_a_level_is_found_whether_number_or_text(level: Any) -> None:
    column = np.array([level, level, "2" if isinstance(level, str) else 2])
    design = poststratify(Design.of({"g": column}), Margin.of_totals("g", {"1": 10.0, "2": 5.0}))
    assert design.weights.tolist() == [5.0, 5.0, 5.0]


@given(st.dictionaries(st.sampled_from("abcdef"), st.floats(0.01, 1.0), min_size=2))
def test_shares_are_made_whole_exactly(parts: dict[str, float]) -> None:
    whole = sum(parts.values())
    assume(whole > 0.1)
    margin = Margin.of_shares("g", {k: round(100 * v / whole, 2) for k, v in parts.items()})
    assert sum(margin.values) == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("targets", [{"g": {"a": 5, "b": 5}}, [1, 2], None])
def test_plain_numbers_as_targets_are_refused_by_name(targets: object) -> None:
    design = Design.of({"g": list("aab")})
    with pytest.raises(AnalysisError, match=r"such as PopulationTargets.of_totals\(...\) or .*, but got"):
        rake(design, targets)  # type: ignore[arg-type]
