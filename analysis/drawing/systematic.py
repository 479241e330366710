"""Systematic selection from a list in a known order, from a known start.

With running sums C of the expected hits, a unit is hit once for each whole j with C(k-1) < start + j <= C(k); sums that
equal start + j within 1e-12 count as equal. Source: Madow (1949), Annals of Mathematical Statistics 20.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.drawing.probabilities import EQUAL, BadList, checked_sizes, pps_probabilities

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class Selection:
    """Hold the drawn units.

    Parameters
    ----------
    rows
        (n,) places in the list, in the order of selection.
    probabilities
        (n,) inclusion probabilities; weights are their inverses.
    """

    rows: Ints
    probabilities: Floats

    @property
    def weights(self) -> Floats:
        """(n,) 1 / probability."""
        return np.asarray(1 / self.probabilities)


@dataclass(frozen=True, eq=False, slots=True)
class TwoStageSelection:
    """Hold the drawn PSUs, the people to draw in each (not rounded), the rate within it, and the overall rate."""

    psus: Selection
    take: Floats
    within_rate: Floats
    rate: float

    @property
    def weight(self) -> float:
        """The weight of each person, 1 / rate."""
        return 1 / self.rate


def systematic_hits(expected: ArrayLike, start: float) -> Ints:
    """Count how often each unit is hit; a unit larger than the interval is hit more than once.

    Parameters
    ----------
    expected
        (N,) expected hits, in the order of the list.
    start
        Above 0 and up to 1.

    Raises
    ------
    BadList

    Examples
    --------
    >>> systematic_hits([0.5, 1.5, 0.25, 0.75], 0.5).tolist()
    [1, 1, 0, 1]
    """
    _check_start(start)
    sums = np.concatenate([[0.0], np.cumsum(np.asarray(expected, np.float64))])
    return np.diff(np.floor(sums - start + EQUAL)).astype(np.int64)


def systematic_pps(sizes: ArrayLike, n: int, start: float, order: ArrayLike | None = None) -> Selection:
    """Draw n units systematically with probabilities in proportion to size.

    Units that are certain are taken; the others are drawn from the list in its order.

    Parameters
    ----------
    sizes, n
        As for `pps_probabilities`.
    start
        Above 0 and up to 1.
    order
        (N,) places of the list in the order of drawing; file order unless given.

    Returns
    -------
    Selection
        Units in the order of drawing, certain ones at their place.

    Raises
    ------
    BadList

    Examples
    --------
    >>> systematic_pps([10, 1, 1, 2], 2, 0.3).rows.tolist()
    [0, 2]
    """
    pi = pps_probabilities(sizes, n)
    places = np.arange(len(pi)) if order is None else np.asarray(order, np.int64)
    listed = pi[places]
    certain = listed >= 1 - EQUAL
    drawn = systematic_hits(np.where(certain, 0.0, listed), start) > 0
    rows = places[drawn | certain]
    return Selection(rows, pi[rows])


def stratified_systematic(
    strata: Sequence[Hashable], n: Mapping[Hashable, int], start: Mapping[Hashable, float]
) -> Selection:
    """Draw systematically with equal probabilities in each stratum: units ceil((start + j) N / n).

    Parameters
    ----------
    strata
        (N,) stratum of each unit, in the order of the list.
    n, start
        Stratum -> number to draw, and -> start above 0 and up to 1.

    Returns
    -------
    Selection
        Strata in sorted order, file order inside.

    Raises
    ------
    BadList

    Examples
    --------
    >>> stratified_systematic(["b", "a", "a", "b"], {"a": 1, "b": 1}, {"a": 0.2, "b": 0.9}).rows.tolist()
    [1, 3]
    """
    known = set(strata)
    if set(n) - known or set(n) - set(start):
        raise BadList(f"strata of the list, {sorted(map(str, known))}, each with a start", sorted(map(str, n)))
    rows, probabilities = [np.zeros(0, np.int64)], [np.zeros(0)]
    for stratum in sorted(n, key=str):
        places = np.array([k for k, each in enumerate(strata) if each == stratum], np.int64)
        checked_sizes(np.ones(len(places)), n[stratum])
        pi = n[stratum] / len(places)
        drawn = places[systematic_hits(np.full(len(places), pi), start[stratum]) > 0]
        rows.append(drawn)
        probabilities.append(np.full(len(drawn), pi))
    return Selection(np.concatenate(rows), np.concatenate(probabilities))


def two_stage_draw(sizes: ArrayLike, psus: int, interviews_per_psu: float, start: float) -> TwoStageSelection:
    r"""Draw PSUs by systematic PPS, and compute the people to draw in each, so that everyone weighs the same.

    The overall rate is f = psus interviews / total size; :math:`f x / \pi` people are drawn in a PSU of size x.

    Parameters
    ----------
    sizes
        (N,) people of each PSU.
    psus, interviews_per_psu
        PSUs to draw, and the mean number of interviews in one.
    start
        Above 0 and up to 1.

    Raises
    ------
    BadList

    Examples
    --------
    >>> two_stage_draw([100, 300, 200, 400], 2, 5, 0.5).take.tolist()
    [5.0, 5.0]
    """
    x = checked_sizes(sizes, psus)
    if not interviews_per_psu > 0:
        raise BadList("a number of interviews above 0 in each PSU", interviews_per_psu)
    rate = psus * interviews_per_psu / float(x.sum())
    if rate > 1:
        raise BadList(f"no more interviews than the {x.sum():g} people of the list", psus * interviews_per_psu)
    drawn = systematic_pps(x, psus, start)
    return TwoStageSelection(drawn, rate * x[drawn.rows] / drawn.probabilities, rate / drawn.probabilities, rate)


def _check_start(start: float) -> None:
    if not 0 < start <= 1:
        raise BadList("a start above 0 and up to 1", start)
