"""Tests of independence of two categorical columns: Rao-Scott and Wald."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.errors import AnalysisError, UnknownChoice
from analysis.estimation import count, share
from analysis.estimation.domains import make_domains
from analysis.frames import Factor
from analysis.hypotheses.chi_squares import exact_tail, saddlepoint_tail
from analysis.hypotheses.result import Test
from analysis.results import Estimates

Floats = NDArray[np.float64]


class OneLevel(AnalysisError):
    """A column with fewer than two levels cannot depend on anything."""

    def __init__(self, column: str, levels: int) -> None:
        self.column, self.levels = column, levels
        super().__init__(f"expected two or more levels of '{column}' among the rows in use, but found {levels}")


def independence(design: Design, rows: str, columns: str, *, statistic: str = "F", where: Any = None) -> Test:
    r"""Test whether two categorical columns are independent.

    With cell shares p, their design covariance V, C the interaction contrasts and D = diag(p), Pearson's
    :math:`X^2 = n \sum (p_{ij} - p_{i+} p_{+j})^2 / (p_{i+} p_{+j})` is compared with a sum of chi-squares, weighted by
    the eigenvalues of :math:`\Delta = n (C' D^{-1} C)^{-1} C' D^{-1} V D^{-1} C`.

    Parameters
    ----------
    design
        The sample.
    rows, columns
        Categorical columns; a row missing in either is left out.
    statistic
        With k = (rows - 1)(columns - 1), nu the degrees of freedom of the design and d = (tr Δ)²/tr Δ²:

        * ``F``: Rao and Scott's second order, X²/tr Δ on (d, d nu);
        * ``chi_square``: their first order, X² over tr Δ/k on k df;
        * ``exact``: the sum of chi-squares itself, over a chi-square on d nu df;
        * ``saddlepoint``: the same by saddlepoint, as in R: with replicates without the division, and otherwise divided
          by a whole number of chi-squares;
        * ``wald``: W from observed minus expected counts and their linearized covariance, W/k on (k, nu);
        * ``adjusted_wald``: W (nu - k + 1)/(nu k) on (k, nu - k + 1).
    where
        Filter, as for `analysis.mean`.

    Raises
    ------
    UnknownChoice, UnknownColumn, OneLevel

    References
    ----------
    Rao and Scott (1984), Annals of Statistics 12; Thomas and Rao (1987), JASA 82; R survey, ``svychisq``.

    Examples
    --------
    >>> frame = {"sex": ["F", "F", "M", "M", "F", "M"] * 10, "vote": ["yes", "no", "no", "no", "yes", "yes"] * 10}
    >>> found = independence(Design.of(frame), "sex", "vote")
    >>> round(found.statistic, 3), round(found.p_value, 4)
    (6.556, 0.013)
    """
    if statistic not in STATISTICS:
        raise UnknownChoice("the statistic of a test of independence", STATISTICS, statistic)
    table = _table(design, rows, columns, where)
    return STATISTICS[statistic](table)


class _Table:
    """Cell shares or counts of two columns, crossed in full, rows outermost."""

    def __init__(self, design: Design, crossed: Design, shape: tuple[int, int], where: Any, name: str) -> None:
        self.design, self.crossed, self.shape, self.where, self.name = design, crossed, shape, where, name

    def shares(self) -> Estimates:
        return share(self.crossed, CELL, where=self.where, interval="t")

    def counts(self) -> Estimates:
        return count(self.crossed, CELL, where=self.where)

    @property
    def free(self) -> int:
        return (self.shape[0] - 1) * (self.shape[1] - 1)


CELL = "row and column"


def _table(design: Design, rows: str, columns: str, where: Any) -> _Table:
    inside = make_domains(design, None, where).codes >= 0
    first, second = (design.table.factor(name) for name in (rows, columns))
    known = inside & ~first.missing & ~second.missing & (design.weights != 0)
    parts = [Factor(np.where(known, factor.codes, -1), factor.levels).dense() for factor in (first, second)]
    for name, part in zip((rows, columns), parts, strict=True):
        if len(part.levels) < 2:
            raise OneLevel(name, len(part.levels))
    shape = (len(parts[0].levels), len(parts[1].levels))
    codes = np.where(known, parts[0].codes * shape[1] + parts[1].codes, -1)
    crossed = design.with_columns({CELL: Factor(codes, tuple(range(shape[0] * shape[1])))})
    return _Table(design, crossed, shape, where, f"independence of {rows} and {columns}")


def _contrasts(shape: tuple[int, int]) -> Floats:
    """(cells, k) interaction contrasts: products of differences of rows and of columns."""
    parts = [np.eye(size)[:, :-1] - np.eye(size)[:, -1:] for size in shape]
    return np.asarray(np.kron(parts[0], parts[1]), np.float64)


def _pearson(table: _Table) -> tuple[float, Floats, int]:
    """X², the eigenvalues of Delta, and n."""
    found = table.shares()
    p, n = found.values, found[0].n
    grid = p.reshape(table.shape)
    expected = np.outer(grid.sum(axis=1), grid.sum(axis=0))
    x2 = n * float(((grid - expected) ** 2 / expected).sum())
    inverse = np.divide(1.0, p, out=np.zeros_like(p), where=p > 0)
    scaled = _contrasts(table.shape) * inverse[:, None]
    simple = _contrasts(table.shape).T @ scaled / n
    delta = np.linalg.lstsq(simple, scaled.T @ found.covariance @ scaled, rcond=None)[0]
    return x2, np.real(np.linalg.eigvals(delta)), n


def _f(table: _Table) -> Test:
    from scipy.special import fdtrc

    x2, weights, n = _pearson(table)
    d = _second_order(weights)
    f, df = x2 / float(weights.sum()), (d, d * table.design.df)
    return Test(f"{table.name}: Rao-Scott F", f, *df, float(fdtrc(*df, f)), n)


def _chi_square(table: _Table) -> Test:
    from scipy.special import chdtrc

    x2, weights, n = _pearson(table)
    p = float(chdtrc(table.free, x2 / weights.mean()))
    return Test(f"{table.name}: Rao-Scott chi-square", x2, table.free, np.inf, p, n)


def _exact(table: _Table) -> Test:
    x2, weights, n = _pearson(table)
    df = _second_order(weights) * table.design.df
    return Test(f"{table.name}: Pearson, sum of chi-squares", x2, table.free, df, exact_tail(x2, weights, df), n)


def _saddlepoint(table: _Table) -> Test:
    """As in R: no denominator with replicates, and whole numbers of chi-squares in it without."""
    x2, weights, n = _pearson(table)
    df = np.inf if table.design.replicates else _second_order(weights) * table.design.df
    p = saddlepoint_tail(x2, weights, df, np.floor(df))
    return Test(f"{table.name}: Pearson, saddlepoint", x2, table.free, df, p, n)


def _second_order(weights: Floats) -> float:
    return float(weights.sum() ** 2 / (weights**2).sum())


def _wald(adjusted: bool) -> Callable[[_Table], Test]:
    def test(table: _Table) -> Test:
        from scipy.special import fdtrc

        found = table.counts()
        w, k, nu = _quadratic(found, table.shape), table.free, table.design.df
        df, f = (nu - k + 1, w * (nu - k + 1) / (nu * k)) if adjusted else (nu, w / k)
        p = float(fdtrc(k, df, f)) if df > 0 else np.nan
        return Test(f"{table.name}: {'adjusted ' if adjusted else ''}Wald", f, k, df, p, found[0].n)

    return test


def _quadratic(found: Estimates, shape: tuple[int, int]) -> float:
    """Y' V^-1 Y of the observed minus expected counts of all rows and columns but the last."""
    counts = found.values.reshape(shape)
    total, of_rows, of_columns = counts.sum(), counts.sum(axis=1), counts.sum(axis=0)
    expected = np.outer(of_rows, of_columns) / total
    inner = [(i, j) for i in range(shape[0] - 1) for j in range(shape[1] - 1)]
    slopes = np.zeros((len(inner), *shape))
    for k, (i, j) in enumerate(inner):
        slopes[k, i, j] += 1
        slopes[k, i, :] -= of_columns[j] / total
        slopes[k, :, j] -= of_rows[i] / total
        slopes[k] += expected[i, j] / total
    flat = slopes.reshape(len(inner), -1)
    y = np.array([counts[i, j] - expected[i, j] for i, j in inner])
    return float(y @ np.linalg.pinv(flat @ found.covariance @ flat.T, hermitian=True) @ y)


STATISTICS: Mapping[str, Callable[[_Table], Test]] = MappingProxyType(
    {
        "F": _f,
        "chi_square": _chi_square,
        "exact": _exact,
        "saddlepoint": _saddlepoint,
        "wald": _wald(adjusted=False),
        "adjusted_wald": _wald(adjusted=True),
    }
)
