"""Sources that compute where they are: DuckDB relations, Polars lazy frames and others that narwhals knows as lazy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.errors import AnalysisError, EmptyTable, UnknownColumn, listed
from analysis.frames.condition import Condition
from analysis.frames.encoding import package_of
from analysis.frames.table import Table

ENGINES = ("duckdb", "polars", "pyspark", "ibis", "sqlframe")
LEVELS = 100_000  # different values of a column that a condition may compare one by one
COUNT = "count of rows"
MOST_CELLS = 20_000_000


class TooManyCells(AnalysisError):
    """Refuse groups so fine that they are no fewer than rows."""

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = tuple(keys)
        super().__init__(f"expected at most {MOST_CELLS:,} combinations of {listed(keys, 20)}, but there are more")


def is_lazy(frame: Any) -> bool:
    """Whether a frame is a query that an engine answers, and no data yet.

    Examples
    --------
    >>> is_lazy({"y": [1, 2]})
    False
    """
    package = package_of(frame)
    if package in ("polars", "narwhals"):
        return hasattr(frame, "collect") and not hasattr(frame, "get_columns")
    return package in ENGINES


@dataclass(frozen=True, eq=False, slots=True)
class LazySource:
    """A query of narwhals, with the type of each of its columns."""

    frame: Any
    types: Mapping[str, Any]

    @classmethod
    def of(cls, frame: Any) -> "LazySource":
        """Take a query of any engine that narwhals knows."""
        import narwhals as nw

        found = nw.from_native(frame).lazy()
        return cls(found, dict(found.collect_schema()))

    def check(self, names: Sequence[str]) -> None:
        """Refuse a column that is not there."""
        for name in names:
            if name not in self.types:
                raise UnknownColumn(name, self.types)

    def is_number(self, name: str) -> bool:
        """Whether a column holds numbers or truth values."""
        import narwhals as nw

        return bool(self.types[name].is_numeric() or self.types[name] == nw.Boolean)

    def number(self, name: str) -> Any:
        """A column as an expression of floats; what is no number is missing."""
        import narwhals as nw

        column = nw.col(name)
        if self.types[name].is_float():
            column = nw.when(~column.is_nan()).then(column)
        return column.cast(nw.Float64)

    def with_columns(self, columns: Mapping[str, Any]) -> "LazySource":
        """The query with further columns, from expressions."""
        frame = self.frame.with_columns(**columns)
        return LazySource(frame, dict(frame.collect_schema()))

    def summed(self, keys: Sequence[str], sums: Mapping[str, Any]) -> Table:
        """One row for each combination of keys, in their order, with `sums` and the `COUNT` of rows."""
        import narwhals as nw

        named = {COUNT: nw.len(), **sums}
        if not keys:
            return self._collected(self.frame.select(**named))
        found = self._collected(self.frame.group_by(*keys).agg(**named).head(MOST_CELLS + 1).sort(*keys))
        if found.rows > MOST_CELLS:
            raise TooManyCells(keys)
        return found

    def values(self, name: str) -> Table | None:
        """The different values of a column; None where there are too many, or none."""
        import narwhals as nw

        frame = self.frame.select(name).filter(~nw.col(name).is_null()).unique().head(LEVELS + 1)
        try:
            found = self._collected(frame)
        except EmptyTable:
            return None
        return found if found.rows <= LEVELS else None

    def meeting(self, conditions: Sequence[Condition]) -> Any:
        """An expression that is true where all conditions hold; None where it takes the rows to see."""
        import narwhals as nw

        parts = [self._meeting(each) for each in conditions]
        if any(part is None for part in parts):
            return None
        return nw.all_horizontal(*parts, ignore_nulls=True) if parts else nw.lit(True)

    def _meeting(self, condition: Condition) -> Any:
        import narwhals as nw

        self.check([condition.column])
        if condition.op not in ("==", "!=", "in") and self.types[condition.column].is_numeric():
            limit = condition.value
            if isinstance(limit, int | float) and abs(limit) < 2**53:
                compared = getattr(self.number(condition.column), COMPARED[condition.op])(limit)
                return nw.when(compared).then(nw.lit(True)).otherwise(nw.lit(False))
        found = self.values(condition.column)
        if found is None:
            return None
        meets = condition.holds(found)
        native = found.factor(condition.column)
        levels = [native.levels[code] for code in native.codes[meets].tolist()]
        if not levels:
            return nw.lit(False)
        return nw.when(nw.col(condition.column).is_in(levels)).then(nw.lit(True)).otherwise(nw.lit(False))

    def whole(self, names: Sequence[str] | None = None) -> Table:
        """All rows in memory, or some columns of them."""
        return self._collected(self.frame if names is None else self.frame.select(*names))

    def _collected(self, frame: Any) -> Table:
        native = frame.collect().to_native() if str(frame.implementation) == "Implementation.POLARS" else None
        return Table.of(frame.collect(backend="pandas").to_native() if native is None else native)


COMPARED = {"<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}
