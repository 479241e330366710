"""Refusals of the border: a frame, a column or a mask that cannot be read without guessing."""

from typing import Any

from analysis.errors import AnalysisError, listed


def make_of(value: Any) -> str:
    """Name the type of a value with the package that it comes from.

    Examples
    --------
    >>> make_of(3), make_of([])
    ('int', 'list')
    """
    package = type(value).__module__.split(".")[0]
    name = type(value).__qualname__
    return name if package == "builtins" else f"{package} {name}"


class UnknownFrame(AnalysisError):
    """Something arrived that has no named columns."""

    def __init__(self, arrived: Any) -> None:
        super().__init__(
            "expected a pandas or Polars data frame, an Arrow table, a mapping of columns or a list of records, "
            f"but got {make_of(arrived)}; give its columns names first"
        )


class NotAColumn(AnalysisError):
    """A column that is no sequence of values."""

    def __init__(self, column: str, arrived: str) -> None:
        self.column = column
        super().__init__(f"expected one value for each row in column '{column}', but got {arrived}")


class RepeatedColumn(AnalysisError):
    """Two or more columns of one name, so that a name does not say which one is meant."""

    def __init__(self, column: str, times: int) -> None:
        self.column, self.times = column, times
        super().__init__(f"expected one column named '{column}', but the table has {times}; rename them")


class NotAName(AnalysisError):
    """A column was asked for by something other than its name."""

    def __init__(self, arrived: Any) -> None:
        super().__init__(f"expected the name of a column, but got {make_of(arrived)}; add it to the table and name it")


class NotFinite(AnalysisError):
    """Infinity stands where a number belongs."""

    def __init__(self, column: str, rows: int, row: int) -> None:
        self.column, self.rows, self.row = column, rows, row
        super().__init__(
            f"expected finite numbers in column '{column}', but {rows} row{'s' if rows != 1 else ''} hold"
            f"{'s' if rows == 1 else ''} infinity, the first in row {row + 1}; replace it by a number or leave it empty"
        )


class NotComparable(AnalysisError):
    """A condition compares a column with something that it cannot be smaller or larger than."""

    def __init__(self, column: str, expected: str, arrived: Any) -> None:
        self.column = column
        super().__init__(f"expected {expected} to compare column '{column}' with, but got {arrived!r}")


class OtherIndex(AnalysisError):
    """A pandas Series whose index does not say which row of the table each of its values belongs to."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"expected {what} to have the index of the table, each label once, but it has another; "
            "take it from the same data frame, or pass .to_numpy() to go by position"
        )


class BadMask(AnalysisError):
    """A filter that does not say of each row whether it is meant."""

    def __init__(self, rows: int, arrived: str) -> None:
        self.rows = rows
        super().__init__(
            f"expected a condition, several conditions or {rows} booleans (one for each row) as filter, "
            f"but got {arrived}"
        )


class UnorderedLevels(AnalysisError):
    """A value was compared with ordered categories that do not hold it."""

    def __init__(self, column: str, levels: tuple[Any, ...], arrived: Any) -> None:
        self.column = column
        super().__init__(
            f"expected one of the ordered categories {listed(levels)} to compare column '{column}' with, "
            f"but got {arrived!r}"
        )


class WithoutOrder(AnalysisError):
    """Text was compared as smaller or larger, but nothing says which text comes first."""

    def __init__(self, column: str, levels: tuple[Any, ...], arrived: Any) -> None:
        self.column = column
        super().__init__(
            f"expected numbers, dates or an ordered category in column '{column}' to compare with {arrived!r}, but its "
            f"text {listed(levels, 3)} has no known order; hold it as an ordered category (pandas: pd.Categorical(..., "
            "ordered=True), Polars: Enum), or list the levels with 'in'"
        )


class NotDated(AnalysisError):
    """A column that is compared with a date, but holds other text."""

    def __init__(self, column: str, value: Any, row: int) -> None:
        self.column, self.value, self.row = column, value, row
        super().__init__(
            f"expected dates such as 2024-01-31 in column '{column}', but row {row + 1} holds {value!r}; write its "
            "dates as year-month-day"
        )
