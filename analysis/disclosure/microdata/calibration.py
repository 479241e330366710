"""Fit public weights softly to published figures, so that a data set gives nearly what the reports say.

The factor of a record follows from its released values, the published figures and the stated slopes alone, so a reader
can compute it, and it discloses nothing more. It is not fitted again in the replicates: a published figure is an
estimate, and its error must stay in the intervals.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.microdata.figures import Figure, deviations

Floats = NDArray[np.float64]
Columns = Mapping[str, NDArray[Any]]

LOWEST, HIGHEST = 0.5, 2.0  # factors
TOLERANCE = 0.05  # standard errors that a figure may be off before it costs as much as unequal weights
LOOSE = 0.2  # the same of a figure that also describes a few people with another code
FEWEST = 30  # records of a figure's group
ROUNDS = 10
DIGITS = 6


@dataclass(frozen=True, slots=True)
class Slope:
    """Hold how much the factor of a record grows with its distance from a published figure."""

    column: str
    code: int | None
    places: tuple[tuple[str, int], ...]
    value: float
    slope: float

    def to_document(self) -> dict[str, Any]:
        """Return the slope as the document of a file states it."""
        return {
            "column": self.column,
            "code": self.code,
            "where": dict(self.places),
            "value": self.value,
            "slope": self.slope,
        }


def to_slopes(document: Sequence[Mapping[str, Any]]) -> tuple[Slope, ...]:
    """Read the slopes from the document of a file."""
    return tuple(
        Slope(each["column"], each["code"], tuple(each["where"].items()), each["value"], each["slope"])
        for each in document
    )


def factors(columns: Columns, rows: int, slopes: Sequence[Slope]) -> Floats:
    r"""Return (n,) the factors :math:`1 + \sum_j b_j (y_{ij} - \hat y_j)`, from 0.5 to 2, of one source's records."""
    found = np.ones(rows)
    for each in slopes:
        found += each.slope * deviations(columns, each.column, each.code, each.places, each.value)
    return np.clip(found, LOWEST, HIGHEST)


def fit_slopes(weights: Floats, columns: Columns, figures: Sequence[Figure]) -> tuple[Slope, ...]:
    r"""Return the slopes that make the weights times `factors` give nearly the figures.

    They minimize

    .. math:: \sum_i p_i (g_i - 1)^2 + \frac{1}{n} \sum_j (t_j / \tau_j)^2

    over factors g, with :math:`p_i` the parts of the weights, :math:`t_j` the distance of the mean from the figure j in
    standard errors, and :math:`\tau_j^2` the variance of its rounding and 0.05 squared. Figures that disagree, because
    they were rounded or because people are held back, are each met in part.

    Parameters
    ----------
    weights
        (n,) of one source.
    columns
        Its (n,) released columns.
    figures
        Published figures of the source; those whose group has fewer than 30 records are not used.

    References
    ----------
    Rao and Singh (1997), a ridge-shrinkage method for range-restricted weight calibration; Deville and Särndal (1992),
    JASA 87, 376-382.
    """
    used = [each for each in figures if each.column in columns and all(name in columns for name, _ in each.places)]
    used = [each for each in used if np.count_nonzero(each.deviations(columns)) >= FEWEST]
    if not used:
        return ()
    part = weights / weights.sum()
    away = np.stack([each.deviations(columns) for each in used])
    scale = np.array([each.se for each in used]) * ((away != 0) @ part)
    away /= scale[:, None]
    exact = np.array([each.exact for each in used])
    off = np.array([(each.step / each.se) ** 2 / 12 for each in used]) + np.where(exact, TOLERANCE, LOOSE) ** 2
    slope = _solved(part, away, len(weights) * off) / scale
    return tuple(
        Slope(each.column, each.code, each.places, each.value, float(f"{b:.{DIGITS}g}"))
        for each, b in zip(used, slope, strict=True)
    )


def _solved(part: Floats, away: Floats, ridge: Floats) -> Floats:
    """Return (J,) slopes; records whose factor reaches a bound keep it while the others are fitted again."""
    slope = np.zeros(len(away))
    free = np.ones(len(part), bool)
    for _ in range(ROUNDS):
        raw = 1 + slope @ away
        factor = np.clip(raw, LOWEST, HIGHEST)
        free = factor == raw
        gap = away @ (part * factor) + ridge * slope
        step = np.linalg.solve((away[:, free] * part[free]) @ away[:, free].T + np.diag(ridge), gap)
        slope = slope - step
        if np.abs(step).max() <= 1e-9 * max(np.abs(slope).max(), 1e-9):
            break
    return slope
