"""Define estimates: frozen rows with their uncertainty, and the covariance between them."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError, listed
from analysis.intervals.interval import Interval
from analysis.showing import counted, html_table, joined, shown, text_table

Floats = NDArray[np.float64]
Group = tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """Hold one figure with its uncertainty.

    Parameters
    ----------
    group
        Column and level pairs of the domain; empty for everyone.
    term
        The estimated term: a column, ``column=level`` for a share, ``a/b`` for a ratio.
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
        Notes that a reader must know, such as ``no degrees of freedom``.
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
        """Return group and term as one mapping."""
        return beside(self.group, {"term": self.term})

    def __repr__(self) -> str:
        """The figure in one line."""
        where = "".join(f" {column}={level}" for column, level in self.group)
        bounds = (
            f"{shown(self.interval.low)} to {shown(self.interval.high)}" if self.interval.is_known else "no interval"
        )
        return f"<Estimate {self.term}{where}: {shown(self.value)}, se {shown(self.se)}, {bounds}, n {shown(self.n)}>"

    def to_row(self) -> dict[str, Any]:
        """The figures as one flat record; a group column named like a figure is prefixed with ``by_``."""
        figures = {
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
            "deff": self.deff,
            "notes": "; ".join(self.notes),
        }
        row = beside(self.group, figures)
        if self.deff is None:
            del row["deff"]
        return row


def beside(group: Group, figures: Mapping[str, Any]) -> dict[str, Any]:
    """Put the levels of a group before its figures; a column named like a figure is prefixed with ``by_``.

    Examples
    --------
    >>> beside((("n", "few"), ("age", "18-34")), {"n": 12})
    {'by_n': 'few', 'age': '18-34', 'n': 12}
    """
    taken = {*figures, *(column for column, _ in group)}
    levels: dict[str, Any] = {}
    for column, level in group:
        name = f"by_{column}" if column in figures else column
        while name != column and name in taken:
            name = f"by_{name}"
        taken.add(name)
        levels[name] = level
    return {**levels, **figures}


class UnknownEstimate(AnalysisError):
    """Refuse a group or term that was not estimated."""

    def __init__(self, asked: object, available: Sequence[object]) -> None:
        self.asked, self.available = asked, tuple(available)
        super().__init__(f"expected one of {listed(self.available)}, but {asked!r} was asked for")


class Tabular:
    """Convert results to data frames of several libraries, and show them as a short table."""

    __slots__ = ()

    def to_rows(self) -> list[dict[str, Any]]:
        """One flat record for each result."""
        raise NotImplementedError

    def title(self) -> str:
        """Return a one-line description of the estimation."""
        return counted(len(self.to_rows()), "result")

    def __repr__(self) -> str:
        """A short table under a line about what was done."""
        rows = _shortened(self.to_rows())
        return text_table(self.title(), rows, _labels(rows))

    def _repr_html_(self) -> str:
        """The same for a notebook."""
        rows = _shortened(self.to_rows())
        return html_table(self.title(), rows, _labels(rows))

    def plot(self, axes: Any = None) -> Any:
        """Draw the figures with their intervals and return the matplotlib axes; new ones unless `axes` are given.

        Raises
        ------
        NoMatplotlib
            When matplotlib is not installed (the extra ``plot``).
        NothingToPlot
            When there is no figure with an interval.
        """
        from analysis.plotting import plot_intervals

        rows = self.to_rows()
        figure = next((name for name in FIGURES if rows and name in rows[0]), FIGURES[0])
        return plot_intervals(rows, _labels(rows), figure, self.title(), axes)

    def to_pandas(self) -> Any:
        """A pandas data frame with one row for each result."""
        import pandas as pd

        return pd.DataFrame(self.to_rows())

    def to_polars(self) -> Any:
        """A Polars data frame with one row for each result."""
        import polars as pl

        return pl.DataFrame(_columns(self.to_rows()))

    def to_arrow(self) -> Any:
        """An Arrow table with one row for each result."""
        import pyarrow as pa

        return pa.table(_columns(self.to_rows()))


SAME_IN_EACH_ROW = ("level", "interval", "adjustment")  # the title shows them once
FIGURES = ("estimate", "difference", "value")  # the columns to the left of these name the row
STORABLE = (bool, int, float, str, dt.date, dt.timedelta, type(None))


def _shortened(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows without the values that are equal in all of them."""
    once = [name for name in SAME_IN_EACH_ROW if len({row.get(name) for row in rows}) < 2]
    return [{name: value for name, value in row.items() if name not in once} for row in rows]


def _labels(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The columns that name a row: those before its figure."""
    names = list(rows[0]) if rows else []
    ends = [names.index(figure) for figure in FIGURES if figure in names]
    return names[: min(ends, default=0)]


def _columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """The rows as columns of one type each: levels of several types, or of a type of pandas' own, become text."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: _of_one_type([row.get(name) for row in rows]) for name in names}


def _of_one_type(values: list[Any]) -> list[Any]:
    kinds = {type(value) for value in values if value is not None}
    if all(issubclass(kind, STORABLE) for kind in kinds) and (len(kinds) < 2 or kinds == {int, float}):
        return [float(x) if isinstance(x, int) and float in kinds else x for x in values]
    return [None if value is None else str(value) for value in values]


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

    def __repr__(self) -> str:
        """A short table under a line about what was done."""
        return Tabular.__repr__(self)

    def title(self) -> str:
        """The statistic, how its intervals were made, and the degrees of freedom of the design."""
        made = {(row.interval.level, row.interval.method) for row in self.rows}
        kinds = [f"{100 * level:g} % intervals ({method})" for level, method in made] if len(made) == 1 else []
        return joined([f"{self.statistic}: {counted(len(self), 'estimate')}", *kinds, f"design df {self.df:,}"])

    def __getitem__(self, key: int | str) -> Estimate:
        """The estimate at a position, or the one whose group levels or term is `key`."""
        if isinstance(key, int):
            return self.rows[key]
        return self.rows[self.position(key)]

    def position(self, key: str) -> int:
        """Return the position of the estimate named `key`: its term, its level, or its levels joined by a comma."""
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
    """The levels of an estimate's group, or its term where it has none."""
    return levels_named([level for _, level in row.group]) or row.term


def levels_named(levels: Sequence[Any]) -> str:
    """Join levels by a comma; beside another, a level that holds a comma or a quote stands in quotes.

    Without the quotes "a" with "b, c" and "a, b" with "c" would have one name.

    Examples
    --------
    >>> levels_named(["a", "b"]), levels_named(["a", "b, c"]), levels_named(["a, b", "c"]), levels_named(["a, b"])
    ('a, b', 'a, "b, c"', '"a, b", c', 'a, b')
    """
    words = [str(level) for level in levels]
    return ", ".join(words if len(words) == 1 else [_quoted(word) for word in words])


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"' if "," in word or '"' in word else word
