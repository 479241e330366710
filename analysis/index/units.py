"""Common denominators of a recipe: what keeps the sums of answers whole numbers, and so exact."""

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from analysis.index.recipe import FacetRecipe, IndexRecipe

Floats = NDArray[np.float64]
EXACT = 2.0**53  # the whole numbers up to here are floats


@dataclass(frozen=True, slots=True)
class Units:
    """The denominators of one recipe.

    Parameters
    ----------
    point
        Common multiple of the lengths of all scales: an answer is a whole number of 1/`point` of its scale.
    answer
        Common multiple of the numbers of items that may be answered, so that the mean of a facet's items is a whole
        number of 1/(`point` x `answer`); 1 where that number would be too large for exact sums.
    """

    point: float
    answer: float

    def shares(self, sums: Floats, count: Floats) -> Floats:
        """(n,) mean of `count` items whose places sum to `sums` / `point`, in units of 1/(`point` x `answer`)."""
        return np.divide(sums * self.answer, count, out=np.zeros_like(sums), where=count > 0)


def units_of(recipe: IndexRecipe) -> Units:
    """The denominators of a recipe.

    Examples
    --------
    >>> units_of(IndexRecipe.of_items("trust", ["a", "b"], low=1, high={"a": 5, "b": 7}))
    Units(point=12.0, answer=2.0)
    """
    lengths = [_length(facet, item) for facet in recipe.facets for item in facet.items]
    point = math.lcm(*(length.numerator for length in lengths))
    answer = math.lcm(*(count for facet in recipe.facets for count in _counts(facet)))
    if 100 * point * answer * len(recipe.facets) > EXACT:
        answer = 1
    return Units(float(point) if 100 * point < EXACT else 1.0, float(answer))


def _length(facet: FacetRecipe, item: str) -> Fraction:
    low, high = facet.scale(item)
    return Fraction(str(high)) - Fraction(str(low))


def _counts(facet: FacetRecipe) -> range:
    return range(facet.answers_needed, len(facet.items) + 1)
