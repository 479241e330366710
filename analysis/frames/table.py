"""A read-only table of columns, from pandas, Polars, Arrow or plain arrays."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import EmptyTable, NotNumeric, UnequalLengths, UnknownColumn
from analysis.frames.factor import Factor, crossed

Floats = NDArray[np.float64]


class Table:
    """Named columns of equal length; each is turned into numbers or a factor once, when first asked for.

    Parameters
    ----------
    columns
        Name -> array of n values, or a ready `Factor`.

    Raises
    ------
    UnequalLengths
        When the columns differ in length.
    EmptyTable
        When there is no row.

    Examples
    --------
    >>> table = Table({"age": ["old", "young", "old"], "score": [10, None, 30]})
    >>> table.factor("age").levels
    ('old', 'young')
    >>> table.numbers("score")
    array([10., nan, 30.])
    """

    def __init__(self, columns: Mapping[str, Any]) -> None:
        self._columns: dict[str, Any] = {
            str(name): x if isinstance(x, Factor) else _array(x) for name, x in columns.items()
        }
        self._numbers: dict[str, Floats] = {}
        self._factors: dict[str, Factor] = {}
        self._crossings: dict[tuple[str, ...], Factor] = {}
        lengths = {name: len(values) for name, values in self._columns.items()}
        self.rows = next(iter(lengths.values()), 0)
        if self.rows == 0:
            raise EmptyTable()
        for name, length in lengths.items():
            if length != self.rows:
                raise UnequalLengths(name, self.rows, length)

    @classmethod
    def of(cls, frame: Any) -> "Table":
        """Take a pandas or Polars data frame, an Arrow table, a mapping of arrays, or a Table as it is."""
        if isinstance(frame, Table):
            return frame
        if isinstance(frame, Mapping):
            return cls(frame)
        import narwhals as nw

        data = nw.from_native(frame, eager_only=True)
        return cls({name: _from_series(data[name]) for name in data.columns})

    @property
    def names(self) -> tuple[str, ...]:
        """The column names in their order."""
        return tuple(self._columns)

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def __len__(self) -> int:
        return self.rows

    def numbers(self, name: str) -> Floats:
        """Column `name` as (n,) floats; missing values are NaN. Text raises `NotNumeric`."""
        if name not in self._numbers:
            self._numbers[name] = _to_numbers(name, self._values(name))
        return self._numbers[name]

    def factor(self, name: str) -> Factor:
        """Column `name` as a factor, whatever its type."""
        if name not in self._factors:
            values = self._values(name)
            self._factors[name] = values if isinstance(values, Factor) else Factor.of(values)
        return self._factors[name]

    def crossing(self, names: tuple[str, ...]) -> Factor:
        """The crossing of columns, its levels tuples of theirs; those that no row has are left out."""
        if names not in self._crossings:
            factors = [self.factor(name) for name in names]
            self._crossings[names] = crossed(factors) if len(names) > 1 else _alone(factors[0].dense())
        return self._crossings[names]

    def is_numeric(self, name: str) -> bool:
        """Whether the column holds numbers (rather than text or a factor)."""
        values = self._values(name)
        return not isinstance(values, Factor) and values.dtype.kind in "iufb"

    def with_columns(self, columns: Mapping[str, Any]) -> "Table":
        """A new table that also holds (or replaces) `columns`."""
        table = Table({**self._columns, **columns})
        table._numbers = {name: kept for name, kept in self._numbers.items() if name not in columns}
        table._factors = {name: kept for name, kept in self._factors.items() if name not in columns}
        table._crossings = {names: kept for names, kept in self._crossings.items() if columns.keys().isdisjoint(names)}
        return table

    def rows_at(self, positions: NDArray[Any]) -> "Table":
        """A new table of the rows at `positions` (integers, or booleans)."""
        return Table({name: _taken(values, positions) for name, values in self._columns.items()})

    def _values(self, name: str) -> Any:
        try:
            return self._columns[name]
        except KeyError:
            raise UnknownColumn(name, self.names) from None


def _alone(factor: Factor) -> Factor:
    return Factor(factor.codes, tuple((level,) for level in factor.levels))


def _taken(values: Any, positions: NDArray[Any]) -> Any:
    if isinstance(values, Factor):
        return Factor(values.codes[positions], values.levels)
    return values[positions]


def _array(values: Any) -> NDArray[Any]:
    array = np.asarray(values)
    if array.dtype.kind == "O":
        return _tightened(array)
    return array


def _tightened(array: NDArray[Any]) -> NDArray[Any]:
    """Numbers with None become floats with NaN; anything else stays an object array."""
    known = [x for x in array if x is not None]
    if known and all(isinstance(x, (int, float, np.number)) for x in known):
        return np.array([np.nan if x is None else float(x) for x in array])
    return array


def _from_series(series: Any) -> Any:
    import narwhals as nw

    if series.dtype in (nw.Categorical, nw.Enum):
        return _from_categories(series)
    if series.dtype.is_numeric() and series.null_count() == 0:
        return series.to_numpy()
    if series.dtype.is_numeric():
        return series.cast(nw.Float64).to_numpy()
    return np.array([None if x != x else x for x in series.to_list()], dtype=object)


def _from_categories(series: Any) -> Factor:
    """The codes as they are where pandas keeps them; otherwise the text, put in the order of the categories."""
    levels = tuple(series.cat.get_categories().to_list())
    native = series.to_native()
    if hasattr(native, "cat") and hasattr(native.cat, "codes"):
        return Factor(native.cat.codes.to_numpy().astype(np.int64), levels)
    found = Factor.of(np.array(series.to_list(), dtype=object))
    place = {level: k for k, level in enumerate(levels)}
    recode = np.array([*(place[level] for level in found.levels), -1], np.int64)
    return Factor(recode[found.codes], levels)


def _to_numbers(name: str, values: Any) -> Floats:
    if isinstance(values, Factor):
        return _to_numbers(name, np.array([*values.levels, None], dtype=object))[values.codes]
    if values.dtype.kind in "iufb":
        return np.asarray(values, np.float64)
    return np.array([_number(name, row, x) for row, x in enumerate(values)], np.float64)


def _number(name: str, row: int, value: object) -> float:
    if value is None or (isinstance(value, str) and not value.strip()):
        return np.nan
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise NotNumeric(name, value, row) from None


def columns_named(names: str | Iterable[str]) -> tuple[str, ...]:
    """One name or several, as a tuple."""
    return (names,) if isinstance(names, str) else tuple(names)
