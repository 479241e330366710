"""How an index is made: its facets, their items and scales, and how much must be answered. Checked when written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analysis.errors import AnalysisError, listed

MISSING_CODES = (-5.0, -6.0, -7.0, -8.0, -9.0)
DONT_KNOW_CODES = (-8.0,)

Bound = float | Mapping[str, float]


class BadRecipe(AnalysisError):
    """A recipe that cannot be followed."""

    def __init__(self, recipe: str, expected: str, arrived: str) -> None:
        self.recipe, self.expected, self.arrived = recipe, expected, arrived
        super().__init__(f"expected {expected} in '{recipe}', but got {arrived}")


@dataclass(frozen=True, slots=True)
class FacetRecipe:
    """Items that measure one thing and are averaged.

    Parameters
    ----------
    name
        Name of the facet.
    items
        Column names.
    reversed_items
        Those of them on which a high answer means little trust.
    low, high
        Ends of the scale: one number for all items, or a number by item.
    minimum_answered
        Answers needed for a score; default more than half, ``k // 2 + 1`` of k items.
    missing_codes
        Codes that stand for no answer (default -5 to -9); they must lie outside the scale.
    dont_know_codes
        Those that mean "don't know" (default -8), counted apart; always missing too.

    Raises
    ------
    BadRecipe
        No or repeated items, an unknown reversed item, an empty scale, a code on the scale, or a minimum that
        cannot be reached.

    Examples
    --------
    >>> FacetRecipe("fair", ("b1", "b2", "b3", "b4")).answers_needed
    3
    """

    name: str
    items: tuple[str, ...]
    reversed_items: tuple[str, ...] = ()
    low: Bound = 1.0
    high: Bound = 5.0
    minimum_answered: int | None = None
    missing_codes: tuple[float, ...] = MISSING_CODES
    dont_know_codes: tuple[float, ...] = DONT_KNOW_CODES

    def __post_init__(self) -> None:
        _check_items(self.name, self.items, self.reversed_items)
        _check_minimum(self.name, "answered items", self.minimum_answered, len(self.items))
        for item in self.items:
            _check_scale(self.name, item, *self.scale(item), self.codes)

    @property
    def answers_needed(self) -> int:
        """How many items must be answered for a score."""
        return _more_than_half(len(self.items)) if self.minimum_answered is None else self.minimum_answered

    @property
    def codes(self) -> tuple[float, ...]:
        """Every code that stands for no answer."""
        return tuple(dict.fromkeys((*self.missing_codes, *self.dont_know_codes)))

    def scale(self, item: str) -> tuple[float, float]:
        """Low and high end of the item's scale."""
        return _bound(self.name, self.low, item), _bound(self.name, self.high, item)


@dataclass(frozen=True, slots=True)
class IndexRecipe:
    """An index: the equal-weight mean of its facets' scores.

    Parameters
    ----------
    name
        Name of the index.
    facets
        One or more facets, no item in two of them.
    minimum_facets
        Facets needed for a score; default more than half, such as 3 of 5.

    Raises
    ------
    BadRecipe
        No facet, a repeated facet or item, or a minimum that cannot be reached.

    Examples
    --------
    >>> fair, equal = FacetRecipe("fair", ("b1", "b2")), FacetRecipe("equal", ("b5", "b6"), ("b6",))
    >>> IndexRecipe("trust", (fair, equal)).facets_needed
    2
    """

    name: str
    facets: tuple[FacetRecipe, ...]
    minimum_facets: int | None = None

    def __post_init__(self) -> None:
        _check_items(self.name, [facet.name for facet in self.facets], (), "facet")
        _check_items(self.name, self.items, ())
        _check_minimum(self.name, "scored facets", self.minimum_facets, len(self.facets))

    @classmethod
    def of_items(
        cls,
        name: str,
        items: Iterable[str],
        *,
        reversed_items: Iterable[str] = (),
        low: Bound = 1.0,
        high: Bound = 5.0,
        minimum_answered: int | None = None,
        missing_codes: Iterable[float] = MISSING_CODES,
        dont_know_codes: Iterable[float] = DONT_KNOW_CODES,
    ) -> "IndexRecipe":
        """An index without facets: the mean of its items (parameters of `FacetRecipe`)."""
        facet = FacetRecipe(
            name,
            tuple(items),
            tuple(reversed_items),
            low,
            high,
            minimum_answered,
            tuple(missing_codes),
            tuple(dont_know_codes),
        )
        return cls(name, (facet,))

    @property
    def items(self) -> tuple[str, ...]:
        """All items, facet by facet."""
        return tuple(item for facet in self.facets for item in facet.items)

    @property
    def facets_needed(self) -> int:
        """How many facets must have a score."""
        return _more_than_half(len(self.facets)) if self.minimum_facets is None else self.minimum_facets


def _more_than_half(count: int) -> int:
    return count // 2 + 1


def _bound(recipe: str, bound: Bound, item: str) -> float:
    if not isinstance(bound, Mapping):
        return bound
    if item not in bound:
        raise BadRecipe(recipe, f"a scale for item '{item}'", f"scales for {listed(bound)} only")
    return bound[item]


def _check_items(recipe: str, items: Iterable[str], reversed_items: Iterable[str], what: str = "item") -> None:
    names = list(items)
    if not names:
        raise BadRecipe(recipe, f"at least one {what}", "none")
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise BadRecipe(recipe, f"each {what} once", f"{listed(repeated)} several times")
    unknown = [name for name in reversed_items if name not in names]
    if unknown:
        raise BadRecipe(recipe, "reversed items to be among the items", listed(unknown))


def _check_minimum(recipe: str, what: str, minimum: int | None, most: int) -> None:
    if minimum is not None and not 1 <= minimum <= most:
        raise BadRecipe(recipe, f"a minimum of 1 to {most} {what}", f"{minimum}")


def _check_scale(recipe: str, item: str, low: float, high: float, codes: Iterable[float]) -> None:
    if not low < high:
        raise BadRecipe(recipe, f"a scale of '{item}' whose low end is below its high end", f"{low:g} to {high:g}")
    inside = [f"{code:g}" for code in codes if low <= code <= high]
    if inside:
        raise BadRecipe(recipe, f"missing codes outside the scale {low:g} to {high:g} of '{item}'", f"{listed(inside)}")
