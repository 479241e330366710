"""A population table becomes margins, or each variable that cannot be one is named with its reason."""

from __future__ import annotations

import pytest

from app.records.population import PopulationShare
from app.services.reports.targets import find_errors, find_unused, to_targets, universe_of

GROUPS = {"age": ("1", "2"), "gender": ("1", "2"), "race_3": ("yes", "no"), "race_7": ("yes", "no")}


def counts(variable: str, **levels: float) -> list[PopulationShare]:
    return [_row(variable, level.removeprefix("_"), count=value) for level, value in levels.items()]


def shares(variable: str, **levels: float) -> list[PopulationShare]:
    return [_row(variable, level.removeprefix("_"), share=value) for level, value in levels.items()]


def _row(variable: str, level: str, count: float | None = None, share: float | None = None) -> PopulationShare:
    return PopulationShare(
        community_id=1, variable=variable, level=level, count=count, share=share, source="s", year=2026
    )


def margins(rows: list[PopulationShare]) -> dict[str, tuple[float, ...]]:
    found = to_targets(rows, GROUPS)
    return {margin.columns[0]: margin.values for margin in found.margins} if found else {}


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (counts("gender", _1=48, female=52), "expected levels among 1, 2, found female"),
        (counts("sex", _1=48), "the survey does not ask it"),
        (counts("gender", _1=48) + shares("gender", _2=0.5), "expected counts or shares throughout, found both"),
        (counts("race", _3=48), "expected counts of everyone by another question as its whole, found none"),
        (counts("race", _3=48, two=5), "expected levels among 3, 7, found two"),
        (counts("gender", _1=0), "expected at least one level above 0, found none"),
    ],
)
def test_a_table_that_is_no_margin_is_named_with_a_reason(rows: list[PopulationShare], reason: str) -> None:
    good = [] if "everyone" in reason else counts("age", _1=600, _2=400)
    [unused] = find_unused(good + rows, GROUPS)
    assert str(unused) == f"{rows[0].variable} is not used for weighting: {reason}"
    assert set(margins(good + rows)) == ({"age"} if good else set())


def test_shares_beside_counts_stay_shares() -> None:
    rows = counts("race", _3=250) + shares("gender", _1=0.48, _2=0.52) + counts("age", _1=600, _2=400)
    assert margins(rows) == {"race_3": (0.25, 0.75), "gender": (0.48, 0.52), "age": (0.6, 0.4)}
    assert margins(shares("race", _3=0.3, _7=0.8) + counts("age", _1=600, _2=400)) == {
        "race_3": (0.3, 0.7),
        "race_7": (0.8, pytest.approx(0.2)),
        "age": (0.6, 0.4),
    }


def test_a_table_that_fits_leaves_nothing_to_say() -> None:
    assert find_unused(counts("age", _1=600, _2=400) + counts("race", _3=250), GROUPS) == ()


def test_table_of_single_groups_is_no_margin() -> None:
    alone = counts("race", _3=250)
    for row in alone:
        row.kind = "alone"
    good = counts("age", _1=600, _2=400)
    [unused] = find_unused(good + alone, GROUPS)
    assert "alone or in combination" in unused.reason
    for row in alone:
        row.kind = "combination"
    assert find_unused(good + alone, GROUPS) == ()


def test_universe_is_that_of_the_widest_table() -> None:
    rows = counts("age", _1=600, _2=400)
    assert universe_of(rows) == "unknown"
    for row in rows:
        row.universe = "adults"
    assert universe_of(rows) == "adults"
    rows[0].universe = "everyone"
    assert universe_of(rows) == "everyone"


def test_errors_of_shares_come_from_published_margins() -> None:
    rows = counts("age", _1=600, _2=400) + counts("race", _3=250)
    assert find_errors(rows, GROUPS) == {}
    for row in rows:
        row.moe90 = 32.9
    assert find_errors(rows, GROUPS) == {
        "age": {"1": pytest.approx(0.02), "2": pytest.approx(0.02)},
        "race_3": {"yes": pytest.approx(0.02)},
    }


def test_error_of_published_share_contains_its_division() -> None:
    """Two shares that sum to 1 have one error; two counts with independent errors give them this one."""
    rows = shares("age", _1=0.5, _2=0.5)
    for row in rows:
        row.moe90 = 0.0329
    of_count = find_errors(rows, GROUPS)["age"]["1"]
    # The first share is c1 / (c1 + c2), so its error is half the root of the sum of both squared errors.
    assert 0.5 * (2 * of_count**2) ** 0.5 == pytest.approx(0.02)
