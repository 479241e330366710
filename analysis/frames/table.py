"""Define a read-only table of columns, from pandas, Polars, Arrow, numpy or plain Python values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import EmptyTable, UnequalLengths, UnknownColumn, listed
from analysis.frames.encoding import encoded, held, package_of
from analysis.frames.errors import NotAName, NotFinite, OtherIndex, RepeatedColumn
from analysis.frames.factor import Factor, crossed
from analysis.frames.numbers import Numbers, floats_of
from analysis.frames.sources import Source, read_source
from analysis.showing import counted

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Repeated:
    """Mark several columns of one name, which are refused on request."""

    first: Any
    times: int


@dataclass(frozen=True, eq=False, slots=True)
class _Part:
    """Hold some rows of a column of another table, taken on request."""

    table: "Table"
    positions: NDArray[Any]


class Table:
    """Hold named columns of equal length; each is converted to numbers or a factor once, on first request.

    A column that is not requested is never converted.

    Parameters
    ----------
    columns
        Name -> n values of any make, or a ready `Factor`.

    Raises
    ------
    UnequalLengths
        When the columns differ in length.
    EmptyTable
        When there is no row.
    NotAColumn
        When a column is no sequence of values.

    Examples
    --------
    >>> table = Table({"age": ["old", "young", "old"], "score": [10, None, 30]})
    >>> table.factor("age").levels
    ('old', 'young')
    >>> table.numbers("score")
    array([10., nan, 30.])
    """

    def __init__(self, columns: Mapping[str, Any]) -> None:
        self._fill(read_source(columns))

    def _fill(self, source: Source) -> None:
        self._columns: dict[str, Any] = {}
        for name, values in source.columns:
            self._columns[name] = self._once_more(name) if name in self._columns else _kept(name, values)
        self.index = source.index
        self._numbers: dict[str, Floats] = {}
        self._factors: dict[str, Factor] = {}
        self._crossings: dict[tuple[str, ...], Factor] = {}
        self.rows = self._count_rows()
        self._check_indexes()

    def _once_more(self, name: str) -> _Repeated:
        before = self._columns[name]
        return _Repeated(before.first, before.times + 1) if isinstance(before, _Repeated) else _Repeated(before, 2)

    def _count_rows(self) -> int:
        lengths = {name: _length(values) for name, values in self._columns.items()}
        rows = next(iter(lengths.values()), 0)
        if rows == 0:
            raise EmptyTable()
        for name, length in lengths.items():
            if length != rows:
                raise UnequalLengths(name, rows, length)
        return rows

    def _check_indexes(self) -> None:
        """Refuse Series of different indexes: by position they would be mixed up."""
        seen: list[Any] = [self.index]
        for name, values in self._columns.items():
            if package_of(values) == "pandas" and hasattr(values, "iloc"):
                if not any(values.index is known for known in seen) and not values.index.equals(self.index):
                    raise OtherIndex(f"column '{name}'")
                seen.append(values.index)

    @classmethod
    def of(cls, frame: Any) -> "Table":
        """Take a frame as a table.

        Parameters
        ----------
        frame
            pandas or Polars data frame (eager or lazy), Arrow table or batch, whatever narwhals knows, a mapping of
            columns, a numpy structured array, a list of records, or a `Table`, which is returned as it is. A named
            pandas index counts as a column.

        Raises
        ------
        UnknownFrame, EmptyTable, UnequalLengths, NotAColumn

        Examples
        --------
        >>> Table.of([{"y": 1, "g": "a"}, {"y": 2}]).factor("g").missing
        array([False,  True])
        """
        if isinstance(frame, Table):
            return frame
        table = cls.__new__(cls)
        table._fill(read_source(frame))
        return table

    @property
    def names(self) -> tuple[str, ...]:
        """The column names in their order."""
        return tuple(self._columns)

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def __len__(self) -> int:
        return self.rows

    def __repr__(self) -> str:
        return f"Table of {counted(self.rows, 'row')} and {counted(len(self._columns), 'column')}: {listed(self.names)}"

    def numbers(self, name: str) -> Floats:
        """Column `name` as (n,) floats; missing values are NaN.

        Raises
        ------
        NotNumeric, NotFinite
            When text or infinity stands in it.
        """
        name = name_of_column(name)
        if name not in self._numbers:
            values = self._column(name)
            floats = floats_of(name, values) if isinstance(values, Factor) else values.floats()
            self._numbers[name] = _checked(name, floats)
        return self._numbers[name]

    def factor(self, name: str) -> Factor:
        """Column `name` as a factor, whatever its type."""
        name = name_of_column(name)
        if name not in self._factors:
            values = self._column(name)
            self._factors[name] = values if isinstance(values, Factor) else values.factor()
        return self._factors[name]

    def crossing(self, names: tuple[str, ...]) -> Factor:
        """The crossing of columns, its levels tuples of theirs; those that no row has are left out."""
        if names not in self._crossings:
            factors = [self.factor(name) for name in names]
            self._crossings[names] = crossed(factors) if len(names) > 1 else _alone(factors[0].dense())
        return self._crossings[names]

    def is_numeric(self, name: str) -> bool:
        """Whether the column holds numbers or booleans (rather than text or categories)."""
        return isinstance(self._column(name_of_column(name)), Numbers)

    def with_columns(self, columns: Mapping[str, Any]) -> "Table":
        """Make a table that also holds (or replaces) `columns`."""
        added = {str(name): values for name, values in columns.items()}
        table = Table.__new__(Table)
        table._fill(Source(list({**self._columns, **added}.items()), self._index_for(added)))
        table._numbers = {name: x for name, x in self._numbers.items() if name not in added}
        table._factors = {name: x for name, x in self._factors.items() if name not in added}
        table._crossings = {names: x for names, x in self._crossings.items() if added.keys().isdisjoint(names)}
        return table

    def _index_for(self, added: Mapping[str, Any]) -> Any:
        """The index that pandas Series must have: a table that pandas did not make has none but the row numbers."""
        if self.index is None and any(package_of(values) == "pandas" for values in added.values()):
            import pandas as pd

            return pd.RangeIndex(self.rows)
        return self.index

    def rows_at(self, positions: NDArray[Any]) -> "Table":
        """Make a table of the rows at `positions` (integers, or booleans)."""
        places = np.flatnonzero(positions) if positions.dtype == np.bool_ else np.asarray(positions, np.int64)
        columns: list[tuple[str, Any]] = [(name, _Part(self, places)) for name in self._columns]
        table = Table.__new__(Table)
        table._fill(Source(columns, None if self.index is None else self.index.take(places)))
        return table

    def _column(self, name: str) -> Numbers | Factor:
        """The column encoded; it takes the place of the values that arrived, so that they are not held twice."""
        values = self._raw(name)
        if isinstance(values, (Numbers, Factor)):
            return values
        found = self._taken(values, name) if isinstance(values, _Part) else encoded(name, values)
        self._columns[name] = found
        return found

    @staticmethod
    def _taken(part: _Part, name: str) -> Numbers | Factor:
        return part.table._column(name).at(part.positions)

    def _raw(self, name: str) -> Any:
        try:
            values = self._columns[name]
        except KeyError:
            raise UnknownColumn(name, self.names) from None
        if isinstance(values, _Repeated):
            raise RepeatedColumn(name, values.times)
        return values


def _kept(name: str, values: Any) -> Any:
    return values if isinstance(values, (_Repeated, _Part)) else held(name, values)


def _alone(factor: Factor) -> Factor:
    return Factor(factor.codes, tuple((level,) for level in factor.levels))


def _length(values: Any) -> int:
    if isinstance(values, _Repeated):
        return _length(values.first)
    return len(values.positions) if isinstance(values, _Part) else len(values)


def _checked(name: str, floats: Floats) -> Floats:
    if np.isinf(floats).any():
        infinite = np.isinf(floats)
        raise NotFinite(name, int(infinite.sum()), int(np.argmax(infinite)))
    return floats


def name_of_column(name: Any) -> str:
    """The name of a column as text; whole numbers name the columns of frames without a header.

    Raises
    ------
    NotAName
        When it is neither text nor a whole number.
    """
    if isinstance(name, str):
        return name
    if isinstance(name, (int, np.integer)) and not isinstance(name, bool):
        return str(name)
    raise NotAName(name)


def columns_named(names: str | Iterable[str] | None) -> tuple[str, ...]:
    """One name, several or none, as a tuple.

    Examples
    --------
    >>> columns_named("age"), columns_named(["age", "sex"]), columns_named(3)
    (('age',), ('age', 'sex'), ('3',))
    """
    if names is None:
        return ()
    if isinstance(names, (str, int, np.integer)):
        return (name_of_column(names),)
    if not isinstance(names, Iterable) or package_of(names) in ("polars", "pyarrow") or hasattr(names, "iloc"):
        raise NotAName(names)
    return tuple(name_of_column(name) for name in names)
