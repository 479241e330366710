"""Measure the effects of weighting: the cost of unequal weights, distances to the population, evenness of response."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.estimation import Kish, kish
from analysis.weighting.margins import BoundMargin, bind_margin, sums_by
from analysis.weighting.targets import PopulationTargets

Floats = NDArray[np.float64]
WITH_FRAME = "R-indicator"
WITHOUT_FRAME = "pseudo-R"
MIDDLE = 0.5  # mean propensity at which the pseudo-R can take every value from 0 to 1


@dataclass(frozen=True, slots=True)
class ShareGap:
    """Hold a level's share in the population and in the sample, before and after weighting.

    Parameters
    ----------
    margin, level
        The margin and its level.
    target, before, after
        Shares of 1.
    """

    margin: str
    level: str
    target: float
    before: float
    after: float

    @property
    def gap_before(self) -> float:
        """Share before weighting minus target."""
        return self.before - self.target

    @property
    def gap_after(self) -> float:
        """Share after weighting minus target."""
        return self.after - self.target


@dataclass(frozen=True, slots=True)
class Evenness:
    """Hold the evenness of response: 1 when everyone was equally likely to answer, less with more variation.

    Parameters
    ----------
    label
        ``R-indicator`` when everyone drawn is known, ``pseudo-R`` when propensities come from the weights.
    value
        1 - 2 S, S the standard deviation of the response propensities.
    spread
        S itself.
    """

    label: str
    value: float
    spread: float


def weight_costs(design: Design) -> Kish:
    """Kish's effective sample size and design effect of the present weights, over the rows that have one.

    Examples
    --------
    >>> weight_costs(Design.of({"w": [1, 1, 2]}, weights="w")).n_effective.__round__(3)
    2.667
    """
    return kish(design.weights)


def share_gaps(design: Design, targets: PopulationTargets) -> tuple[ShareGap, ...]:
    """Each level's share in the population and, before and after weighting, in the sample.

    Raises
    ------
    UnknownColumn, MissingMarginValue, LevelWithoutTarget

    Examples
    --------
    >>> design = Design.of({"sex": ["F", "F", "F", "M"]})
    >>> gap = share_gaps(design, PopulationTargets.of_shares({"sex": {"F": 50, "M": 50}}))[0]
    >>> gap.level, gap.gap_before
    ('F', 0.25)
    """
    population = targets.population(float(design.weights.sum()))
    return tuple(gap for margin in targets.margins for gap in _gaps(design, bind_margin(design, margin, population)))


def _gaps(design: Design, bound: BoundMargin) -> list[ShareGap]:
    """The gaps of one margin; rows that weighting left without a weight count neither before nor after."""
    held = np.where(design.weights != 0, design.base_weights, 0.0)
    before, after = (_shares(sums_by(bound.codes, weights, len(bound.levels))) for weights in (held, design.weights))
    columns = zip(bound.levels, _shares(bound.totals), before, after, strict=True)
    return [ShareGap(bound.name, *figures) for figures in columns]


def r_indicator(propensities: Floats, weights: Floats) -> Evenness:
    r"""R-indicator :math:`1 - 2 S(\hat\rho)` from the propensities of everyone drawn and their base weights.

    References
    ----------
    Schouten, Cobben and Bethlehem (2009), Survey Methodology 35, 101-113.

    Examples
    --------
    >>> r_indicator(np.array([0.4, 0.6]), np.array([1.0, 1.0])).value
    0.8
    """
    spread = _spread(propensities, weights)
    return Evenness(WITH_FRAME, 1 - 2 * spread, spread)


def pseudo_r(design: Design) -> Evenness:
    """The same without a frame: propensities are the inverse of what weighting did to each weight.

    Only their ratios are known, so they are scaled to a mean of one half; the value is not comparable with an
    R-indicator, only with other pseudo-R values, and is never below 0.

    Examples
    --------
    >>> from analysis.weighting.rake import rake
    >>> design = Design.of({"sex": ["F", "F", "F", "M"]})
    >>> even = pseudo_r(rake(design, PopulationTargets.of_shares({"sex": {"F": 50, "M": 50}})))
    >>> even.label, even.value
    ('pseudo-R', 0.5)
    """
    held = (design.weights > 0) & (design.base_weights > 0)
    weights = design.weights[held]
    chances = design.base_weights[held] / weights
    spread = _spread(MIDDLE * chances / np.average(chances, weights=weights), weights)
    return Evenness(WITHOUT_FRAME, max(1 - 2 * spread, 0.0), spread)


def _spread(values: Floats, weights: Floats) -> float:
    mean = np.average(values, weights=weights)
    return float(np.sqrt(np.average((values - mean) ** 2, weights=weights)))


def _shares(sums: Floats) -> list[float]:
    return [float(x) for x in sums / sums.sum()]
