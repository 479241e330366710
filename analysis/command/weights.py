"""The command ``weights``: the weights of a plan as a file, and the record of how they came about."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from analysis.command.answers import record_section
from analysis.command.arguments import Arguments
from analysis.command.report import OutputReport, OutputSection
from analysis.command.writing import csv_of, store_text
from analysis.errors import AnalysisError, UnknownColumn
from analysis.frames.coding import EXACT
from analysis.plan.codes import code_text
from analysis.plan.plan import Plan
from analysis.plan.problems import NotInPlan
from analysis.plan.sample import PlanSample, Progress, make_sample


class IdsLackDigits(AnalysisError):
    """Ids that are floating-point numbers too long for them: two people may share one."""

    def __init__(self, column: str, found: float) -> None:
        super().__init__(
            f"expected whole ids in column '{column}', but found {found!r}, of which 15 digits are kept; store ids of "
            "this length as text"
        )


def make_weights(plan: Plan, arguments: Arguments, progress: Progress) -> tuple[OutputReport, str]:
    """Make the weights of a plan; return the record of the steps, and id, base weight and weight of each row as CSV.

    Where the arguments name an output file, the weights go there and the text is empty.

    Raises
    ------
    NotInPlan
        When the plan has no weighting.
    """
    if not plan.weighting:
        raise NotInPlan(plan.path, "weighting")
    sample = make_sample(plan, arguments.data, progress)
    rows = _rows(sample)
    sections = (record_section(sample), *_unclear_ids(rows, plan.id))
    if arguments.output is None:
        return OutputReport(plan.title, sections, sample.reading), csv_of(rows)
    store_text(arguments.output, csv_of(rows))
    written = OutputSection("", (), (f"{sample.design.rows} weights written to {arguments.output}",))
    return OutputReport(plan.title, (*sections, written), sample.reading), ""


def _rows(sample: PlanSample) -> list[dict[str, Any]]:
    name, design = sample.plan.id, sample.design
    if name is not None and name not in design.table:
        raise UnknownColumn(name, design.table.names)
    ids = list(range(1, design.rows + 1)) if name is None else _ids(sample, name)
    return [
        {name or "row": own, "base_weight": float(base), "weight": float(weight)}
        for own, base, weight in zip(ids, design.base_weights, design.weights, strict=True)
    ]


def _ids(sample: PlanSample, name: str) -> list[Any]:
    factor = sample.design.table.factor(name)
    long = next((level for level in factor.levels if isinstance(level, float) and abs(level) > EXACT), None)
    if long is not None:
        raise IdsLackDigits(name, long)
    levels = [code_text(level) for level in factor.levels]
    return [None if code < 0 else levels[code] for code in factor.codes]


def _unclear_ids(rows: Sequence[Mapping[str, Any]], name: str | None) -> list[OutputSection]:
    """Return a note on rows that no id, or one id with others, names: their weights cannot be joined."""
    if name is None:
        return []
    counts = Counter(row[name] for row in rows)
    nameless = counts.pop(None, 0)
    shared = sum(count for count in counts.values() if count > 1)
    found = [f"{count} {words}" for count, words in ((nameless, "without one"), (shared, "that share one")) if count]
    return [OutputSection("", (), (f"rows by the id '{name}': {' and '.join(found)}",))] if found else []
