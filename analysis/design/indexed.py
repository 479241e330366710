"""An index as columns of a sample."""

from analysis.design.design import Design
from analysis.design.lazy import LazyDesign
from analysis.index.expressions import score_expressions
from analysis.index.recipe import IndexRecipe
from analysis.index.scoring import score_items


def with_index(design: Design, recipe: IndexRecipe) -> Design:
    """Return the sample with the scores of an index, and of its facets where there are several, as columns.

    The rows of a lazy source stay where they are.

    Parameters
    ----------
    design
        The sample, with the items as columns.
    recipe
        The index.

    Raises
    ------
    OffScale, UnknownColumn, NotNumeric

    Examples
    --------
    >>> design = Design.of({"a": [5, 1], "b": [3, 1]})
    >>> with_index(design, IndexRecipe.of_items("trust", ["a", "b"])).table.numbers("trust")
    array([75.,  0.])
    """
    if isinstance(design, LazyDesign):
        return design.scored(score_expressions(recipe, design.source))
    scores = score_items(recipe, design.table)
    facets = dict(scores.facets) if len(scores.facets) > 1 else {}
    return design.with_columns({**facets, recipe.name: scores.values})
