"""Define a gap: a difference with its uncertainty and a verdict in words. Other modules find gaps."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analysis.errors import UnknownChoice
from analysis.intervals.interval import Interval, t_interval, without_noise
from analysis.multiplicity import adjusted_p_values
from analysis.results import Estimates, Tabular, beside

Floats = NDArray[np.float64]
Group = tuple[tuple[str, Any], ...]
Kind = Literal["gap", "change", "contrast"]
DegreesOfFreedom = Literal["domain", "design"] | float

VERDICTS: Mapping[Kind, tuple[str, str, str]] = MappingProxyType(
    {
        "gap": ("no clear difference", "clearly higher", "clearly lower"),
        "change": ("no clear change", "clear rise", "clear fall"),
        "contrast": ("not clearly different from 0", "clearly above 0", "clearly below 0"),
    }
)
NOT_ESTIMABLE = "not estimable"


@dataclass(frozen=True, slots=True)
class Gap:
    """Hold one difference, `of` minus `against`.

    Parameters
    ----------
    kind
        ``gap`` between groups, ``change`` between waves, or any other ``contrast``.
    group, term
        The common part of both sides: column and level pairs, and the estimated term.
    of, against
        The two sides in words; `against` is empty for a contrast.
    value, se, interval, df
        The difference, its standard error, its interval and the degrees of freedom of both.
    statistic, p_value
        Value / se, and the two-sided p-value; NaN where there is no standard error.
    p_adjusted, adjustment
        The p-value for all comparisons of the same table, and the method that was used.
    n, n_effective
        Rows with a value on each side, and Kish's effective sample size.
    notes
        Notes that a reader must know.
    """

    kind: Kind
    group: Group
    term: str
    of: str
    against: str
    value: float
    se: float
    interval: Interval
    df: float
    statistic: float
    p_value: float
    p_adjusted: float
    adjustment: str
    n: tuple[int, ...]
    n_effective: tuple[float, ...]
    notes: tuple[str, ...] = ()

    @property
    def is_clear(self) -> bool:
        """Return whether the interval excludes 0 and the adjusted p-value is below the level too.

        Without a standard error above 0 there is no information, and nothing is clear.
        """
        if not self.se > 0 or not self.interval.is_known or 0.0 in self.interval:
            return False
        return self.p_adjusted < 1 - self.interval.level

    @property
    def verdict(self) -> str:
        """Return the finding in words, with a direction only for a clear difference, and none for an unknown one."""
        if math.isnan(self.value):
            return NOT_ESTIMABLE
        unclear, up, down = VERDICTS[self.kind]
        return unclear if not self.is_clear else up if self.value > 0 else down

    def _counts(self) -> dict[str, float]:
        """Return the rows of both sides; for a contrast those of its smallest part."""
        if not self.against:
            return {"n": min(self.n), "n_effective": min(self.n_effective)}
        return {
            "n": self.n[0],
            "n_against": self.n[1],
            "n_effective": self.n_effective[0],
            "n_effective_against": self.n_effective[1],
        }

    def to_row(self) -> dict[str, Any]:
        """The figures as one flat record."""
        sides = {"of": self.of, "against": self.against} if self.against else {"contrast": self.of}
        figures = {
            "term": self.term,
            **sides,
            "difference" if self.against else "value": self.value,
            "se": self.se,
            "low": self.interval.low,
            "high": self.interval.high,
            "level": self.interval.level,
            "interval": self.interval.method,
            "df": self.df,
            "p": self.p_value,
            "p_adjusted": self.p_adjusted,
            "adjustment": self.adjustment,
            **self._counts(),
            "verdict": self.verdict,
            "notes": "; ".join(self.notes),
        }
        return beside(self.group, figures)


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Gaps(Tabular):
    """Hold gaps of one comparison, with their joint covariance (k, k) in the order of `rows`."""

    rows: tuple[Gap, ...]
    covariance: Floats

    def __iter__(self) -> Iterator[Gap]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, position: int) -> Gap:
        return self.rows[position]

    def to_rows(self) -> list[dict[str, Any]]:
        """One flat record for each gap."""
        return [row.to_row() for row in self.rows]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Define a comparison: coefficients by position of the estimates, and the name of the row."""

    coefficients: Mapping[int, float]
    group: Group
    term: str
    of: str
    against: str = ""
    value: float | None = None


