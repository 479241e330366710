"""Plotting: a point and an interval for each figure, or a refusal without matplotlib."""

import sys
from typing import Any

import pytest

from analysis import Design, mean, pairwise_gaps
from analysis.plotting import NoMatplotlib, NothingToPlot, plot_intervals
from analysis.results import Estimates


def estimates(by: Any = ("g", "s")) -> Estimates:
    columns = {"y": [1.0, 2.0, 4.0, 7.0] * 6, "g": ["a", "b", "c"] * 8, "s": ["f"] * 12 + ["m"] * 12}
    return mean(Design.of(columns), "y", by=by)


@pytest.fixture
def pyplot() -> Any:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot

    yield pyplot
    pyplot.close("all")


def test_a_plot_draws_each_estimate_with_its_interval(pyplot: Any) -> None:
    found = estimates()
    axes = found.plot()
    points = sorted(x for line in axes.get_lines() for x in line.get_xdata())
    assert points == pytest.approx(sorted(found.values))
    ends = sorted(x for lines in axes.collections for part in lines.get_segments() for x in part[:, 0])
    assert ends == pytest.approx(sorted(x for row in found for x in (row.interval.low, row.interval.high)))
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a", "b", "c"]
    assert axes.get_ylim() == pytest.approx((2.7, -0.7))  # the first number stays below the title
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["f", "m"]


def test_series_differ_in_color_and_marker(pyplot: Any) -> None:
    lines = estimates().plot().get_lines()
    assert len({line.get_color() for line in lines}) == 2
    assert len({line.get_marker() for line in lines}) == 2


def test_a_plot_uses_the_axes_that_it_is_given(pyplot: Any) -> None:
    _, axes = pyplot.subplots()
    assert estimates("g").plot(axes) is axes


def test_plot_of_gaps_draws_a_line_at_zero(pyplot: Any) -> None:
    axes = pairwise_gaps(estimates("g")).plot()
    assert axes.get_xlabel() == "difference"
    assert any(list(line.get_xdata()) == [0, 0] for line in axes.get_lines())


def test_a_plot_without_matplotlib_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("matplotlib", "matplotlib.pyplot"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(NoMatplotlib, match=r"commontrust\[plot\]"):
        estimates().plot()


def test_results_without_intervals_are_refused() -> None:
    with pytest.raises(NothingToPlot):
        plot_intervals([{"item": "a", "alpha": 0.7}], ["item"], "estimate", "alpha")
