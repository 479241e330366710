"""Score answers from 0 to 100 points. A missing answer is never a zero."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError
from analysis.frames import Table
from analysis.index.recipe import FacetRecipe, IndexRecipe
from analysis.index.units import Units, units_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

ROWS_AT_ONCE = 32_768  # what fits a processor's cache: three times as fast as whole columns


class OffScale(AnalysisError):
    """Refuse an answer that is neither on the item's scale nor a declared missing code."""

    def __init__(self, item: str, value: float, low: float, high: float) -> None:
        self.item, self.value, self.low, self.high = item, value, low, high
        super().__init__(
            f"expected answers of item '{item}' from {low:g} to {high:g} or a declared missing code, but got {value:g}"
        )


@dataclass(frozen=True, eq=False, slots=True)
class IndexScores:
    """Hold the scores of n people.

    Parameters
    ----------
    values
        (n,) index, 0-100 points (not percent); NaN = too little answered.
    facets
        Facet name -> (n,) points, NaN = too little answered.
    answered
        (n,) number of items answered.
    items
        Number of items in the recipe.
    mean
        Mean of all scores, weighted if weights were given; NaN when no one has one.
    complete_mean
        The mean among people who answered every item, which shows the effect of the rule for missing items.
    prorated_share
        Share (0-1) of the scores that were made with some item missing.
    dont_know_shares
        Item -> share (0-1) of "don't know" among answers and "don't know"; NaN when there are neither.
    """

    values: Floats
    facets: Mapping[str, Floats]
    answered: Ints
    items: int
    mean: float
    complete_mean: float
    prorated_share: float
    dont_know_shares: Mapping[str, float]

    @property
    def scored(self) -> Mask:
        """Return (n,) whether the person has a score."""
        return ~np.isnan(self.values)

    @property
    def complete(self) -> Mask:
        """Return (n,) whether the person answered every item."""
        return np.equal(self.answered, self.items)


def score_items(recipe: IndexRecipe, frame: Any, weights: Floats | None = None) -> IndexScores:
    """Score answers by a recipe.

    An item x on a scale from l to h becomes 100 (x - l)/(h - l), or 100 (h - x)/(h - l) when reversed: the percent
    of the maximum possible (POMP). A facet is the mean of its answered items if enough are answered, the index the
    equal-weight mean of its scored facets if enough are scored. Missing is missing: never 0, never the midpoint.
    Sums are kept in whole units of a common denominator and divided once, so that people with the same answers tie.

    Parameters
    ----------
    recipe
        What to score.
    frame
        pandas or Polars data frame, Arrow table or mapping with the item columns, n rows.
    weights
        (n,) weights for the summary figures (`mean`, `complete_mean` and the shares); default equal.

    Returns
    -------
    IndexScores

    Raises
    ------
    OffScale
        An answer that is neither on the scale nor a declared missing code.
    UnknownColumn, NotNumeric
        An item that the frame lacks, or that holds text.

    References
    ----------
    Cohen, Cohen, Aiken and West (1999), The problem of units and the circumstance for POMP, Multivariate Behavioral
    Research 34; Mazza, Enders and Ruehlman (2015), same journal 50, on the bias of prorating, hence `complete_mean`.

    Examples
    --------
    >>> recipe = IndexRecipe.of_items("trust", ["a", "b", "c"], reversed_items=["c"])
    >>> scores = score_items(recipe, {"a": [5, 1, -9], "b": [5, -8, -9], "c": [1, 3, 2]})
    >>> scores.values
    array([100.,  25.,  nan])
    >>> round(scores.prorated_share, 2), round(scores.dont_know_shares["b"], 2)
    (0.5, 0.5)
    """
    table = Table.of(frame)
    total, scored, answered = (np.zeros(table.rows) for _ in range(3))
    facets: dict[str, Floats] = {}
    dont_know: dict[str, float] = {}
    units = units_of(recipe)
    for facet in recipe.facets:
        sums, count, unknown = _sum_facet(facet, units, table, weights)
        enough = count >= facet.answers_needed
        facets[facet.name] = _mean_if_enough(100 * sums, units.point * count, enough)
        dont_know |= unknown
        answered += count
        np.add(total, units.shares(sums, count), out=total, where=enough)
        scored += enough
    values = _mean_if_enough(100 * total, units.point * units.answer * scored, scored >= recipe.facets_needed)
    if len(recipe.facets) == 1:
        values = facets[recipe.facets[0].name].copy()
    return _summed_up(recipe, values, facets, answered.astype(np.int64), dont_know, weights)


