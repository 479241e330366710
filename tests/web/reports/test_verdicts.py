"""Nothing is called higher or lower unless its interval leaves out zero."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.reports.published_document import Cell
from app.web.reports.verdicts import read_difference

NUMBERS = st.floats(-100, 100).map(lambda x: round(x, 1))


@st.composite
def cells(draw: st.DrawFn) -> Cell:
    low, value, high = sorted(draw(st.tuples(NUMBERS, NUMBERS, NUMBERS)))
    return Cell(shown=True, value=value, low=low, high=high)


@given(cells())
def test_direction_is_shown_when_the_interval_excludes_zero(cell: Cell) -> None:
    low, high = cell.interval or (0.0, 0.0)
    assert (read_difference(cell) == "unclear") == (low <= 0 <= high)
    assert (read_difference(cell) == "higher") == (low > 0)


@pytest.mark.parametrize(("low", "high"), [(0.0, 3.0), (-3.0, 0.0)])
def test_an_interval_that_ends_at_zero_is_not_clear(low: float, high: float) -> None:
    assert read_difference(Cell(shown=True, value=1.0, low=low, high=high)) == "unclear"


def test_figure_without_an_interval_has_no_direction() -> None:
    bound = Cell(shown=True, value=5.0, flags=("at_most",))
    assert read_difference(bound) == "unclear"


def test_a_withheld_figure_says_nothing_at_all() -> None:
    hidden = Cell(shown=False, reason="too_few")
    assert read_difference(hidden) is None


def test_frozen_verdict_outweighs_an_interval_without_zero() -> None:
    assert read_difference(Cell(shown=True, value=2.0, low=0.5, high=3.5, verdict="unclear")) == "unclear"
    assert read_difference(Cell(shown=True, value=2.0, low=0.5, high=3.5, verdict=None)) is None


def test_frozen_verdict_never_says_more_than_its_interval() -> None:
    assert read_difference(Cell(shown=True, value=2.0, low=-0.5, high=4.5, verdict="higher")) == "unclear"
    assert read_difference(Cell(shown=True, value=2.0, low=0.5, high=3.5, verdict="higher")) == "higher"
