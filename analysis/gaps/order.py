"""The order of waves in time: as given, by number or by date; otherwise as the table shows them, with a note."""

from collections.abc import Iterable, Sequence

from analysis.errors import AnalysisError, listed
from analysis.frames.chronology import in_time
from analysis.results import Estimates


class BadWaveOrder(AnalysisError):
    """An order of waves that does not name each wave once."""

    def __init__(self, column: str, levels: Iterable[object], found: str) -> None:
        super().__init__(f"expected an order of '{column}' that names each of {listed(levels)} once, but {found}")


def ranks_of_waves(
    estimates: Estimates, column: str, order: Sequence[object] | None
) -> tuple[dict[object, int], tuple[str, ...]]:
    """The place in time of each level of a column, and a note where only the table's rows say so.

    Parameters
    ----------
    estimates
        Estimates by this column.
    column
        The column of the waves.
    order
        Its levels, the earliest first; without it the order follows from the levels.

    Raises
    ------
    BadWaveOrder
        An order that leaves out a level, names one twice, or names an unknown one.
    """
    levels = list(dict.fromkeys(dict(row.group)[column] for row in estimates if column in dict(row.group)))
    if order is not None:
        return _given(column, levels, order), ()
    known = estimates.orders.get(column)
    if known is not None and known.given:
        return _placed(known.levels), ()
    if not all(isinstance(level, str) for level in levels):
        return _placed(levels), ()
    dated = in_time(levels)
    if dated is not None:
        return _placed(dated), ()
    if known is None:
        return _placed(levels), ()
    return _placed(known.levels), (
        f"the waves stand in the order in which the column shows them: {', '.join(known.levels)}",
    )


def _given(column: str, levels: Sequence[object], order: Sequence[object]) -> dict[object, int]:
    if isinstance(order, str | bytes):
        raise BadWaveOrder(column, levels, f"it is the text {order!r}; give a list")
    names = [str(each) for each in order]
    if len(set(names)) < len(names):
        twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
        raise BadWaveOrder(column, levels, f"it names {listed(twice)} twice")
    left = [level for level in levels if str(level) not in names]
    if left:
        raise BadWaveOrder(column, levels, f"it leaves out {listed(left)}")
    unknown = sorted(set(names) - {str(level) for level in levels}, key=names.index)
    if unknown:
        raise BadWaveOrder(column, levels, f"it names {listed(unknown)}, which the estimates do not hold")
    return {level: names.index(str(level)) for level in levels}


def _placed(levels: Iterable[object]) -> dict[object, int]:
    return {level: place for place, level in enumerate(levels)}
