"""Errors of population totals reach every variance: they equal what new draws of the table do to the estimates."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.design import Design
from analysis.errors import UnknownChoice
from analysis.estimation import mean, share
from analysis.frames import Factor
from analysis.gaps import pairwise_gaps
from analysis.models import regress
from analysis.weighting import PopulationTargets, rake

SHARES = {"age": {"young": 0.3, "middle": 0.45, "old": 0.25}, "owner": {"yes": 0.4, "no": 0.6}}
ERRORS = {"age": {"young": 0.03, "middle": 0.04, "old": 0.02}, "owner": {"yes": 0.05, "no": float("nan")}}


@pytest.fixture(scope="module")
def design() -> Design:
    chance, n = np.random.default_rng(6), 300
    age, owner = chance.integers(0, 3, n), chance.integers(0, 2, n)
    y = 50 + 12.0 * age - 9 * owner + chance.normal(0, 10, n)
    columns = {
        "y": y,
        "age": Factor(age, tuple(SHARES["age"])),
        "owner": Factor(owner, ("yes", "no")),
        "z": 1.0 * owner,
    }
    return Design.of(columns | {"high": Factor((y > 55).astype(int), ("no", "yes"))})


def _redrawn(chance: np.random.Generator) -> dict[str, dict[str, float]]:
    """Draw the table again: counts vary by themselves and are divided by their sum; "no" follows from "yes"."""
    counts = {level: part + chance.normal(0, ERRORS["age"][level]) for level, part in SHARES["age"].items()}
    yes = SHARES["owner"]["yes"] + chance.normal(0, ERRORS["owner"]["yes"])
    whole = sum(counts.values())
    return {"age": {level: each / whole for level, each in counts.items()}, "owner": {"yes": yes, "no": 1 - yes}}


def _estimates(design: Design) -> tuple[np.ndarray, np.ndarray]:
    """Return values and variances of a mean, a share, means of a crossing group, a gap and a slope."""
    parts = [mean(design, "y"), share(design, "high"), mean(design, "y", by="owner")]
    rows = [row for part in parts for row in part]
    rows += [*pairwise_gaps(mean(design, "y", by="owner"), adjust="none"), regress(design, "y", "z").coefficients[1]]
    return np.array([row.value for row in rows]), np.array([row.se**2 for row in rows])


@pytest.mark.slow
@pytest.mark.parametrize("is_corrected", [False, True])
def test_variances_grow_like_those_of_new_tables(design: Design, is_corrected: bool) -> None:
    chance = np.random.default_rng(7)
    known = rake(design, PopulationTargets.of_shares(SHARES))
    uncertain = rake(design, PopulationTargets.of_shares(SHARES), target_errors=ERRORS)
    if is_corrected:
        known, uncertain = known.with_leverage(), uncertain.with_leverage()
    added = _estimates(uncertain)[1] - _estimates(known)[1]
    drawn = [_estimates(rake(design, PopulationTargets.of_shares(_redrawn(chance))))[0] for _ in range(300)]
    # The variance of 300 draws has a relative standard error of 8 %.
    np.testing.assert_allclose(added, np.var(drawn, axis=0), rtol=0.3)
    assert (added > 0).all()


@pytest.mark.slow
def test_intervals_hold_the_truth_of_an_uncertain_table(design: Design) -> None:
    """New people and a new table each time: without the errors of the table far fewer intervals hold the truth."""
    chance, n, holds = np.random.default_rng(8), 1500, {True: 0, False: 0}
    truth = 50 + 12 * (0.45 + 2 * 0.25) - 9 * 0.6
    for _ in range(200):
        age = chance.choice(3, n, p=list(SHARES["age"].values()))
        owner = (chance.random(n) < SHARES["owner"]["no"]).astype(int)
        y = 50 + 12.0 * age - 9 * owner + chance.normal(0, 10, n)
        own = Design.of({"y": y, "age": Factor(age, tuple(SHARES["age"])), "owner": Factor(owner, ("yes", "no"))})
        targets = PopulationTargets.of_shares(_redrawn(chance))
        for with_errors in holds:
            interval = mean(rake(own, targets, target_errors=ERRORS if with_errors else None), "y")[0].interval
            holds[with_errors] += truth in interval
    assert 0.90 <= holds[True] / 200 <= 0.99
    assert holds[False] / 200 < 0.8


def test_rows_that_stay_in_a_query_have_the_same_error(design: Design) -> None:
    import polars

    factors = {name: design.table.factor(name) for name in SHARES}
    named = {name: [factor.levels[k] for k in factor.codes] for name, factor in factors.items()}
    frame = polars.DataFrame(named | {"y": design.table.numbers("y"), "unit": np.arange(design.rows) // 6})
    targets = PopulationTargets.of_shares(SHARES)
    errors = [
        mean(rake(Design.of(rows, psu="unit"), targets, target_errors=ERRORS), "y")[0].se
        for rows in (frame, frame.lazy())
    ]
    assert errors[0] == pytest.approx(errors[1], rel=1e-9)


def test_unknown_levels_of_target_errors_are_refused(design: Design) -> None:
    targets = PopulationTargets.of_shares(SHARES)
    assert rake(design, targets).uncertain == ()
    for errors in ({"color": {"red": 0.1}}, {"age": {"ancient": 0.1}}):
        with pytest.raises(UnknownChoice):
            rake(design, targets, target_errors=errors)
    several = replace(design, lonely="adjust")
    assert len(rake(several, targets, target_errors=ERRORS).uncertain) == 1
