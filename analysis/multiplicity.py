"""p-values adjusted for looking at several comparisons at once; statsmodels does the arithmetic."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.errors import AnalysisError, UnknownChoice

Floats = NDArray[np.float64]


# Our names of the methods, and those of `statsmodels.stats.multitest`.
METHODS: Mapping[str, str] = MappingProxyType(
    {
        "holm": "holm",
        "hochberg": "simes-hochberg",
        "hommel": "hommel",
        "bh": "fdr_bh",
        "by": "fdr_by",
        "bonferroni": "bonferroni",
    }
)


class BadPValue(AnalysisError):
    """A p-value outside 0..1."""

    def __init__(self, arrived: float) -> None:
        self.arrived = arrived
        super().__init__(f"expected p-values between 0 and 1, but got {arrived:g}")


def adjusted_p_values(p_values: ArrayLike, method: str = "holm") -> Floats:
    """Adjust m p-values; the order stays, missing ones stay missing and are not counted in m.

    With p(1) <= ... <= p(m) and H = 1 + 1/2 + ... + 1/m, each capped at 1 and made monotone:

    ===========  =========================================  ===========================================
    bonferroni   m p                                        any error, any dependence
    holm         (m - i + 1) p(i), running up               the same, never worse: the default
    hochberg     (m - i + 1) p(i), running down             any error, independent or positive tests
    hommel       the smallest level of Hommel's procedure   the same, a little stronger
    bh           m p(i) / i, running down                   false discovery rate, positive dependence
    by           H m p(i) / i, running down                 false discovery rate, any dependence
    ===========  =========================================  ===========================================

    Parameters
    ----------
    p_values
        (m,) between 0 and 1 or NaN.
    method
        One of `METHODS`.

    Raises
    ------
    BadPValue
        A p-value outside 0..1.
    UnknownChoice
        When there is no such method.

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6; Hochberg (1988) and Hommel (1988), Biometrika 75; Benjamini and
    Hochberg (1995), JRSS B 57; Benjamini and Yekutieli (2001), Annals of Statistics 29.

    Examples
    --------
    >>> adjusted_p_values([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    if method not in METHODS:
        raise UnknownChoice("the adjustment of p-values", METHODS, method)
    p = np.array(p_values, np.float64)
    known = ~np.isnan(p)
    wrong = p[known & ((p < 0) | (p > 1))]
    if len(wrong):
        raise BadPValue(float(wrong[0]))
    if known.sum() > 1:
        p[known] = _holm(p[known]) if method == "holm" else _by_statsmodels(p[known], method)
    return p


def _holm(p: Floats) -> Floats:
    """Adjust by Holm's procedure. statsmodels collects garbage on each call, which costs 0.1 s."""
    order = np.argsort(p, kind="stable")
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.maximum.accumulate((len(p) - np.arange(len(p))) * p[order]), 1.0)
    return adjusted


def _by_statsmodels(p: Floats, method: str) -> Floats:
    from statsmodels.stats.multitest import multipletests

    return np.asarray(multipletests(p, method=METHODS[method])[1], np.float64)
