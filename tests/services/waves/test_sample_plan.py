"""The planner turns wanted precision into letters, and refuses what a list cannot give."""

from __future__ import annotations

import pytest

from app.services.waves.sample_plan import SampleRefused, WantedSample, work_out

PARTS = "North Hill, 9800, 30\nOld Town, 6300, 24"


def test_letters_give_the_wanted_precision_when_as_many_answer() -> None:
    found = work_out(WantedSample(PARTS, "2.5"), 3, 20)
    planned, fewer, half = found.scenarios
    assert planned.city is not None
    assert planned.city <= 2.55
    assert fewer.city is not None
    assert planned.city < fewer.city
    assert half.answers * 2 == pytest.approx(planned.answers, abs=2)
    assert all(part.letters >= part.answers / (part.rate / 100) for part in found.parts)


def test_precision_in_each_part_raises_the_smaller_part() -> None:
    city, parts = (work_out(WantedSample(PARTS, "3", part=part), 1, 20).parts[1] for part in ("", "2.5"))
    assert parts.answers > city.answers


def test_a_small_group_raises_the_total() -> None:
    found = work_out(WantedSample(PARTS, "5", group="4"), 1, 20)
    assert found.answers >= 50 / 0.04
    assert found.scenarios[0].group == pytest.approx(50, abs=1)


def test_no_margin_is_promised_for_fewer_than_fifty_answers() -> None:
    found = work_out(WantedSample("North, 300, 50", "10"), 1, 20)
    assert found.answers < 50
    assert {each.city for each in found.scenarios} == {None}


def test_each_part_gets_the_fewest_letters_that_protect_people() -> None:
    assert {part.letters for part in work_out(WantedSample("A, 100, 50\nB, 9000, 90", "8"), 1, 20).parts} >= {20}


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (WantedSample("North, many, 30", "2"), "parts"),
        (WantedSample("North, 100, 0", "2"), "parts"),
        (WantedSample("North, 100, 30\nNorth, 100, 30", "2"), "parts"),
        (WantedSample("", "2"), "parts"),
        (WantedSample(PARTS, ""), "city"),
        (WantedSample(PARTS, "wide"), "city"),
        (WantedSample("North, 100, 30", "0.3"), "parts"),
        (WantedSample("North, 100, 30", "5"), "parts"),
        (WantedSample(PARTS, "3", group="900"), "group"),
    ],
)
def test_bad_input_is_refused_at_its_field(wanted: WantedSample, field: str) -> None:
    with pytest.raises(SampleRefused) as refused:
        work_out(wanted, 1, 20)
    assert refused.value.field == field
