"""Compute charts as geometry: lines, dots and bars at places in percent of the width. A chart draws no letter.

Where people read from right to left the axis runs that way too: this module alone mirrors every place.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LIMITS = (1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 50.0, 100.0)


@dataclass(frozen=True, slots=True)
class ChartMark:
    """A line, dot, ring, bar or rule, from `start` to `end` in percent of the width."""

    kind: str
    start: float
    end: float
    tone: str = ""

    @property
    def width(self) -> float:
        """Return how wide it is, in percent."""
        return round(self.end - self.start, 2)


@dataclass(frozen=True, slots=True)
class Axis:
    """A scale from `low` to `high`; `turned` where it runs from right to left."""

    low: float
    high: float
    turned: bool = False

    def place(self, value: float) -> float:
        """Return where a value lies, in percent of the width."""
        share = min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)
        return round(100 * (1 - share if self.turned else share), 2)

    @property
    def ticks(self) -> tuple[float, float, float]:
        """Both ends and the middle."""
        return self.low, (self.low + self.high) / 2, self.high

    def span(self, kind: str, start: float, end: float, tone: str = "") -> ChartMark:
        """A mark from one value to another."""
        first, last = sorted((self.place(start), self.place(end)))
        return ChartMark(kind, first, last, tone)

    def dot(self, value: float, interval: tuple[float, float] | None, kind: str = "dot") -> tuple[ChartMark, ...]:
        """A dot with its interval."""
        place = self.place(value)
        line = () if interval is None else (self.span("line", *interval),)
        return (*line, ChartMark(kind, place, place))

    def rule(self, value: float) -> ChartMark:
        """A line across, to compare with."""
        return ChartMark("rule", self.place(value), self.place(value))

    def stack(self, parts: Sequence[tuple[float, str]]) -> tuple[ChartMark, ...]:
        """Parts of a whole, one after the other."""
        marks, reached = [], self.low
        for value, tone in parts:
            if value > 0:
                marks.append(self.span("bar", reached, reached + value, tone))
            reached += value
        return tuple(marks)


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """A dot of a curve, in percent of width and height, with its interval; `joined` to the one before it or not."""

    x: float
    y: float
    low: float
    high: float
    joined: bool

    def joins(self, before: ChartPoint) -> tuple[float, float, float, float]:
        """The line from the dot before."""
        return before.x, before.y, self.x, self.y


@dataclass(frozen=True, slots=True)
class Height:
    """A scale that runs upwards."""

    low: float
    high: float

    def height(self, value: float) -> float:
        """Return how far below the top a value lies, in percent."""
        share = min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)
        return round(100 * (1 - share), 2)


def fitting_axis(values: Iterable[float]) -> Height:
    """A scale of points in whole tens around the values, at least twenty points high.

    >>> fitting_axis([51.2, 58.0]), fitting_axis([])
    (Height(low=45.0, high=65.0), Height(low=0.0, high=100.0))
    """
    found = list(values)
    if not found:
        return Height(0.0, 100.0)
    low, high = 5.0 * math.floor(min(found) / 5), 5.0 * math.ceil(max(found) / 5)
    missing = max(20.0 - (high - low), 0.0)
    low = min(max(low - 5.0 * math.ceil(missing / 10), 0.0), 80.0)
    return Height(low, min(max(high, low + 20.0), 100.0))


def even_axis(values: Iterable[float], turned: bool) -> Axis:
    """An axis with zero in its middle, just wide enough for the values.

    >>> even_axis([-3.2, 7.9], False)
    Axis(low=-10.0, high=10.0, turned=False)
    """
    widest = max((abs(value) for value in values), default=1.0)
    limit = next((each for each in LIMITS if each >= widest), LIMITS[-1])
    return Axis(-limit, limit, turned)
