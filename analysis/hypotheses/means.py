"""The t test of two means, or of one mean against a number, with the design's variance."""

from typing import Any

import numpy as np

from analysis.design import Design
from analysis.errors import AnalysisError
from analysis.estimation import mean
from analysis.estimation.domains import make_domains
from analysis.frames import Factor
from analysis.hypotheses.result import Test
from analysis.intervals.interval import is_noise, t_interval
from analysis.models import regress


class NotTwoGroups(AnalysisError):
    """A t test of more or fewer than two groups."""

    def __init__(self, column: str, levels: int) -> None:
        self.column, self.levels = column, levels
        super().__init__(
            f"expected two levels of '{column}' among the rows in use, but found {levels}; "
            "compare several groups with pairwise_gaps or rank_test"
        )


class OneRowGroup(AnalysisError):
    """A test with a group of one row, which shows no spread: its tiny p-value would mean nothing."""

    def __init__(self, column: str, level: object) -> None:
        self.column, self.level = column, level
        super().__init__(
            f"expected at least two rows with an answer in each level of '{column}', but '{level}' has one; "
            "leave it out with `where`, or merge it with another level"
        )


def t_test(
    design: Design,
    y: str,
    groups: str | None = None,
    *,
    against: float = 0.0,
    where: Any = None,
    df: float | None = None,
    level: float = 0.95,
) -> Test:
    """Test whether two groups have one mean, or a mean is a given number.

    The difference is the coefficient of the second level in a regression of `y` on `groups`; t = difference / se.

    Parameters
    ----------
    design, where, level
        As for `analysis.mean`.
    y
        Numeric column.
    groups
        Column of two levels; without it, the mean of `y` is tested against the number `against`.
    df
        Degrees of freedom; default those of the design, less 1 for two groups.

    Raises
    ------
    NotTwoGroups, OneRowGroup, UnknownColumn, NotNumeric

    References
    ----------
    Korn and Graubard (1999), section 3.3; R survey, ``svyttest``, which takes the design's df - 1 for one mean too.

    Examples
    --------
    >>> design = Design.of({"y": [1.0, 2.0, 3.0, 7.0, 8.0, 9.0], "g": ["a", "a", "a", "b", "b", "b"]})
    >>> found = t_test(design, "y", "g")
    >>> found.estimate.__round__(6), found.df, found.p_value.__round__(4)
    (6.0, 4, 0.0012)
    """
    if groups is None:
        row = mean(design, y, where=where, level=level)[0]
        free = row.df if df is None else df
        return _test(f"mean of {y} against {against:g}", row.value - against, row.se, free, row.n, level, against)
    factor = two_groups(design, y, groups, where)
    model = regress(design.with_columns({groups: factor}), y, [groups], where=where, level=level)
    row = model.coefficients[1]
    free = model.df if df is None else df
    return _test(
        f"difference of {y} by {groups}: {factor.levels[1]} - {factor.levels[0]}",
        row.value,
        row.se,
        free,
        row.n,
        level,
        model.coefficients[0].value,
    )


def two_groups(design: Design, y: str, groups: str, where: Any) -> Factor:
    """The column as a factor of its two levels among the rows in use."""
    factor = used_levels(design, y, groups, where)
    if len(factor.levels) != 2:
        raise NotTwoGroups(groups, len(factor.levels))
    return factor


def used_levels(design: Design, y: str, groups: str, where: Any) -> Factor:
    """The column as a factor of the levels that rows in use have."""
    factor = design.table.factor(groups)
    used = (make_domains(design, None, where).codes >= 0) & ~np.isnan(design.table.numbers(y)) & (design.weights > 0)
    found = Factor(np.where(used, factor.codes, -1), factor.levels).dense()
    sizes = np.bincount(found.codes[found.codes >= 0], minlength=len(found.levels))
    if len(sizes) > 1 and sizes.min() == 1:
        raise OneRowGroup(groups, found.levels[int(sizes.argmin())])
    return found


def _test(method: str, value: float, se: float, df: float, n: int, level: float, base: float) -> Test:
    """Test a difference from `base`; rounding of figures of its size is no information."""
    from scipy.special import stdtr

    known = df > 0 and not is_noise(se, max(abs(value), abs(base)))
    t = value / se if known else np.nan
    p = 2 * float(stdtr(df, -abs(t))) if known else np.nan
    return Test(method, t, df, np.nan, p, n, value, se, t_interval(value, se if known else np.nan, df, level))
