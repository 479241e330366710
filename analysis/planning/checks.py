"""Refuse figures of a plan that are out of range."""

import math

from analysis.errors import AnalysisError


class BadFigure(AnalysisError):
    """A figure of a plan that is out of range."""

    def __init__(self, name: str, expected: str, arrived: object) -> None:
        self.name, self.arrived = name, arrived
        super().__init__(f"expected {expected} as {name}, but got {arrived!r}")


def check_share(name: str, value: float) -> None:
    """Refuse a share that is not between 0 and 1."""
    if not 0 < value < 1:
        raise BadFigure(name, "a share above 0 and below 1", value)


def check_rate(name: str, value: float) -> None:
    """Refuse a rate that is not above 0 and up to 1."""
    if not 0 < value <= 1:
        raise BadFigure(name, "a rate above 0 and up to 1", value)


def check_positive(**figures: float) -> None:
    """Refuse figures that are not finite and above 0."""
    for name, value in figures.items():
        if not (math.isfinite(value) and value > 0):
            raise BadFigure(name, "a finite number above 0", value)


def check_tails(tails: int) -> None:
    """Refuse a number of tails other than 1 or 2."""
    if tails not in (1, 2):
        raise BadFigure("tails", "1 or 2", tails)


def whole(value: float) -> int:
    """Round a number of people up, unless it exceeds a whole number by rounding only.

    Examples
    --------
    >>> whole(3.0000000001), whole(3.1)
    (3, 4)
    """
    return math.ceil(value - 1e-9)
