"""What estimates look like: frozen rows with their uncertainty, and the covariance between them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError, listed
from analysis.intervals.interval import Interval

Floats = NDArray[np.float64]
Group = tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """One figure with its uncertainty.

    Parameters
    ----------
    group
        Column and level pairs of the domain; empty for everyone.
    term
        What was estimated: a column, ``column=level`` for a share, ``a/b`` for a ratio.
    value, se
        The estimate and its standard error.
    interval
        Confidence interval; its `method` says how it was made.
    df
        Degrees of freedom of the interval.
    n, n_effective
        Rows with a value, and Kish's effective sample size.
    deff
        Design effect if it was asked for.
    notes
        What a reader must know, such as ``no degrees of freedom``.
    """

    group: Group
    term: str
    value: float
    se: float
    interval: Interval
    df: float
    n: int
    n_effective: float
    deff: float | None = None
    notes: tuple[str, ...] = ()

    @property
    def label(self) -> dict[str, Any]:
        """Group and term as one mapping."""
        return {**dict(self.group), "term": self.term}

    def to_row(self) -> dict[str, Any]:
        """The figures as one flat record."""
        return {
            **dict(self.group),
            "term": self.term,
            "estimate": self.value,
            "se": self.se,
            "low": self.interval.low,
            "high": self.interval.high,
            "level": self.interval.level,
            "interval": self.interval.method,
            "df": self.df,
            "n": self.n,
            "n_effective": self.n_effective,
            **({"deff": self.deff} if self.deff is not None else {}),
            "notes": "; ".join(self.notes),
        }


class UnknownEstimate(AnalysisError):
    """A group or term was named that was not estimated."""

    def __init__(self, asked: object, available: Sequence[object]) -> None:
        self.asked, self.available = asked, tuple(available)
        super().__init__(f"expected one of {listed(self.available)}, but {asked!r} was asked for")


class Tabular:
    """Results that can leave as a data frame of any make."""

    __slots__ = ()

    def to_rows(self) -> list[dict[str, Any]]:
        """One flat record for each result."""
        raise NotImplementedError

    def to_pandas(self) -> Any:
        """A pandas data frame with one row for each result."""
        import pandas as pd

        return pd.DataFrame(self.to_rows())

    def to_polars(self) -> Any:
        """A Polars data frame with one row for each result."""
        import polars as pl

        return pl.DataFrame(self.to_rows())

    def to_arrow(self) -> Any:
        """An Arrow table with one row for each result."""
        import pyarrow as pa

        return pa.Table.from_pylist(self.to_rows())


@dataclass(frozen=True, slots=True)
class LevelOrder:
    """The order of a text column's levels: `given` by the column itself, or else that of their first rows."""

    levels: tuple[Any, ...]
    given: bool


@dataclass(frozen=True, eq=False, slots=True)
class Estimates(Tabular):
    """Estimates made together, with their joint covariance.

    Parameters
    ----------
    statistic
        ``mean``, ``total``, ``share``, ``ratio`` or ``quantile``.
    rows
        The estimates.
    covariance
        (k, k) in the order of `rows`.
    df
        Degrees of freedom of the whole design.
    orders
        Grouping columns of text, with the order of their levels; `rows` are sorted by level.
    """

    statistic: str
    rows: tuple[Estimate, ...]
    covariance: Floats
    df: int
    orders: Mapping[str, LevelOrder] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Estimate]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, key: int | str) -> Estimate:
        """The estimate at a position, or the one whose group levels or term is `key`."""
        if isinstance(key, int):
            return self.rows[key]
        return self.rows[self.position(key)]

    def position(self, key: str) -> int:
        """Where the estimate named `key` stands: its term, its level, or its levels joined by ``, ``."""
        names = [name_of(row) for row in self.rows]
        for candidates in (names, [row.term for row in self.rows]):
            if candidates.count(key) == 1:
                return candidates.index(key)
        raise UnknownEstimate(key, names)

    def picked(self, places: Sequence[int]) -> "Estimates":
        """The estimates at some places, with their covariance."""
        covariance = self.covariance[np.ix_(places, places)]
        return replace(self, rows=tuple(self.rows[k] for k in places), covariance=covariance)

    @property
    def values(self) -> Floats:
        """(k,) the estimates."""
        return np.array([row.value for row in self.rows])

    @property
    def se(self) -> Floats:
        """(k,) their standard errors."""
        return np.array([row.se for row in self.rows])

    def to_rows(self) -> list[dict[str, Any]]:
        """One flat record for each estimate."""
        return [row.to_row() for row in self.rows]


def name_of(row: Estimate) -> str:
    """The levels of an estimate's group, then its level or term where several stand in one group."""
    levels = [str(level) for _, level in row.group]
    return ", ".join(levels) if levels else row.term
