"""Estimate the means of several columns by group, each among people with a value of it, with their joint covariance."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.estimation import means
from analysis.estimation.domains import crossed_domains
from analysis.estimation.linear import own_mean_factor
from analysis.estimation.means import divide
from analysis.estimation.sums import Sums, find_members, make_sums
from analysis.results import Estimates

Floats = NDArray[np.float64]


def means_together(design: Design, columns: Sequence[str], by: str) -> Estimates:
    """Estimate the mean of each column for each group; rows are in the order of columns, then groups.

    Examples
    --------
    >>> design = Design.of({"y": [1.0, 3.0, 5.0], "z": [2.0, 4.0, None], "g": ["a", "a", "a"]})
    >>> found = means_together(design, ["y", "z"], "g")
    >>> [row.value for row in found], found.covariance.shape
    ([3.0, 3.0], (2, 2))
    """
    found = means(design, [(column, by) for column in columns])
    rows = tuple(row for each in found for row in each)
    covariance = _covariance(design, columns, by)
    if design.corrects_leverage:
        factor = own_mean_factor(np.array([row.n_effective for row in rows]))
        covariance = covariance * np.outer(factor, factor)
    return Estimates(found[0].statistic, rows, covariance, found[0].df)


def _covariance(design: Design, columns: Sequence[str], by: str) -> Floats:
    """Return (k, k) the covariance of all means."""
    values = [design.table.numbers(column) for column in columns]
    features = [feature for y in values for feature in ((~np.isnan(y)).astype(float), np.nan_to_num(y))]
    domains = crossed_domains(design, (by,))
    sums = make_sums(design, features, domains)
    if design.profiles is not None:
        return next(iter(design.profiles.covariances([sums.scores_of(lambda unit: _scores(sums, unit))])))
    present = np.tile(find_members(design, domains).present, len(columns))
    return sums.covariance(_means, lambda unit: _scores(sums, unit), present)


def _means(whole: Floats) -> Floats:
    """Return (..., C x D) means from (..., 2 C, D) numbers of people and sums of values, by turns."""
    found = divide(whole[..., 1::2, :], whole[..., ::2, :])
    return found.reshape(*whole.shape[:-2], -1)


def _scores(sums: Sums, by_unit: Floats) -> Floats:
    """Return (U, C x D) linearized scores from (2 C, U, D) sums by unit."""
    people, values = sums.whole[::2, None, :], sums.whole[1::2, None, :]
    centred = by_unit[1::2] - divide(values, people) * by_unit[::2]
    scores = np.nan_to_num(divide(centred, np.broadcast_to(people, centred.shape)))
    return np.concatenate(list(scores), axis=1)
