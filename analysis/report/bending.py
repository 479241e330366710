"""Find the figures that move when missing answers, such as "don't know", are filled in or left out.

An answer is filled in by what people with the same general trust and the same agency said.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure import DraftFact, Rules
from analysis.estimation import mean
from analysis.index import FacetRecipe, IndexRecipe, item_points
from analysis.report.draft import rows_at
from analysis.report.study import ReportPlan, Study
from analysis.results import Estimate

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

NOT_ASKED = -9
LARGE = 0.5  # of a standard error
FEWEST = Rules().count_threshold  # filled-in values, and people of a group
ENOUGH = Rules().score_unflagged  # scores


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Hold (n, k) points of all items of indices, with gaps filled in, and the index of each item's column."""

    points: Floats
    filled: Floats
    places: dict[str, int]

    def of(self, recipe: IndexRecipe, table: Floats) -> Floats:
        """Return (n,) the index with an equal weight for each facet; missing where an item is."""
        facets = [table[:, [self.places[item] for item in facet.items]].mean(axis=1) for facet in recipe.facets]
        return np.asarray(np.mean(facets, axis=0))


def bent_facts(study: Study, plan: ReportPlan) -> Iterator[DraftFact]:
    """Yield the figures whose filled-in value, or value for complete answers, is off by more than half an SE.

    The fact ``imputed`` (and ``complete``) holds pairs ``figure=value``, where a figure is an index, an institution's
    item, or ``CTI@agency``.
    """
    answers = fill_answers(study, plan)
    found = [*_of_indices(study, plan, answers), *_of_institutions(study, plan, answers)]
    for place, name in enumerate(("imputed", "complete")):
        moved = [f"{figure}={values[place]:.1f}" for figure, values in found if values[place] is not None]
        if moved:
            yield DraftFact(name, " ".join(moved), "constant")


def fill_answers(study: Study, plan: ReportPlan) -> Answers:
    """Fill in each missing item by a weighted regression on the agency and the person's other answers.

    The other answers are two means: of the same index, and of all other indices.
    """
    recipes = (plan.headline, *plan.indices)
    places = {item: (facet, k) for k, recipe in enumerate(recipes) for facet in recipe.facets for item in facet.items}
    points = np.column_stack([_points(facet, item, study) for item, (facet, _) in places.items()])
    own_index = np.array([k for _, k in places.values()])
    agency = study.design.table.factor("agency")
    dummies = np.eye(len(agency.levels) + 1)[agency.codes][:, : len(agency.levels)]
    centered, answered = _centered(points), np.isfinite(points)
    filled = points.copy()
    for k in range(len(places)):
        same = own_index == own_index[k]
        levels = [_level(centered, answered, chosen & (np.arange(len(places)) != k)) for chosen in (same, ~same)]
        filled[:, k] = _filled(points[:, k], np.column_stack([*levels, dummies]), study.design.weights)
    filled[~answered.any(axis=1)] = np.nan
    return Answers(points, filled, {item: k for k, item in enumerate(places)})


def _centered(points: Floats) -> Floats:
    """Return (n, k) points less the mean of their column."""
    counts = np.isfinite(points).sum(axis=0)
    return np.asarray(
        points - np.divide(np.nansum(points, axis=0), counts, out=np.zeros(len(counts)), where=counts > 0)
    )


def _level(centered: Floats, answered: Mask, chosen: Mask) -> Floats:
    """Return (n,) the mean of the chosen columns' answers; 0, their mean, where there are none."""
    counts = answered[:, chosen].sum(axis=1)
    sums = np.nansum(centered[:, chosen], axis=1)
    return np.asarray(np.divide(sums, counts, out=np.zeros(len(counts)), where=counts > 0))


def _points(facet: FacetRecipe, item: str, study: Study) -> Floats:
    return np.asarray(item_points(facet, study.design.table)[:, facet.items.index(item)])


def _filled(values: Floats, predictors: Floats, weights: Floats) -> Floats:
    known = np.isfinite(values)
    if known.sum() <= predictors.shape[1]:
        return values
    root = np.sqrt(weights[known])
    slope = np.linalg.lstsq(predictors[known] * root[:, None], values[known] * root, rcond=None)[0]
    return np.where(known, values, np.clip(predictors @ slope, 0.0, 100.0))


Moved = tuple[str, tuple[float | None, float | None]]


def _of_indices(study: Study, plan: ReportPlan, answers: Answers) -> Iterator[Moved]:
    everyone = np.ones(study.design.rows, bool)
    groups = [(f"@{agency}", rows_at(study, "agency", agency)) for agency in plan.agencies] or [("", everyone)]
    for recipe in (plan.headline, *plan.indices):
        complete, filled = (answers.of(recipe, table) for table in (answers.points, answers.filled))
        asked = _asked(study, [item for facet in recipe.facets for item in facet.items])
        for suffix, inside in groups if recipe is plan.headline else [("", everyone)]:
            yield f"{recipe.name}{suffix}", _compared(study, recipe.name, inside & asked, filled, complete)


def _of_institutions(study: Study, plan: ReportPlan, answers: Answers) -> Iterator[Moved]:
    for code in plan.institutions:
        if code in answers.places:
            filled = answers.filled[:, answers.places[code]]
            yield code, _compared(study, f"{code}:score", _asked(study, [code]), filled, None)


def _asked(study: Study, items: Sequence[str]) -> Mask:
    """Return (n,) whether a person was asked any of the items: an answer is filled in only for them."""
    return np.asarray(np.any([study.design.table.numbers(item) != NOT_ASKED for item in items], axis=0))


def _compared(
    study: Study, column: str, inside: Mask, filled: Floats, complete: Floats | None
) -> tuple[float | None, float | None]:
    """Return the filled-in mean and the mean of complete answers, each None where it is near the published one."""
    scores = study.design.table.numbers(column)
    if (inside & np.isfinite(scores)).sum() < ENOUGH:
        return None, None
    published = mean(study.design, column, where=inside)[0]
    found = (_moved(study, published, inside & np.isfinite(scores), inside, other) for other in (filled, complete))
    return next(found), next(found)


def _moved(study: Study, published: Estimate, scored: Mask, inside: Mask, values: Floats | None) -> float | None:
    """Return the mean of other values, if enough people differ and it is more than half an SE from the published."""
    if values is None:
        return None
    known = inside & np.isfinite(values)
    if known.sum() < FEWEST or (known ^ scored).sum() < FEWEST:
        return None
    value = float(np.average(values[known], weights=study.design.weights[known]))
    return value if abs(value - published.value) > LARGE * published.se else None