def make_gaps(
    kind: Kind,
    estimates: Estimates,
    comparisons: Sequence[Comparison],
    *,
    df: DegreesOfFreedom,
    level: float,
    adjust: str,
    cap: float | None = None,
    notes: tuple[str, ...] = (),
) -> Gaps:
    """The rows of all comparisons; `cap` is the most degrees of freedom there can be (default those of the design).

    `notes` stand beside each row.

    With ``df="domain"`` a difference has Satterthwaite's degrees of freedom of its parts,
    (sum c²v)² / sum((c²v)² / df), and not more than the design. A side without degrees of freedom leaves the comparison
    none, whatever `df` is.
    """
    _check_degrees(df)
    matrix = _coefficients(comparisons, len(estimates))
    covariance = _combined(matrix, estimates.covariance)
    values = np.array([_value(comparison, estimates) for comparison in comparisons])
    errors = _errors(comparisons, estimates, covariance, values)
    limit = float(estimates.df) if cap is None else cap
    freedom = [_degrees(df, estimates, comparison.coefficients, limit) for comparison in comparisons]
    tests = [_test(v, e, f) for v, e, f in zip(values, errors, freedom, strict=True)]
    adjusted = adjusted_p_values([p for _, p in tests], adjust) if adjust != "none" else [p for _, p in tests]
    rows = [
        _row(kind, estimates, comparison, float(v), float(e), f, level, test, float(p), adjust, notes)
        for comparison, v, e, f, test, p in zip(comparisons, values, errors, freedom, tests, adjusted, strict=True)
    ]
    return Gaps(tuple(rows), covariance)


def _coefficients(comparisons: Sequence[Comparison], width: int) -> sparse.csr_array:
    """(comparisons, estimates) coefficients; only those that a comparison names are stored."""
    places = [(row, place) for row, each in enumerate(comparisons) for place in each.coefficients]
    values = [coefficient for each in comparisons for coefficient in each.coefficients.values()]
    rows, columns = np.array(places, np.int64).reshape(-1, 2).T
    return sparse.csr_array((np.array(values, np.float64), (rows, columns)), shape=(len(comparisons), width))


def _combined(matrix: sparse.csr_array, covariance: Floats) -> Floats:
    """C V C' from the entries that a comparison uses: an unknown entry (NaN) reaches no other comparison."""
    unknown = np.isnan(covariance)
    result = np.asarray(matrix @ (matrix @ np.where(unknown, 0.0, covariance)).T)
    if unknown.any():
        named = abs(matrix) > 0
        result[np.asarray(named @ (named @ unknown.astype(np.float64)).T) > 0] = np.nan
    return result


def _errors(comparisons: Sequence[Comparison], estimates: Estimates, covariance: Floats, values: Floats) -> Floats:
    """Return (k,) standard errors; 0 where one is no more than the rounding of the parts."""
    errors = np.sqrt(np.maximum(np.diagonal(covariance), 0.0))
    parts = [[abs(c * estimates[k].value) for k, c in each.coefficients.items()] for each in comparisons]
    scales = [max([*sizes, abs(value)]) for sizes, value in zip(parts, values, strict=True)]
    return without_noise(errors, np.array(scales))


def _value(comparison: Comparison, estimates: Estimates) -> float:
    if comparison.value is not None:
        return comparison.value
    return math.fsum(c * estimates[place].value for place, c in comparison.coefficients.items())


def _row(
    kind: Kind,
    estimates: Estimates,
    comparison: Comparison,
    value: float,
    se: float,
    df: float,
    level: float,
    test: tuple[float, float],
    p_adjusted: float,
    adjust: str,
    common: tuple[str, ...],
) -> Gap:
    sides = [estimates[k] for k in comparison.coefficients]
    interval = t_interval(value, se if se > 0 else math.nan, df, level)
    notes = dict.fromkeys((*common, *(note for side in sides for note in side.notes)))
    if not se > 0 or not df > 0:
        notes["no information about the uncertainty"] = None
    elif 0 not in interval and p_adjusted >= 1 - level:
        notes["its own interval excludes 0, but it is one of several comparisons"] = None
    return Gap(
        kind=kind,
        group=comparison.group,
        term=comparison.term,
        of=comparison.of,
        against=comparison.against,
        value=value,
        se=se,
        interval=interval,
        df=df,
        statistic=test[0],
        p_value=test[1],
        p_adjusted=p_adjusted,
        adjustment=adjust,
        n=tuple(side.n for side in sides),
        n_effective=tuple(side.n_effective for side in sides),
        notes=tuple(notes),
    )


def _check_degrees(df: DegreesOfFreedom) -> None:
    """Refuse degrees of freedom that are neither a rule nor a positive number."""
    if df not in ("domain", "design") and not (isinstance(df, (int, float)) and df > 0):
        raise UnknownChoice("the degrees of freedom", ("domain", "design", "a number above 0"), df)


def _degrees(df: DegreesOfFreedom, estimates: Estimates, coefficients: Mapping[int, float], limit: float) -> float:
    used = [(estimates[place], c) for place, c in coefficients.items() if c != 0]
    if any(row.df <= 0 for row, _ in used):
        return 0.0
    if df != "domain":
        return float(estimates.df if df == "design" else df)
    parts = np.array([c**2 * row.se**2 for row, c in used])
    own = np.array([row.df for row, _ in used])
    if np.isnan(parts).any():
        return 0.0
    if not parts.sum() > 0:
        return limit
    return float(min(limit, parts.sum() ** 2 / (parts**2 / own).sum()))


def _test(value: float, se: float, df: float) -> tuple[float, float]:
    from scipy.special import ndtr, stdtr

    if not se > 0 or not df > 0 or math.isnan(value):
        return math.nan, math.nan
    statistic = value / se
    return statistic, 2 * float(ndtr(-abs(statistic)) if math.isinf(df) else stdtr(df, -abs(statistic)))
