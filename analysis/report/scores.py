"""Columns that a report adds to the answers: index scores, facets, bands of trust, and categories of items."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from analysis.frames import Factor, Table
from analysis.index import IndexRecipe, score_items
from analysis.report.study import ItemPlan, ReportPlan

DONT_KNOW = -8
BANDS = ("low", "neutral", "high", "dont_know")
NEUTRAL = 5


def with_scores(table: Table, plan: ReportPlan) -> tuple[Table, Mapping[str, float]]:
    """The table with indices (``CTI``), facets (``CTI:openness``), bands (``A1:band``) and items (``B1:answer``)."""
    columns: dict[str, Any] = {}
    prorated = {}
    for recipe in (plan.headline, *plan.indices):
        scores = score_items(recipe, table)
        columns[recipe.name] = scores.values
        prorated[recipe.name] = scores.prorated_share
        columns |= {facet_column(recipe, name): values for name, values in scores.facets.items()}
    for code in plan.institutions:
        columns[f"{code}:band"] = bands(table, code)
    for item in plan.items:
        if item.kind != "multiple":
            columns[f"{item.code}:answer"] = answers(table, item)
        if item.dont_know:
            columns[f"{item.code}:dont_know"] = dont_knows(table, item)
    return table.with_columns(columns), prorated


def facet_column(recipe: IndexRecipe, facet: str) -> str:
    """The name of a facet's column."""
    return f"{recipe.name}:{facet}"


def bands(table: Table, code: str) -> Factor:
    """Trust from 0 to 10 in bands: low (0-4), neutral (5), high (6-10), and don't know; other codes are missing."""
    values = table.numbers(code)
    band = np.select([values == DONT_KNOW, values > NEUTRAL, values == NEUTRAL, values >= 0], [3, 2, 1, 0], -1)
    return Factor(band.astype(np.int64), BANDS)


def answers(table: Table, item: ItemPlan) -> Factor:
    """The options that were chosen; everything off the scale is missing."""
    values = table.numbers(item.code)
    codes = np.full(len(values), -1, np.int64)
    for place, option in enumerate(item.options):
        codes[values == option] = place
    return Factor(codes, tuple(str(option) for option in item.options))


def dont_knows(table: Table, item: ItemPlan) -> Factor:
    """Whether a person who was asked and answered said "don't know"."""
    values = table.numbers(item.code)
    answered = np.isin(values, item.options)
    return Factor(np.select([values == DONT_KNOW, answered], [1, 0], -1).astype(np.int64), ("no", "yes"))
