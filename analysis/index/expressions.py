"""Index scores as expressions of narwhals, for rows that stay in the engine that holds them."""

from collections.abc import Mapping
from typing import Any

from analysis.frames.lazy import LazySource
from analysis.index.recipe import FacetRecipe, IndexRecipe
from analysis.index.scoring import OffScale


def score_expressions(recipe: IndexRecipe, source: LazySource) -> Mapping[str, Any]:
    """Return the index, and its facets where there are several, as `score_items` computes them.

    Raises
    ------
    OffScale, UnknownColumn
    """
    import narwhals as nw

    source.check(recipe.items)
    _check(recipe, source)
    facets = {facet.name: _facet(facet, source) for facet in recipe.facets}
    if len(facets) == 1:
        return {recipe.name: next(iter(facets.values()))}
    count = nw.sum_horizontal(*[(~score.is_null()).cast(nw.Float64) for score in facets.values()])
    mean = nw.sum_horizontal(*facets.values()) / count
    return {**facets, recipe.name: nw.when(count >= recipe.facets_needed).then(mean)}


def _facet(facet: FacetRecipe, source: LazySource) -> Any:
    import narwhals as nw

    points = [_points(facet, item, source) for item in facet.items]
    count = nw.sum_horizontal(*[(~point.is_null()).cast(nw.Float64) for point in points])
    return nw.when(count >= facet.answers_needed).then(nw.sum_horizontal(*points) / count)


def _points(facet: FacetRecipe, item: str, source: LazySource) -> Any:
    """Points 0-100 of an item; missing off its scale."""
    import narwhals as nw

    low, high = facet.scale(item)
    answer = source.number(item)
    own = (high - answer if item in facet.reversed_items else answer - low) * 100.0 / (high - low)
    return nw.when((answer >= low) & (answer <= high)).then(own)


def _check(recipe: IndexRecipe, source: LazySource) -> None:
    """Refuse an answer that is neither on the scale nor a code of no answer."""
    import narwhals as nw

    bad = {}
    for facet in recipe.facets:
        for item in facet.items:
            low, high = facet.scale(item)
            answer = source.number(item)
            off = ((answer < low) | (answer > high)) & ~answer.is_in(list(facet.codes))
            bad[item] = nw.when(off).then(answer).min()
    found = source.summed((), bad)
    for facet in recipe.facets:
        for item in facet.items:
            value = float(found.numbers(item)[0])
            if value == value:
                raise OffScale(item, value, *facet.scale(item))
