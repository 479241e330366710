"""An interval as a value, the quantile that makes one, and the plain t interval."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError


class BadIntervalInput(AnalysisError):
    """A level, share, variance, df or count outside its range."""

    def __init__(self, name: str, expected: str, arrived: float) -> None:
        self.name, self.expected, self.arrived = name, expected, arrived
        super().__init__(f"expected {name} to be {expected}, but got {arrived:g}")


NOISE = 1e-7  # sums of squares keep about half the digits: a smaller share of an estimate is rounding


def is_noise(se: float, scale: float) -> bool:
    """Return whether a standard error is 0, or no more than the rounding of estimates of this size.

    Examples
    --------
    >>> is_noise(7e-7, 80.0), is_noise(0.01, 80.0)
    (True, False)
    """
    return se <= NOISE * abs(scale)


def without_noise(errors: NDArray[np.float64], scales: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (k,) standard errors, with 0 for those that are rounding beside figures of these sizes (k,).

    Examples
    --------
    >>> without_noise(np.array([7e-7, 0.01]), np.array([80.0, 80.0]))
    array([0.  , 0.01])
    """
    return np.asarray(np.where(errors <= NOISE * np.abs(scales), 0.0, errors))


@dataclass(frozen=True, slots=True)
class Interval:
    """Two bounds, the confidence level (0.95) and the name of the method.

    Both bounds are NaN where the data hold no information about the uncertainty; `is_known` is then false.
    """

    low: float
    high: float
    level: float
    method: str

    @property
    def is_known(self) -> bool:
        """Whether the bounds are numbers."""
        return not (math.isnan(self.low) or math.isnan(self.high))

    @property
    def width(self) -> float:
        """The distance between the bounds."""
        return self.high - self.low

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


def check_level(level: float) -> None:
    """Refuse a confidence level that is not between 0 and 1, such as 95."""
    if not 0 < level < 1:
        raise BadIntervalInput("the confidence level", "between 0 and 1, such as 0.95", level)


def critical_value(level: float, df: float = math.inf) -> float:
    """The two-sided t quantile; the normal one for infinite df, NaN for no df.

    Parameters
    ----------
    level
        Confidence level between 0 and 1.
    df
        Degrees of freedom; infinite = normal.

    Raises
    ------
    BadIntervalInput
        When the level is not between 0 and 1.

    Examples
    --------
    >>> round(critical_value(0.95), 4), round(critical_value(0.95, 10), 4), critical_value(0.95, 0)
    (1.96, 2.2281, nan)
    """
    from scipy.special import ndtri, stdtrit

    check_level(level)
    if not df > 0:
        return math.nan
    tail = (1 - level) / 2
    return -float(ndtri(tail) if math.isinf(df) else stdtrit(df, tail))


def t_interval(estimate: float, se: float, df: float = math.inf, level: float = 0.95) -> Interval:
    """Estimate plus and minus the t quantile times its standard error: ``est -+ t(df) se``.

    Parameters
    ----------
    estimate, se
        In the unit of the estimate.
    df
        Degrees of freedom of the standard error; on 0 df the bounds are NaN, never of width zero.
    level
        Confidence level.

    Examples
    --------
    >>> t_interval(50.0, 2.0, df=48).high.__round__(3)
    54.021
    """
    half = critical_value(level, df) * se
    return Interval(estimate - half, estimate + half, level, "normal" if math.isinf(df) else "t")
