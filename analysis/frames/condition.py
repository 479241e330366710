"""Filters as values: a column, an operator and what it is compared with."""

import datetime as dt
import operator
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import UnknownChoice
from analysis.frames.chronology import in_time
from analysis.frames.errors import NotComparable, NotDated, UnorderedLevels, WithoutOrder
from analysis.frames.factor import Factor
from analysis.frames.numbers import WRITTEN
from analysis.frames.table import Table

Mask = NDArray[np.bool_]
Comparison = Callable[[Any, Any], Any]
FLOAT_EXACT = 2**53  # from here on, neighboring integers share a float
ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
WHOLE = re.compile(r"[+-]?\d{1,4000}", re.ASCII)  # Python reads no longer text as an integer


@dataclass(frozen=True, slots=True)
class Condition:
    """`column` compared with `value` by `op` (one of ==, !=, <, <=, >, >=, in).

    A missing value meets no condition, not even ``!=``. Numbers are compared with numbers, dates or their text
    (``2024-01-31``) with dates or their text, ordered categories with one of their own, in their order, and text such
    as ``Jan 2024`` or ``wave 10`` with text that is written in the same way, in the order of time. Categories
    that are all numbers compare as numbers. Integers of any length are compared exactly.

    Raises
    ------
    UnknownChoice
        When there is no such operator.
    NotComparable, UnorderedLevels, WithoutOrder
        When the column and the value have no order in common.

    Examples
    --------
    >>> Condition("age", ">=", 65).holds(Table({"age": [70, 30, None]}))
    array([ True, False, False])
    """

    column: str
    op: str
    value: Any

    def __post_init__(self) -> None:
        if self.op not in (*_ORDERED, "==", "!=", "in"):
            raise UnknownChoice("the operator of a condition", (*_ORDERED, "==", "!=", "in"), self.op)

    def holds(self, table: Table) -> Mask:
        """(n,) true where the condition holds."""
        if self.op in _ORDERED:
            return self._compares(table, _ORDERED[self.op])
        factor = table.factor(self.column)
        wanted = self.value if self.op == "in" else [self.value]
        chosen = [same_level(level, _several(wanted)) for level in factor.levels]
        meets = np.array([*chosen, False])[factor.codes]
        return ~meets & ~factor.missing if self.op == "!=" else meets

    def _compares(self, table: Table, compare: Comparison) -> Mask:
        if not table.is_numeric(self.column):
            factor = table.factor(self.column)
            if factor.ordered and not all(_is_number(level) for level in factor.levels):
                return _by_position(self, factor, compare)
            if factor.levels and all(isinstance(level, dt.date) for level in factor.levels):
                return _by_date(self, factor, compare)
            if isinstance(self.value, str) and _exact(self.value) is None:
                return _by_text(self, factor, compare)
            if is_date(self.value):
                return _by_date(self, _dated(self.column, factor), compare)
        floats, limit = table.numbers(self.column), _number(self)
        if isinstance(limit, int) and abs(limit) >= FLOAT_EXACT:
            return _by_level(table.factor(self.column), limit, compare)
        return np.asarray(compare(floats, float(limit)))


def _number(condition: Condition) -> int | float:
    found = _exact(condition.value)
    if found is None:
        raise NotComparable(condition.column, "a number", condition.value)
    return found


def _exact(value: Any) -> int | float | None:
    """Return the number that a value is or that its text writes, integers with all digits; None where it is none."""
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, str) and WRITTEN.fullmatch(value.strip()):
        return int(value) if WHOLE.fullmatch(value.strip()) else float(value)
    return float(value) if _is_number(value) else None


def _by_level(factor: Factor, limit: int, compare: Comparison) -> Mask:
    """Compare each level with an integer as Python does: exactly."""
    numbers = [_exact(level) for level in factor.levels]
    meets = [number is not None and bool(compare(number, limit)) for number in numbers]
    return np.array([*meets, False])[factor.codes]


def _is_number(value: Any) -> bool:
    return isinstance(value, (bool, int, float, np.number, np.bool_)) and value == value


