"""A recipe is checked when it is written."""

import pytest

from analysis.index import BadRecipe, FacetRecipe, IndexRecipe


@pytest.mark.parametrize(("items", "needed"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (12, 7)])
def test_by_default_more_than_half_of_the_items_must_be_answered(items: int, needed: int) -> None:
    assert FacetRecipe("f", tuple(f"q{k}" for k in range(items))).answers_needed == needed


def test_by_default_more_than_half_of_the_facets_must_be_scored() -> None:
    facets = tuple(FacetRecipe(f"f{k}", (f"q{k}",)) for k in range(5))
    assert IndexRecipe("trust", facets).facets_needed == 3


def test_a_scale_may_be_common_or_by_item() -> None:
    facet = FacetRecipe("f", ("a", "b"), low=0, high={"a": 10, "b": 5})
    assert (facet.scale("a"), facet.scale("b")) == ((0, 10), (0, 5))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"items": ()}, "expected at least one item in 'f', but got none"),
        ({"items": ("a", "a")}, "expected each item once in 'f', but got 'a' several times"),
        (
            {"reversed_items": ("z",)},
            "expected reversed items to be among the items in 'f', but got 'z'",
        ),
        ({"minimum_answered": 3}, "expected a minimum of 1 to 2 answered items in 'f', but got 3"),
        ({"minimum_answered": 0}, "expected a minimum of 1 to 2 answered items in 'f', but got 0"),
        ({"low": 5, "high": 1}, "low end is below its high end in 'f', but got 5 to 1"),
        ({"high": {"a": 5}}, "expected a scale for item 'b' in 'f', but got scales for 'a' only"),
        ({"missing_codes": (3,)}, "missing codes outside the scale 1 to 5 of 'a' in 'f', but got '3'"),
        ({"low": -5}, "but got '-5'"),
    ],
)
def test_a_recipe_that_cannot_be_followed_is_refused(arguments: dict[str, object], sentence: str) -> None:
    with pytest.raises(BadRecipe) as refusal:
        FacetRecipe("f", **({"items": ("a", "b")} | arguments))  # type: ignore[arg-type]
    assert sentence in str(refusal.value)


def test_an_item_stands_in_one_facet_only() -> None:
    with pytest.raises(BadRecipe, match="each item once in 'trust', but got 'b'"):
        IndexRecipe("trust", (FacetRecipe("f", ("a", "b")), FacetRecipe("g", ("b", "c"))))
    with pytest.raises(BadRecipe, match="each facet once"):
        IndexRecipe("trust", (FacetRecipe("f", ("a",)), FacetRecipe("f", ("b",))))
    with pytest.raises(BadRecipe, match="at least one facet"):
        IndexRecipe("trust", ())
