"""Goodness of fit: whether the shares of a column are those of a known population."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.errors import AnalysisError, UnknownChoice, listed
from analysis.estimation import count
from analysis.hypotheses.chi_squares import exact_tail, saddlepoint_tail, satterthwaite, satterthwaite_tail
from analysis.hypotheses.result import Test

Floats = NDArray[np.float64]
WHOLES = (1.0, 100.0)  # shares as parts, or as percent
ROUNDING = 1e-9  # part of a whole by which a sum of rounded floats may miss it
TAILS: Mapping[str, Callable[[float, Floats], float]] = MappingProxyType(
    {"satterthwaite": satterthwaite_tail, "saddlepoint": saddlepoint_tail, "exact": exact_tail}
)


class BadExpectedShares(AnalysisError):
    """Population shares that do not name each level once, are not above 0, or miss the whole."""

    def __init__(self, column: str, expected: str, found: str) -> None:
        self.column = column
        super().__init__(f"expected {expected} for '{column}', but got {found}")


def goodness_of_fit(
    design: Design, y: str, shares: Mapping[Any, float], *, method: str = "satterthwaite", where: Any = None
) -> Test:
    r"""Test whether the shares of the levels of a column are given ones.

    With counts :math:`\hat N_l` and shares q, :math:`X^2 = \sum (\hat N_l - q_l \hat N)^2 / (q_l \hat N)` is compared
    with a sum of chi-squares, whose weights are the eigenvalues of the covariance of its parts.

    Parameters
    ----------
    design, where
        As for `analysis.mean`.
    y
        Categorical column; rows without a value are left out.
    shares
        Level -> share of the population, above 0. They sum to 1, or to 100 as percent, within 1e-9 of that.
    method
        ``satterthwaite`` (one chi-square with the same mean and variance, R's p), ``saddlepoint`` or ``exact``.

    Returns
    -------
    Test
        `df` and `df_residual` hold the scale and the degrees of freedom of Satterthwaite's one chi-square.

    Raises
    ------
    BadExpectedShares, UnknownChoice, UnknownColumn

    References
    ----------
    Rao and Scott (1981), JASA 76; R survey, ``svygofchisq``.

    Examples
    --------
    >>> design = Design.of({"sex": ["F"] * 30 + ["M"] * 20})
    >>> round(goodness_of_fit(design, "sex", {"F": 0.5, "M": 0.5}).p_value, 3)
    0.153
    """
    if method not in TAILS:
        raise UnknownChoice("the method of a goodness of fit test", TAILS, method)
    found = count(design, y, where=where)
    # A declared level without rows takes no part, unless a share is given for it.
    asked = {str(level) for level in shares}
    found = found.picked([k for k, row in enumerate(found) if row.value or row.term.removeprefix(f"{y}=") in asked])
    q = shares_of(y, [row.term.removeprefix(f"{y}=") for row in found], shares)
    counts = found.values
    total = float(counts.sum())
    expected = q * total
    x2 = float(((counts - expected) ** 2 / expected).sum())
    # r_l = (N_l - q_l N) / sqrt(q_l N): its slope in N_m is that of the numerator, and that of the root.
    slopes = (np.eye(len(q)) - q[:, None]) / np.sqrt(expected)[:, None]
    slopes -= 0.5 * ((counts - expected) / expected**1.5 * q)[:, None]
    weights = np.maximum(np.linalg.eigvalsh(slopes @ found.covariance @ slopes.T), 0.0)
    if not weights.any():
        return Test(f"goodness of fit of {y}", x2, 0.0, np.nan, np.nan, found[0].n)
    scale, df = satterthwaite(weights)
    return Test(f"goodness of fit of {y}", x2, df, np.nan, TAILS[method](x2, weights), found[0].n, scale=scale)


def shares_of(column: str, levels: list[str], shares: Mapping[Any, float]) -> Floats:
    """Return population shares (k,) in the order of levels, scaled to sum to 1; refuses others.

    Examples
    --------
    >>> shares_of("sex", ["F", "M"], {"M": 40, "F": 60}).tolist()
    [0.6, 0.4]
    """
    given = {str(level): float(value) for level, value in shares.items()}
    if set(given) != set(levels):
        raise BadExpectedShares(column, f"a share for each of {listed(levels)}", f"shares for {listed(given)}")
    values = np.array([given[level] for level in levels])
    if not (values > 0).all():
        raise BadExpectedShares(column, "shares above 0", f"{values.min():g}")
    whole = next((x for x in WHOLES if abs(values.sum() - x) <= ROUNDING * x), None)
    if whole is None:
        raise BadExpectedShares(column, "shares that sum to 1, or percent that sum to 100", f"{values.sum():.12g}")
    return np.asarray(values / values.sum())