def _by_position(condition: Condition, factor: Factor, compare: Comparison) -> Mask:
    places = [k for k, level in enumerate(factor.levels) if same_level(level, [condition.value])]
    if not places:
        raise UnorderedLevels(condition.column, factor.levels, condition.value)
    return np.asarray(compare(factor.codes, places[0]) & ~factor.missing)


def _by_date(condition: Condition, factor: Factor, compare: Comparison) -> Mask:
    moment = _moment(condition, condition.value)
    try:
        meets = [bool(compare(_moment(condition, level), moment)) for level in factor.levels]
    except TypeError:
        raise NotComparable(condition.column, "a time with (or without) a zone, as in the column", moment) from None
    return np.array([*meets, False])[factor.codes]


def is_date(value: Any) -> bool:
    """Whether a value is a date or its text in ISO 8601, with or without a time.

    Examples
    --------
    >>> is_date("2024-01-31"), is_date("2024-01-31 10:30"), is_date("31.1.2024"), is_date("2024")
    (True, True, False, False)
    """
    return isinstance(value, (dt.date, np.datetime64)) or (isinstance(value, str) and _read_date(value) is not None)


def _read_date(text: str) -> dt.datetime | None:
    if not ISO_DATE.match(text.strip()):
        return None
    try:
        return dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return None


def _dated(column: str, factor: Factor) -> Factor:
    """Return the factor with its text read as dates, of which files keep only the text."""
    found = [_read_date(level) if isinstance(level, str) else None for level in factor.levels]
    wrong = np.isin(factor.codes, [k for k, moment in enumerate(found) if moment is None])
    if wrong.any():
        row = int(np.argmax(wrong))
        raise NotDated(column, factor.levels[factor.codes[row]], row)
    return replace(factor, levels=tuple(found))


def _by_text(condition: Condition, factor: Factor, compare: Comparison) -> Mask:
    """Compare text with text in the order of time that both are written in."""
    dense = factor.dense()
    if is_date(condition.value) and any(isinstance(level, str) and _read_date(level) for level in dense.levels):
        return _by_date(condition, _dated(condition.column, dense), compare)
    texts = [level for level in dense.levels if isinstance(level, str)]
    ordered = in_time(list(dict.fromkeys([*texts, condition.value]))) if len(texts) == len(dense.levels) else None
    if ordered is None:
        raise WithoutOrder(condition.column, dense.levels, condition.value)
    place = {level: k for k, level in enumerate(ordered)}
    meets = [bool(compare(place[level], place[condition.value])) for level in texts]
    return np.array([*meets, False])[dense.codes]


def _moment(condition: Condition, value: Any) -> dt.datetime:
    try:
        if isinstance(value, str):
            value = dt.datetime.fromisoformat(value)
        elif isinstance(value, np.datetime64):
            value = value.astype("M8[us]").item()
    except ValueError:
        value = None
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day)
    raise NotComparable(condition.column, "a date (or text such as '2024-01-31')", condition.value)


def _several(wanted: Any) -> Sequence[Any]:
    return list(wanted) if isinstance(wanted, Iterable) and not isinstance(wanted, (str, bytes)) else [wanted]


def same_level(level: Any, wanted: Sequence[Any]) -> bool:
    """Whether a level is one of those wanted, or is written as one of them.

    Examples
    --------
    >>> same_level(1, ["1"]), same_level("yes", ["no"])
    (True, False)
    """
    return any(_equal(level, x) or str(level) == str(x) or _writes(x, level) for x in wanted)


def _writes(text: Any, level: Any) -> bool:
    """Whether a text writes the number or truth that a level is: 1 is 1.0 beside 2.5, and 1 or ``true`` is True."""
    if isinstance(text, str) and isinstance(level, str):
        return text.lower() == level.lower() in ("true", "false")  # as text files hold booleans
    if not isinstance(text, str) or not _is_number(level):
        return False
    return _exact(text) == level or (isinstance(level, bool) and text.strip().lower() == str(level).lower())


def _equal(level: Any, wanted: Any) -> bool:
    found = level == wanted
    return isinstance(found, (bool, np.bool_)) and bool(found)


_ORDERED: dict[str, Comparison] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
