"""Plot estimates or gaps with their intervals, on matplotlib axes.

A plain installation does not include matplotlib. Install it with ``pip install 'commontrust[plot]'``.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from analysis.errors import AnalysisError

Row = Mapping[str, Any]

# Okabe and Ito (2008): eight colors that people with any color vision can distinguish; markers differ too.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#F0E442")
MARKERS = "osD^vPX*"
MARGIN = 0.7  # lines above the first and below the last row, where its number stands
GAP_OF_SERIES = 0.7  # the part of a line that its series share


class NoMatplotlib(AnalysisError):
    """Report that the optional library is not installed."""

    def __init__(self) -> None:
        super().__init__("expected matplotlib to be installed, but it is not; install commontrust[plot]")


class NothingToPlot(AnalysisError):
    """Refuse results that hold no figure with an interval."""

    def __init__(self) -> None:
        super().__init__("expected results with an estimate and its interval, but found none to draw")


def plot_intervals(rows: Sequence[Row], labels: Sequence[str], figure: str, title: str, axes: Any = None) -> Any:
    """Draw a point and an interval for each row, the first row on top.

    Parameters
    ----------
    rows
        Flat records with `figure`, ``low`` and ``high``.
    labels
        The columns that name a row. If several differ between rows, the last of them defines the series.
    figure
        The column of the point.
    title
        Title of the axes.
    axes
        matplotlib axes to draw on; new ones by default.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    NoMatplotlib, NothingToPlot
    """
    if not rows or not {figure, "low", "high"} <= rows[0].keys():
        raise NothingToPlot()
    axes = _new_axes(len(rows)) if axes is None else axes
    differing = [name for name in labels if len({str(row[name]) for row in rows}) > 1]
    by = differing[-1] if len(differing) > 1 else None
    names = list(dict.fromkeys(_name(row, differing, by) for row in rows))
    series = list(dict.fromkeys(row[by] for row in rows)) if by else [None]
    for number, level in enumerate(series):
        own = [row for row in rows if by is None or row[by] == level]
        shift = GAP_OF_SERIES * ((number + 0.5) / len(series) - 0.5)
        _draw(axes, own, [names.index(_name(row, differing, by)) + shift for row in own], figure, number, level)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(-MARGIN, len(names) - 1 + MARGIN)
    axes.set_ylabel(", ".join(name for name in differing if name != by))
    _finish(axes, figure, title, by)
    return axes


def _new_axes(rows: int) -> Any:
    try:
        pyplot: Any = import_module("matplotlib.pyplot")
    except ImportError:
        raise NoMatplotlib() from None
    _, axes = pyplot.subplots(figsize=(7, 1.2 + 0.3 * rows), layout="constrained")
    return axes


def _name(row: Row, differing: Sequence[str], by: str | None) -> str:
    return ", ".join(str(row[name]) for name in differing if name != by)


def _draw(axes: Any, rows: Sequence[Row], places: Sequence[float], figure: str, number: int, level: Any) -> None:
    color, marker = COLORS[number % len(COLORS)], MARKERS[number % len(MARKERS)]
    axes.hlines(places, [row["low"] for row in rows], [row["high"] for row in rows], color=color)
    label = None if level is None else str(level)
    axes.plot([row[figure] for row in rows], places, marker, color=color, label=label)
    for row, place in zip(rows, places, strict=True):
        axes.annotate(f"{row[figure]:.4g}", (row[figure], place), (0, 4), textcoords="offset points", fontsize="small")


def _finish(axes: Any, figure: str, title: str, by: str | None) -> None:
    axes.invert_yaxis()
    axes.set_xlabel(figure)
    axes.set_title(title, loc="left", fontsize="medium")
    if figure != "estimate":
        axes.axvline(0, color="gray", linestyle=":")
    if by:
        axes.legend(title=by, loc="upper left", bbox_to_anchor=(1, 1))
