"""The outcome of a regression as numbers; a logistic one also takes text of two levels, or a level to count."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError, listed
from analysis.frames import Factor, Table
from analysis.frames.condition import same_level
from analysis.frames.numbers import number_of

Floats = NDArray[np.float64]


class BadEvent(AnalysisError):
    """Refuse an outcome in words that does not say which level is the event."""

    def __init__(self, column: str, levels: tuple[Any, ...], arrived: str) -> None:
        self.column, self.levels = column, levels
        super().__init__(
            f"expected one level of '{column}' to count as 1 in a logistic regression, such as event={levels[-1]!r}, "
            f"but got {arrived}; its levels are {listed(levels)}"
        )


class EventWithoutUse(AnalysisError):
    """Refuse a level to count in a regression that counts none."""

    def __init__(self, family: str) -> None:
        super().__init__(f"expected an event only in a logistic regression, but the family is '{family}'; leave it out")


@dataclass(frozen=True, eq=False, slots=True)
class Outcome:
    """Hold an outcome as (n,) numbers, NaN where missing, and a note where its levels were given numbers."""

    values: Floats
    notes: tuple[str, ...] = ()


def read_outcome(table: Table, column: str, family: str, event: Any = None) -> Outcome:
    """Read the outcome of a regression.

    Parameters
    ----------
    event
        The level that counts as 1 in a ``logistic`` regression; all others count as 0. Without it, text of two levels
        counts its second one, as R does, and a note says so.

    Raises
    ------
    BadEvent, EventWithoutUse, NotNumeric, UnknownColumn

    Examples
    --------
    >>> read_outcome(Table({"vote": ["yes", "no", None]}), "vote", "logistic")
    Outcome(values=array([ 1.,  0., nan]), notes=("'vote' counts 'yes' as 1 and 'no' as 0",))
    """
    if family != "logistic":
        if event is not None:
            raise EventWithoutUse(family)
        return Outcome(table.numbers(column))
    if event is not None:
        return _counted(column, table.factor(column).dense(), event)
    if table.is_numeric(column):
        return Outcome(table.numbers(column))
    factor = table.factor(column).dense()
    if not factor.levels or any(np.isfinite(number_of(level)) for level in factor.levels):
        return Outcome(table.numbers(column))
    if len(factor.levels) != 2:
        raise BadEvent(column, factor.levels, "none")
    return _counted(column, factor, factor.levels[1])


def _counted(column: str, factor: Factor, event: Any) -> Outcome:
    places = [k for k, level in enumerate(factor.levels) if same_level(level, [event])]
    if len(places) != 1:
        raise BadEvent(column, factor.levels, repr(event))
    values = np.where(factor.missing, np.nan, factor.codes == places[0])
    others = [level for k, level in enumerate(factor.levels) if k != places[0]]
    return Outcome(values, (f"'{column}' counts {factor.levels[places[0]]!r} as 1 and {listed(others)} as 0",))
