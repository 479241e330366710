"""Drawings stay inside their width, keep their order, and are mirrored where people read from the right."""

from hypothesis import given
from hypothesis import strategies as st

from app.web.reports.chart_geometry import Axis, even_axis
from app.web.reports.published_document import Cell
from app.web.reports.row_writer import drawn_parts

VALUES = st.floats(-1000, 1000)


@given(VALUES, VALUES, VALUES)
def test_a_dot_and_its_interval_stay_inside_and_mirror(value: float, low: float, high: float) -> None:
    plain, turned = (Axis(-100, 100, each).dot(value, (min(low, high), max(low, high))) for each in (False, True))
    for mark, mirrored in zip(plain, turned, strict=True):
        assert 0 <= mark.start <= mark.end <= 100
        assert abs(mirrored.start - (100 - mark.end)) < 0.011
        assert mark.kind == mirrored.kind


@given(st.lists(VALUES, max_size=9))
def test_even_axis_has_zero_in_its_middle_and_holds_its_values(values: list[float]) -> None:
    axis = even_axis(values, False)
    assert axis.place(0) == 50
    assert all(abs(value) <= axis.high or axis.high == 100 for value in values)


def test_a_stack_reads_in_the_direction_of_the_language() -> None:
    parts = [(20.0, "t1"), (50.0, "t3"), (30.0, "t5")]
    assert [(m.start, m.end, m.tone) for m in Axis(0, 100).stack(parts)] == [
        (0, 20, "t1"),
        (20, 70, "t3"),
        (70, 100, "t5"),
    ]
    assert [(m.start, m.end) for m in Axis(0, 100, turned=True).stack(parts)] == [(80, 100), (30, 80), (0, 30)]


def test_hidden_parts_share_the_rest_of_a_stack() -> None:
    parts = [
        (Cell(shown=True, value=5.0, flags=("at_most",)), "t1"),
        (Cell(shown=True, value=60.0, low=55.0, high=65.0), "t2"),
        (Cell(shown=True, value=34.0, low=30.0, high=38.0), "t3"),
        (Cell(shown=False, reason="protects_another"), "t4"),
    ]
    assert drawn_parts(parts) == [(3.0, "open"), (60.0, "t2"), (34.0, "t3"), (3.0, "open")]


def test_shares_that_add_up_to_more_than_a_hundred_leave_no_rest() -> None:
    parts = [(Cell(shown=True, value=51.0), "t1"), (Cell(shown=True, value=50.0), "t5"), (Cell(shown=False), "t6")]
    assert drawn_parts(parts)[-1] == (0.0, "open")
