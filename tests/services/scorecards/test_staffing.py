"""Staff beside residents: every group and variable from shown counts alone, with the unknown part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from sqlalchemy import Engine

from app.services.communities.population import Level, store_population
from app.services.communities.workforce import StaffLevel, store_workforce
from app.services.scorecards.definitions import load_definitions
from app.services.scorecards.figures import StaffLine, read_figures
from app.services.scorecards.staff_counts import StaffCountsDiffer
from tests.services.making import ACT
from tests.services.scorecards.scored import WHERE, make_register, publish

SOURCE = "Annual report"
CITY = {"black": 0.30, "white": 0.60, "asian": 0.10}


def staff_of(
    levels: Mapping[str, int], part: str = "", variable: str = "race", agency: str = "police"
) -> list[StaffLevel]:
    return [StaffLevel(agency, variable, level, count, SOURCE, 2025, part) for level, count in levels.items()]


def compare(
    engine: Engine, staff: Sequence[StaffLevel], city: Mapping[str, float], moe: float = 0.0
) -> list[StaffLine]:
    make_register(engine)
    levels = [Level("race", level, None, share, moe, "ACS", 2025) for level, share in city.items()]
    store_population(engine, WHERE, levels, ACT)
    store_workforce(engine, WHERE, list(staff), ACT)
    return list(read_figures(publish(engine).card, load_definitions()).staff)


def test_staffing_figures_follow_from_the_shown_counts(engine: Engine) -> None:
    [line] = compare(engine, staff_of({"black": 20, "white": 160, "asian": 20}), CITY, moe=0.0329)
    found = line.staffing.found
    assert found is not None
    black = next(gap for gap in found.gaps if gap.group == "black")
    assert (black.staff, black.residents, round(black.gap.value, 9)) == (10, 30, -20)
    assert black.headcount is not None
    assert round(black.headcount.value) == 40
    assert black.parity.ratio is not None
    assert round(black.parity.ratio.value, 4) == 0.3333
    assert (round(found.overlap.value, 6), round(found.dissimilarity.value, 6)) == (80, 0.2)
    # The census' standard error of two points, and rounding to five of two hundred.
    assert round(black.gap.se, 3) == round((2.0**2 + (100 * 5 / 12**0.5 / 200) ** 2) ** 0.5, 3)


def test_small_groups_are_combined_and_unknown_is_in_no_share(engine: Engine) -> None:
    [line] = compare(engine, staff_of({"black": 4, "white": 160, "asian": 36, "unknown": 25}), CITY)
    shown, found = line.staffing.shown, line.staffing.found
    assert (shown.n, shown.known, shown.unknown, shown.hidden) == (225, 200, 25, ("black",))
    assert found is not None
    assert [(gap.group, gap.staff, gap.residents) for gap in found.gaps] == [
        ("asian", 17.5, 10),
        ("white", 80, 60),
        ("other groups together", 2.5, 30),
    ]


def test_parts_of_the_staff_are_compared_too(engine: Engine) -> None:
    staff = [
        *staff_of({"black": 30, "white": 150, "asian": 20}),
        *staff_of({"black": 14, "white": 34, "asian": 12}, "role=supervisor"),
        *staff_of({"black": 16, "white": 116, "asian": 8}, "role=frontline"),
        *staff_of({"black": 12, "white": 20, "asian": 3}, "new hires"),
        *staff_of({"black": 11, "white": 12, "asian": 1}, "leavers"),
    ]
    lines = {line.staffing.part: line.staffing for line in compare(engine, staff, CITY)}
    assert set(lines) == {"", "role=supervisor", "role=frontline", "new hires", "leavers"}
    assert lines["leavers"].reason == "too few"
    assert lines["role=supervisor"].found is not None
    # Twelve of twenty are supervisors: the eight others would follow.
    assert "asian" in lines["role=frontline"].shown.hidden
    assert "asian" in (*lines["role=supervisor"].shown.hidden, *lines[""].shown.hidden)


def test_small_agencies_are_not_compared(engine: Engine) -> None:
    [line] = compare(engine, staff_of({"black": 12, "white": 13}), CITY)
    assert (line.staffing.reason, line.staffing.found, line.staffing.overlap) == ("too few", None, None)


def test_overlapping_groups_have_an_overlap_and_nothing_else(engine: Engine) -> None:
    city = {"white": 0.80, "black": 0.20, "hispanic": 0.10}
    [line] = compare(engine, staff_of({"white": 150, "black": 30, "hispanic": 20}), city)
    assert line.staffing.found is None
    assert line.staffing.overlap is not None
    assert round(line.staffing.overlap.value, 6) == 75 + 15 + 10


def test_staff_in_other_groups_than_residents_are_not_compared(engine: Engine) -> None:
    [line] = compare(engine, staff_of({"green": 50, "white": 150}), CITY)
    assert line.staffing.reason == "other groups"


def test_staff_totals_that_differ_by_variable_are_refused(engine: Engine) -> None:
    staff = [*staff_of({"black": 20, "white": 160}), *staff_of({"woman": 60, "man": 119}, variable="gender")]
    with pytest.raises(
        StaffCountsDiffer,
        match=r"Expected the same number of staff of police in 2025 by each variable, got .* 180 by race",
    ):
        compare(engine, staff, CITY)


def test_unknown_groups_are_counted_within_each_part(engine: Engine) -> None:
    # 34 sergeants, 28 of them White; the 180 people of all staff with a known group are another base.
    staff = [
        *staff_of({"white": 140, "black": 40, "unknown": 20}),
        *staff_of({"white": 28, "black": 6}, "rank=sergeant"),
        *staff_of({"white": 112, "black": 34, "unknown": 20}, "rank=officer"),
        *staff_of({"white": 30, "black": 12, "unknown": 15}, "new hires"),
    ]
    lines = {line.staffing.part: line.staffing for line in compare(engine, staff, {"white": 0.45, "black": 0.55})}
    assert {part: each.shown.known for part, each in lines.items()} == {
        "": 180, "rank=officer": 145, "rank=sergeant": 35, "new hires": 40,
    }  # fmt: skip
    shares = {
        part: {gap.group: round(gap.staff) for gap in each.found.gaps}.get("white")
        for part, each in lines.items()
        if each.found is not None
    }
    assert shares == {"": 78, "rank=officer": 76, "rank=sergeant": 86, "new hires": 75}
