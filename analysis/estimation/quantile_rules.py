"""Twelve definitions of a weighted sample quantile, those of R's `svyquantile`. Intervals are left to `quantiles`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError, UnknownChoice

Floats = NDArray[np.float64]


class BadProbability(AnalysisError):
    """A quantile was asked for outside 0..1."""

    def __init__(self, arrived: object) -> None:
        self.arrived = arrived
        super().__init__(f"expected the probability of a quantile between 0 and 1, such as 0.5, but got {arrived}")


@dataclass(frozen=True, eq=False, slots=True)
class Steps:
    """The weighted distribution of a sample: what every rule starts from.

    Parameters
    ----------
    x
        (n,) values in ascending order, n >= 1.
    w
        (n,) their weights, all positive.
    upto
        (n,) running sum of the weights, each correctly rounded: a quantile that lies exactly at one of them is decided
        by the last digit, and a sum of rounded sums would lose it.
    """

    x: Floats
    w: Floats
    upto: Floats

    @classmethod
    def of(cls, x: Floats, w: Floats) -> "Steps":
        """Sort values and weights; rows without weight leave.

        Examples
        --------
        >>> Steps.of(np.array([2.0, 1.0, 9.0]), np.array([3.0, 1.0, 0.0])).upto
        array([1., 4.])
        """
        held = w > 0
        order = np.argsort(x[held], kind="stable")
        return cls.of_sorted(x[held][order], w[held][order])

    @classmethod
    def of_sorted(cls, x: Floats, w: Floats) -> "Steps":
        """The same for values that are in ascending order and positive weights."""
        return cls(x, w, np.cumsum(w.astype(np.longdouble)).astype(np.float64))

    @property
    def n(self) -> int:
        """Number of values."""
        return len(self.x)

    @property
    def total(self) -> float:
        """Sum of the weights."""
        return float(self.upto[-1])

    def position(self, p: float) -> tuple[int, bool]:
        """How many positions lie at or below `p`, and whether the last of them lies exactly there."""
        below = int(np.searchsorted(self.upto, p * self.total, side="right"))
        return below, below > 0 and p == self.upto[below - 1] / self.total

    def merged(self) -> "Steps":
        """Equal values as one value."""
        values, places = np.unique(self.x, return_inverse=True)
        return Steps.of_sorted(values, np.bincount(places, weights=self.w).astype(np.float64))


Rule = Callable[[Steps, float], float]


def weighted_quantile(x: Floats, w: Floats, p: float, rule: str = "math") -> float:
    """The p-quantile of values `x` (n,) with weights `w` (n,); NaN when no row has weight.

    ===============  ==================================================================================
    math, hf1        smallest value with at least p of the weight at or below it
    school, hf2      the same, but the mean of two values where p is reached exactly between them
    hf3              of two such values the one at an even position
    hf4              linear between positions F_k = W_k / W
    hf5              F_k = (W_k - w_k / 2) / W
    hf6              F_k = W_k / (W + w_n)
    hf7              F_k = W_{k-1} / W_{n-1}
    hf8              F_k = (W_{k-1} / 3 + 2 W_k / 3) / (W + w_n / 3)
    hf9              F_k = (3 W_{k-1} / 8 + 5 W_k / 8) / (W + w_n / 4)
    shahvaish        step function at (S_k + 1/2 - w_k / 2) / (n + 1), S_k of weights with mean 1
    ===============  ==================================================================================

    W_k is the running sum of the weights. Below the first position each rule gives the smallest value.

    Raises
    ------
    UnknownChoice, BadProbability

    References
    ----------
    Hyndman and Fan (1996), The American Statistician 50; Shah and Vaish (2006); Lumley, qrule vignette of R survey.

    Examples
    --------
    >>> x, w = np.array([1.0, 2.0, 3.0, 4.0]), np.ones(4)
    >>> [weighted_quantile(x, w, 0.5, rule) for rule in ("math", "school", "hf7")]
    [2.0, 2.5, 2.5]
    """
    steps = Steps.of(x, w) if (w > 0).any() else None
    return quantile_of(steps, p, rule)


def quantile_of(steps: Steps | None, p: float, rule: str) -> float:
    """The same for a distribution that is ready; NaN where there is none or `p` is NaN or outside 0..1."""
    if rule not in RULES:
        raise UnknownChoice("the quantile rule", RULES, rule)
    if steps is None or not 0 <= p <= 1:
        return float("nan")
    return float(steps.x[0]) if steps.n == 1 else float(RULES[rule](steps, p))


def checked_probability(p: object) -> float:
    """The probability as a number; refuses what is not between 0 and 1.

    Examples
    --------
    >>> checked_probability("0.5")
    0.5
    """
    try:
        number = float(p)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise BadProbability(repr(p)) from None
    if not 0 <= number <= 1:
        raise BadProbability(f"{number:g}")
    return number


def _at(steps: Steps, k: int) -> float:
    return float(steps.x[min(max(k, 0), steps.n - 1)])


def _math(steps: Steps, p: float) -> float:
    below, exact = steps.position(p)
    return _at(steps, below - 1 if exact else below)


def _school(steps: Steps, p: float) -> float:
    below, exact = steps.position(p)
    return (_at(steps, below - 1) + _at(steps, below)) / 2 if exact else _at(steps, below)


def _even(steps: Steps, p: float) -> float:
    merged = steps.merged()
    below, exact = merged.position(p)
    return _at(merged, below - 1 if exact and below % 2 == 0 else below)


def _shah_vaish(steps: Steps, p: float) -> float:
    """As in R the half weight is not scaled, so that places may fall; they are put in order with their values."""
    places = (steps.upto / steps.total * steps.n + 0.5 - steps.w / 2) / (steps.n + 1)
    order = np.argsort(places, kind="stable")
    before = int(np.searchsorted(places[order], p, side="right")) - 1
    return float(steps.x[order[max(before, 0)]])


def _linear(share_before: float, last: float) -> Rule:
    """Linear between F_k = (a W_{k-1} + (1 - a) W_k) / (W + b w_n)."""

    def rule(steps: Steps, p: float) -> float:
        before = np.append(0.0, steps.upto[:-1])
        places = share_before * before + (1 - share_before) * steps.upto
        places /= steps.total + last * steps.w[-1]
        return float(np.interp(p, places, steps.x))

    return rule


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "math": _math,
        "school": _school,
        "shahvaish": _shah_vaish,
        "hf1": _math,
        "hf2": _school,
        "hf3": _even,
        "hf4": _linear(0.0, 0.0),
        "hf5": _linear(1 / 2, 0.0),
        "hf6": _linear(0.0, 1.0),
        "hf7": _linear(1.0, -1.0),
        "hf8": _linear(1 / 3, 1 / 3),
        "hf9": _linear(3 / 8, 1 / 4),
    }
)
