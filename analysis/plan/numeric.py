"""Columns that a plan uses as numbers must hold numbers; the refusal names the line of the file."""

from collections.abc import Iterable, Iterator

from analysis.errors import AnalysisError, NotNumeric
from analysis.frames import Condition
from analysis.plan.conditions import ORDERED, is_dated
from analysis.plan.plan import EstimatePlan, Plan
from analysis.reading import DataFile
from analysis.reading.columns import Word
from analysis.reading.number_text import is_plain_number

TESTS_OF_NUMBERS = ("difference", "ranks", "correlation")
OF_NUMBERS = ("mean", "total", "ratio", "quantile")


class NotANumber(NotNumeric):
    """A cell of a text file that is no number, in a column that a plan uses as numbers."""

    def __init__(self, column: str, word: Word) -> None:
        super().__init__(column, word.text, word.row - 1)
        advice = f"; {word.advice}" if word.advice else ""
        AnalysisError.__init__(self, f"{self} (line {word.line}){advice}")


def check_numbers(plan: Plan, source: DataFile) -> None:
    """Refuse a column of text where the plan needs numbers.

    Raises
    ------
    NotANumber
    """
    for column in numeric_columns(plan):
        word = source.words.get(column)
        if word is not None and word.text not in plan.missing.get(column, ()):
            raise NotANumber(column, word)


def numeric_columns(plan: Plan) -> Iterator[str]:
    """Yield the columns that a plan uses as numbers."""
    yield from (plan.design.weights,) if plan.design.weights else ()
    yield from plan.design.fpc
    yield from (plan.design.inclusion["probabilities"],) if plan.design.inclusion else ()
    yield from (item for facet in (plan.index.facets if plan.index else ()) for item in facet.items)
    yield from _compared((*plan.only, *plan.where))
    yield from (wanted.outcome for wanted in plan.models if wanted.family != "logistic")
    yield from (column for test in plan.tests if test.kind in TESTS_OF_NUMBERS for column in test.columns)
    yield from (name for each in plan.reliability for name in each.names if name not in _scales(plan))
    filters = [*(m.where for m in plan.models), *(t.where for t in plan.tests), *(r.where for r in plan.reliability)]
    yield from _compared(condition for where in filters for condition in where)
    for wanted in (*plan.estimates, *(gap.of for gap in plan.gaps)):
        yield from _of_estimate(wanted)


def _of_estimate(wanted: EstimatePlan) -> Iterator[str]:
    if wanted.statistic in OF_NUMBERS:
        yield from wanted.columns
    yield from _compared((*wanted.where, *wanted.meets))


def _scales(plan: Plan) -> set[str]:
    """Return the names of the index and its facets, which stand for their items."""
    return set() if plan.index is None else {plan.index.name, *(facet.name for facet in plan.index.facets)}


def _compared(conditions: Iterable[Condition]) -> Iterator[str]:
    """Yield the columns whose numbers, rather than dates, are compared."""
    ordered = (each for each in conditions if each.op in ORDERED)
    yield from (each.column for each in ordered if is_plain_number(str(each.value)) or not is_dated(each.value))
