"""Columns that a report adds to the answers: index scores, facets, bands of trust, and categories of items."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.frames import Factor, Table
from analysis.index import IndexRecipe, score_items
from analysis.report.study import ItemPlan, ReportPlan

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DONT_KNOW = -8
BANDS = ("low", "neutral", "high", "dont_know")
NEUTRAL = 5


def with_scores(table: Table, plan: ReportPlan) -> tuple[Table, Mapping[str, float]]:
    """The table with indices (``CTI``), facets (``CTI:openness``), trust (``A1:band``) and items (``B1:answer``)."""
    columns: dict[str, Any] = {}
    prorated = {}
    for recipe in (plan.headline, *plan.indices):
        scores = score_items(recipe, table)
        columns[recipe.name] = scores.values
        prorated[recipe.name] = scores.prorated_share
        columns |= {facet_column(recipe, name): values for name, values in scores.facets.items()}
    for code in plan.institutions:
        columns[f"{code}:band"] = bands(table, code)
        columns[score_column(code)] = trust_points(table, code)
    for item in plan.items:
        if item.kind != "multiple":
            columns[f"{item.code}:answer"] = answers(table, item)
        if item.dont_know:
            columns[f"{item.code}:dont_know"] = dont_knows(table, item)
    return table.with_columns(columns), prorated


def facet_column(recipe: IndexRecipe, facet: str) -> str:
    """The name of a facet's column."""
    return f"{recipe.name}:{facet}"


def is_facet(column: str) -> bool:
    """Return whether a column is a facet's.

    Examples
    --------
    >>> is_facet("CTI:fairness"), is_facet("CTI")
    (True, False)
    """
    return ":" in column


def score_column(code: str) -> str:
    """The name of the column of an institution's trust in points."""
    return f"{code}:score"


def trust_points(table: Table, code: str) -> Floats:
    """(n,) trust from 0 to 10 as points from 0 to 100; other codes are missing."""
    values = table.numbers(code)
    return np.where(values < 0, np.nan, 10.0 * values)


def bands(table: Table, code: str) -> Factor:
    """Trust from 0 to 10 in bands: low (0-4), neutral (5), high (6-10), and don't know; other codes are missing."""
    values = table.numbers(code)
    band = np.select([values == DONT_KNOW, values > NEUTRAL, values == NEUTRAL, values >= 0], [3, 2, 1, 0], -1)
    return Factor(band.astype(np.int64), BANDS)


def answers(table: Table, item: ItemPlan) -> Factor:
    """The options that were chosen; everything off the scale is missing."""
    places = {option: place for place, option in enumerate(item.options)}
    return Factor(_looked_up(table.numbers(item.code), places), tuple(str(option) for option in item.options))


def dont_knows(table: Table, item: ItemPlan) -> Factor:
    """Whether a person who was asked and answered said "don't know"."""
    places = dict.fromkeys(item.options, 0) | {DONT_KNOW: 1}
    return Factor(_looked_up(table.numbers(item.code), places), ("no", "yes"))


def _looked_up(values: Floats, places: Mapping[int, int]) -> Ints:
    """(n,) what each whole number stands for; -1 for any that is not among `places`, and for no number."""
    low, high = min(places), max(places)
    by_code = np.full(high - low + 3, -1, np.int64)
    for code, place in places.items():
        by_code[code - low + 1] = place
    known = (values >= low) & (values <= high) & (values == np.trunc(values))
    return by_code[np.where(known, values - (low - 1), 0).astype(np.int64)]
