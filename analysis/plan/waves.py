"""Find the order of waves, from the plan or from the file and the names of the waves."""

from collections.abc import Sequence

from analysis.errors import AnalysisError, listed
from analysis.frames.chronology import in_time
from analysis.plan.codes import code_text
from analysis.plan.sample import PlanSample


class UnknownOrder(AnalysisError):
    """Waves whose order is neither given nor found in their names: the rows of a file have no order in time."""

    def __init__(self, column: str, levels: Sequence[object]) -> None:
        self.column, self.levels = column, tuple(levels)
        super().__init__(
            f"expected waves of '{column}' with dates or numbers, but found {listed(levels)}; give their order, "
            f"the earliest first: order: {{{column}: [...]}}"
        )


def wave_order(sample: PlanSample, column: str, given: Sequence[str] = ()) -> list[str] | None:
    """Return the levels of a column of waves as results show them, the earliest first; None where they date themselves.

    Parameters
    ----------
    sample
        The plan's data.
    column
        The column of the waves.
    given
        Their order by code or label; default the order of the plan.

    Raises
    ------
    UnknownOrder
        When the waves are text without dates or numbers and no order is given.
    """
    labels = sample.labels.get(column, {})
    order = given or sample.plan.order.get(column, ())
    if order:
        return [labels.get(level, level) for level in order]
    factor = sample.design.table.factor(column)
    shown = [str(labels.get(code_text(level), level)) for level in factor.dense().levels]
    if in_time(shown) is not None or len(shown) < 2:
        return None
    if factor.ordered or sample.design.table.is_numeric(column):
        return list(dict.fromkeys(shown))
    raise UnknownOrder(column, shown)
