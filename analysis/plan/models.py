"""Regression models of a plan: how each is written, and how it is fitted."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from analysis.frames import Condition
from analysis.frames.conditions import rows_where
from analysis.plan.conditions import condition
from analysis.plan.nodes import Node, Reader, fields, level, several, text, texts
from analysis.plan.plan import ModelPlan
from analysis.plan.sample import PlanSample
from analysis.results import Estimates

FAMILIES = ("linear", "logistic", "poisson")
NAMES = re.compile(r"[:*]|factor\(|\)")
OPTIONS: Mapping[str, Reader] = MappingProxyType(
    {
        "on": texts,
        "factors": texts,
        "event": text,
        "margins": texts,
        "where": several(condition),
        "level": level,
        "title": text,
    }
)


@dataclass(frozen=True, eq=False, slots=True)
class ModelTables:
    """A fitted model as rows: its coefficients, a Wald test of each term, and predictive margins by column."""

    coefficients: list[dict[str, Any]]
    terms: list[dict[str, Any]]
    margins: Mapping[str, Estimates]
    df: int


def model(node: Node) -> ModelPlan | None:
    """One model, such as ``{linear: trust, on: [age, sex, age:sex]}``."""
    named = [family for family in FAMILIES if family in node.names()]
    if len(named) != 1:
        node.refuse(f"one model, such as {{linear: trust, on: [age, sex]}}, with one of {', '.join(FAMILIES)}")
        return None
    before = len(node.problems)
    found = fields(node, {named[0]: text, **OPTIONS}, (named[0], "on"))
    if len(node.problems) > before:
        return None
    options: dict[str, Any] = {key: found[key] for key in ("level", "event") if key in found}
    kept: tuple[Condition, ...] = tuple(x for x in found.get("where", ()) if x is not None)
    return ModelPlan(
        family=named[0],
        outcome=found[named[0]],
        terms=found["on"],
        factors=found.get("factors", ()),
        margins=found.get("margins", ()),
        where=kept,
        options=options,
        title=found.get("title") or "",
    )


def answer_model(sample: PlanSample, wanted: ModelPlan) -> ModelTables:
    """Fit a model; factors carry labels instead of codes."""
    from analysis.models import predictive_margins, regress

    factors = (*wanted.factors, *wanted.margins)
    named = [name for name in _columns(wanted.terms) if _is_category(sample, name, wanted)]
    design = sample.labelled(named)
    common: dict[str, Any] = {
        "family": wanted.family,
        "factors": factors,
        "where": rows_where(sample.design.table, sample.conditions(wanted.where)),
        **wanted.options,
    }
    fitted = regress(design, wanted.outcome, list(wanted.terms), **common)
    tests = [(term, fitted.term_test(term)) for term in dict.fromkeys(fitted.terms[1:])]
    rows = [{"term": term, "f": t.f, "df": t.df, "df_residual": t.df_residual, "p": t.p_value} for term, t in tests]
    margins = {
        column: predictive_margins(
            design, wanted.outcome, [term for term in wanted.terms if term != column], column, **common
        )
        for column in wanted.margins
    }
    return ModelTables(fitted.to_rows(), rows, margins, fitted.df)


def _is_category(sample: PlanSample, name: str, wanted: ModelPlan) -> bool:
    """Whether a column enters a model by its levels."""
    stated = name in (*wanted.factors, *wanted.margins) or f"factor({name})" in wanted.terms
    return name in sample.design.table and (stated or not sample.design.table.is_numeric(name))


def _columns(terms: tuple[str, ...]) -> Iterator[str]:
    """The columns that terms such as ``age:sex`` and ``factor(race)`` name."""
    for term in terms:
        yield from (part.strip() for part in NAMES.split(term) if part.strip())
