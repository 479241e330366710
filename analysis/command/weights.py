"""The command ``weights``: the weights of a plan as a file, and the record of how they came about."""

from typing import Any

from analysis.command.answers import record_section
from analysis.command.arguments import Arguments
from analysis.command.report import OutputReport, OutputSection
from analysis.command.writing import csv_of, store_text
from analysis.errors import UnknownColumn
from analysis.plan.plan import Plan
from analysis.plan.problems import NotInPlan
from analysis.plan.sample import PlanSample, Progress, make_sample


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
    if arguments.output is None:
        return OutputReport(plan.title, (record_section(sample),), sample.reading), csv_of(_rows(sample))
    store_text(arguments.output, csv_of(_rows(sample)))
    written = OutputSection("", (), (f"{sample.design.rows} weights written to {arguments.output}",))
    return OutputReport(plan.title, (record_section(sample), written), sample.reading), ""


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
    return [None if code < 0 else factor.levels[code] for code in factor.codes]
