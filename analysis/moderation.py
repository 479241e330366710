"""Steady the variances of many small groups by what they have in common: empirical Bayes after Smyth (2004)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEWEST = 10  # variances, below which nothing is known about how much they differ
LEAST_DF = 9.0  # of a variance that informs the others; with fewer its logarithm is mostly noise
ROUNDING = 1e-12  # a variance below this part of the largest is no variance


@dataclass(frozen=True, eq=False, slots=True)
class Moderated:
    """Hold k moderated variances and their degrees of freedom."""

    variances: Floats
    df: Floats


def moderate(variances: Floats, df: Floats, sets: Ints) -> Moderated:
    r"""Moderate variances that estimate similar quantities, such as those of one person's score in different groups.

    A variance estimated with few degrees of freedom is small by chance as often as it is large, and a small one makes
    a difference look clear. With the true variances of a set spread about a common value by a scaled inverse
    chi-square of d0 degrees of freedom, the posterior mean of 1/variance gives

    .. math:: \tilde s_j^2 = \frac{d_0 s_0^2 + d_j s_j^2}{d_0 + d_j}, \quad \tilde d_j = d_0 + d_j

    and an estimate over :math:`\tilde s_j` has a t distribution with :math:`\tilde d_j` degrees of freedom. Both d0 and
    the s0 of each set come from log variances: their mean, and how far they spread beyond what d_j explain. Where
    true variances differ much, d0 is small and each one stays as it is; where nothing shows that they differ, d0 is
    infinite. Degrees of freedom never exceed the sum of those of a set.

    A variance above its moderated one stays, so that errors only grow: a group that truly spreads more than all others
    must not get their smaller error.

    Parameters
    ----------
    variances
        (k,) variances. Those that are not above 0, or have no degrees of freedom, stay.
    df
        (k,) their degrees of freedom.
    sets
        (k,) which variances share their common value, from 0 on. All sets share d0.

    References
    ----------
    Smyth (2004), Statistical Applications in Genetics and Molecular Biology 3(1), article 3, section 6; on smoothed
    variances in surveys Wolter (2007), Introduction to Variance Estimation, chapter 7.

    Examples
    --------
    >>> df = np.full(12, 20.0)
    >>> alike = moderate(np.linspace(0.8, 1.2, 12), df, np.zeros(12, int))
    >>> alike.variances[[0, -1]].round(1).tolist(), float(alike.df[0])
    ([1.0, 1.2], 240.0)
    >>> moderate(np.array([1.0, 2.0]), df[:2], np.zeros(2, int)).variances.tolist()
    [1.0, 2.0]
    """
    _, sets = np.unique(sets, return_inverse=True)
    used = (variances > ROUNDING * np.nanmax(variances, initial=0.0)) & (df > 0)
    prior = _prior(variances, df, np.where(used & (df >= LEAST_DF), sets, -1), int(sets.max(initial=-1)) + 1)
    if prior is None:
        return Moderated(variances, df)
    common, degrees = prior[0][sets], prior[1]
    used &= np.isfinite(common)
    most = np.bincount(sets, np.where(used, df, 0.0))[sets]
    part = df / (degrees + df)
    return Moderated(
        np.where(used, np.maximum((1 - part) * common + part * variances, variances), variances),
        np.where(used, np.minimum(degrees + df, most), df),
    )


def _prior(variances: Floats, df: Floats, codes: Ints, width: int) -> tuple[Floats, float] | None:
    """Return (width,) s0^2 of each set, NaN for an empty one, and d0, from rows with a code; None for too few."""
    informs = codes >= 0
    half, codes = df[informs] / 2, codes[informs]
    sizes = np.bincount(codes, minlength=width)
    free = len(codes) - int((sizes > 0).sum())
    if free < FEWEST:
        return None
    logs = np.log(variances[informs]) - special.digamma(half) + np.log(half)
    centers = np.divide(np.bincount(codes, logs, width), sizes, out=np.full(width, np.nan), where=sizes > 0)
    spread = ((logs - centers[codes]) ** 2).sum() / free - special.polygamma(1, half).mean()
    degrees = _degrees(float(spread))
    lower = special.digamma(degrees / 2) - np.log(degrees / 2) if np.isfinite(degrees) else 0.0
    return np.exp(centers + lower), degrees


def _degrees(spread: float) -> float:
    """Return d0 with trigamma(d0 / 2) = the variance of log variances; infinite where there is none."""
    if spread <= special.polygamma(1, 1e6):
        return float("inf")
    return 2 * float(optimize.brentq(lambda half: special.polygamma(1, half) - spread, 1e-6, 1e6))