def item_points(facet: FacetRecipe, frame: Any) -> Floats:
    """(n, k) points 0-100 of a facet's items, reversed ones turned round, NaN = missing: what `reliability` takes.

    Parameters
    ----------
    facet
        Its items and scales.
    frame
        As for `score_items`.

    Raises
    ------
    OffScale, UnknownColumn, NotNumeric

    Examples
    --------
    >>> item_points(FacetRecipe("equal", ("b5", "b6"), ("b6",)), {"b5": [5, 3], "b6": [2, -9]})
    array([[100.,  75.],
           [ 50.,  nan]])
    """
    table = Table.of(frame)
    columns = []
    units = units_of(IndexRecipe(facet.name, (facet,)))
    for item in facet.items:
        sums, count = np.zeros(table.rows), np.zeros(table.rows)
        _add_item(facet, item, units.point, table.numbers(item), sums, count)
        columns.append(_mean_if_enough(100 * sums, units.point * count, count > 0))
    return np.column_stack(columns)


def _sum_facet(
    facet: FacetRecipe, units: Units, table: Table, weights: Floats | None
) -> tuple[Floats, Floats, dict[str, float]]:
    """(n,) sums of the items in units of 1/`units.point`, (n,) items answered, and "don't know" shares by item."""
    sums, count = np.zeros(table.rows), np.zeros(table.rows)
    shares = {}
    for item in facet.items:
        answers = table.numbers(item)
        off_scale = _add_item(facet, item, units.point, answers, sums, count)
        shares[item] = _dont_know_share(facet, answers, off_scale, weights)
    return sums, count, shares


def _add_item(facet: FacetRecipe, item: str, point: float, answers: Floats, sums: Floats, count: Floats) -> Ints:
    """Add the item's place on its scale, in units of 1/`point`; returns the rows whose answer is a missing code."""
    low, high = facet.scale(item)
    step = point / (high - low)
    start, step = (high, -step) if item in facet.reversed_items else (low, step)
    off_scale = []
    for first in range(0, len(answers), ROWS_AT_ONCE):
        rows = slice(first, first + ROWS_AT_ONCE)
        part = answers[rows]
        on_scale = (part >= low) & (part <= high)
        np.add(sums[rows], (part - start) * step, out=sums[rows], where=on_scale)
        count[rows] += on_scale
        if not on_scale.all():
            off_scale.append(first + np.flatnonzero(~on_scale & ~np.isnan(part)))
    coded = np.concatenate(off_scale) if off_scale else np.zeros(0, np.int64)
    _check_codes(facet, item, answers[coded])
    return coded


def _check_codes(facet: FacetRecipe, item: str, found: Floats) -> None:
    undeclared = found[~np.isin(found, facet.codes)]
    if len(undeclared):
        raise OffScale(item, float(undeclared[0]), *facet.scale(item))


def _dont_know_share(facet: FacetRecipe, answers: Floats, coded: Ints, weights: Floats | None) -> float:
    unknown = coded[np.isin(answers[coded], facet.dont_know_codes)]
    missing = np.isnan(answers)
    missing[coded] = True
    if weights is None:
        said, given = float(len(unknown)), float(len(answers) - np.count_nonzero(missing))
    else:
        said, given = float(weights[unknown].sum()), float(weights @ ~missing)
    return said / (said + given) if said + given > 0 else np.nan


def _mean_if_enough(total: Floats, count: Floats, enough: Mask) -> Floats:
    """The quotient, kept in 0-100 against rounding, where there is enough behind it; else NaN."""
    mean = np.full(len(total), np.nan)
    np.divide(total, count, out=mean, where=enough)
    return np.clip(mean, 0, 100, out=mean)


def _summed_up(
    recipe: IndexRecipe,
    values: Floats,
    facets: dict[str, Floats],
    answered: Ints,
    dont_know: dict[str, float],
    weights: Floats | None,
) -> IndexScores:
    scored = ~np.isnan(values)
    complete = scored & (answered == len(recipe.items))
    return IndexScores(
        values=values,
        facets=MappingProxyType(facets),
        answered=answered,
        items=len(recipe.items),
        mean=_mean(values, scored, weights),
        complete_mean=_mean(values, complete, weights),
        prorated_share=1 - _mean(complete.astype(np.float64), scored, weights),
        dont_know_shares=MappingProxyType(dont_know),
    )


def _mean(values: Floats, rows: Mask, weights: Floats | None) -> float:
    chosen = values[rows]
    if weights is None:
        return float(chosen.mean()) if len(chosen) else np.nan
    own = weights[rows]
    total = float(own.sum())
    return float(own @ chosen) / total if total > 0 else np.nan
