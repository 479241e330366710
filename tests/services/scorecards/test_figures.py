"""Figures through time: real changes, noise, and changes of the definition."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.scorecards.figures import FigurePart, FigurePoint, Move, Series, effective_number, moved

COUNTED = FigurePoint("2025", 2026.0, 50.0, "counted", low=48.0, high=52.0)
DRAWN = FigurePoint("w1", 2026.0, 50.0, "drawn", low=46.0, high=54.0, se=2.0)
STATED = FigurePoint("2025", 2026.0, 50.0, "reported")


@pytest.mark.parametrize(
    ("before", "now", "move"),
    [
        (COUNTED, replace(COUNTED, value=53.0, low=51.0, high=55.0), "no clear change"),
        (COUNTED, replace(COUNTED, value=56.0, low=54.0, high=58.0), "higher"),
        (COUNTED, replace(COUNTED, value=45.0, low=43.0, high=47.0), "lower"),
        (DRAWN, replace(DRAWN, value=55.0), "no clear change"),
        (DRAWN, replace(DRAWN, value=56.0), "higher"),
        (STATED, replace(STATED, value=50.1), "higher"),
        (STATED, STATED, "no clear change"),
        (STATED, replace(STATED, value=None), "not comparable"),
        (replace(COUNTED, flags=("at_most",)), replace(COUNTED, value=90.0), "not comparable"),
    ],
)
def test_change_is_shown_beyond_rounding_and_sampling_only(before: FigurePoint, now: FigurePoint, move: Move) -> None:
    assert moved(before, now) == move


def test_points_with_other_definitions_stand_in_no_trend() -> None:
    later = replace(COUNTED, period="2026", time=2027.0)
    for change in ({"version": "2"}, {"new_trend": True}, {"basis": "reported"}):
        series = Series("1.1", "police", (COUNTED, replace(later, **change)))  # type: ignore[arg-type]
        assert (series.move, len(series.trend)) == ("new definition", 1)
    assert Series("1.1", "police", (COUNTED,)).move == "first"


@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=8))
def test_effective_number_of_sources_is_at_most_their_number(amounts: list[float]) -> None:
    number = effective_number([FigurePart("source", f"{k}", None, numerator=x) for k, x in enumerate(amounts)])
    assert number is not None
    assert 1 - 1e-9 <= number <= len(amounts) + 1e-9
