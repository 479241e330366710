"""The result of a test of a hypothesis."""

from dataclasses import dataclass
from typing import Any

from analysis.intervals.interval import Interval
from analysis.results import Tabular


@dataclass(frozen=True, repr=False, slots=True)
class Test(Tabular):
    """A test statistic with its degrees of freedom and p-value.

    Parameters
    ----------
    method
        The tested hypothesis and the method.
    statistic
        Value of the statistic.
    df, df_residual
        Degrees of freedom of a chi-square, or of the numerator and denominator of an F; of a t, `df` alone. Infinite
        or NaN where the distribution has none.
    p_value
        Two-sided for t.
    n
        Rows with a value.
    estimate, se, interval
        The difference that a t or rank test is about; None for the others.
    scale
        Divisor of the statistic before its comparison with a chi-square (Satterthwaite); None for the others.
    """

    __test__ = False  # no test case, whatever its name says

    method: str
    statistic: float
    df: float
    df_residual: float
    p_value: float
    n: int
    estimate: float | None = None
    se: float | None = None
    interval: Interval | None = None
    scale: float | None = None

    def title(self) -> str:
        """Return what was tested, and how."""
        return self.method

    def to_rows(self) -> list[dict[str, Any]]:
        """One flat record."""
        row: dict[str, Any] = {
            "test": self.method,
            "statistic": self.statistic,
            "df": self.df,
            "df_residual": self.df_residual,
            "p": self.p_value,
            "n": self.n,
        }
        if self.estimate is not None:
            row |= {"estimate": self.estimate, "se": self.se}
        if self.interval is not None:
            row |= {"low": self.interval.low, "high": self.interval.high, "level": self.interval.level}
        return [row]
