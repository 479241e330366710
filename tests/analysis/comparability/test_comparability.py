"""Verdicts on items between groups, and what items that differ do to gaps, against planted truth."""

import numpy as np
import pytest

from analysis import Condition, Design, comparability, compare_models, factor_model, search_items
from analysis.comparability.measurement import NoFactorFit
from analysis.errors import AnalysisError

ITEMS = ("a", "b", "c", "d")
SCALAR = ("loadings", "intercepts")


def people(n: int, shift: dict[str, float], seed: int = 3, apart: float = 0.0) -> Design:
    """Two groups of n people; those of "es" answer some items higher at equal trust, and differ in trust by `apart`."""
    chance = np.random.default_rng(seed)
    spanish = np.repeat([0.0, 1.0], n)
    trust = chance.normal(size=2 * n) + apart * spanish
    rows = {item: 3 + trust + shift.get(item, 0.0) * spanish + chance.normal(size=2 * n) for item in ITEMS}
    return Design.of(
        {
            **rows,
            "lang": np.repeat(["en", "es"], n),
            "w": chance.uniform(0.5, 2, 2 * n),
            "block": np.arange(2 * n) // 4,
        },
        weights="w",
    )


@pytest.mark.parametrize("item", ["a", "c"])
def test_planted_item_is_found_and_its_effect_is_the_truth(item: str) -> None:
    found = comparability(people(600, {item: 0.8}, apart=0.3), ITEMS, "lang", low=1, high=5)
    assert (found.verdict, found.freed) == ("comparable except", (item,))
    effect = found.effects[0]
    assert abs(effect.effect - 0.8 * 25 / 4) < 3 * effect.se
    assert abs(effect.without - 0.3 * 25) < 5
    assert effect.gap == pytest.approx(effect.effect + effect.without)


def test_equal_items_are_comparable_without_an_effect() -> None:
    found = comparability(people(600, {}), ITEMS, "lang", low=1, high=5)
    assert found.verdict == "comparable"
    assert [(e.effect, e.se) for e in found.effects] == [(0.0, 0.0)]


@pytest.mark.slow
def test_groups_where_most_items_differ_are_not_compared() -> None:
    found = comparability(people(600, {"b": 3, "c": -3, "d": 1.5}), ITEMS, "lang", low=1, high=5)
    assert (found.verdict, len(found.freed)) == ("not comparable", 2)
    assert found.effects == ()
    assert found.sentence == "The index is not comparable between en, es."


def test_fit_does_not_depend_on_the_marker() -> None:
    design = people(200, {"b": 0.5})
    one, two = (factor_model(design, ITEMS, "lang", equal=SCALAR, marker=m) for m in ("a", "d"))
    assert one.fit.model.value == pytest.approx(two.fit.model.value, rel=1e-9)
    assert one.fit.model.scaling == pytest.approx(two.fit.model.scaling, rel=1e-7)


def test_marker_without_a_loading_in_one_group_fits_too() -> None:
    chance = np.random.default_rng(2)
    trust, spanish = chance.normal(size=1200), np.repeat([0, 1], 600)
    loadings = np.where(spanish[:, None] == 1, [1.2, 0.0, 0.2, 1.0], [0.3, 1.2, 1.0, 0.2])
    answers = trust[:, None] * loadings + chance.normal(size=(1200, 4))
    design = Design.of({**dict(zip(ITEMS, answers.T, strict=True)), "lang": spanish})
    fits = [factor_model(design, ITEMS, "lang", marker=marker).fit.model.value for marker in "ab"]
    assert fits[0] == pytest.approx(fits[1], rel=1e-6)


def test_standard_errors_count_clusters() -> None:
    chance = np.random.default_rng(5)
    block = np.repeat(np.arange(60), 10)
    trust = (chance.normal(size=60))[block] + 0.3 * chance.normal(size=600)
    rows = {item: trust + chance.normal(size=600) for item in ITEMS}
    alone, together = (factor_model(Design.of({**rows, "block": block}, psu=psu), ITEMS) for psu in ((), ("block",)))
    intercept = next(k for k, p in enumerate(alone.parameters) if p.block == "intercept")
    assert together.parameters[intercept].se > 1.8 * alone.parameters[intercept].se
    assert together.parameters[intercept].value == pytest.approx(alone.parameters[intercept].value)


def test_weights_in_any_unit_give_one_model() -> None:
    design = people(200, {})
    scaled = Design.of({**{i: design.table.numbers(i) for i in ITEMS}, "w": design.weights * 1000}, weights="w")
    plain = Design.of({**{i: design.table.numbers(i) for i in ITEMS}, "w": design.weights}, weights="w")
    one, two = factor_model(scaled, ITEMS), factor_model(plain, ITEMS)
    assert one.fit.model.scaled == pytest.approx(two.fit.model.scaled)


@pytest.mark.parametrize(
    ("items", "options", "match"),
    [
        (("a", "b"), {}, "three or more"),
        (("a", "b", "a"), {}, "different items"),
        (ITEMS, {"equal": ["means"]}, "what groups share"),
        (ITEMS, {"free": ["loading:z"]}, "an exception"),
        (ITEMS, {"levels": ["en", "fr"]}, "a group of 'lang'"),
        (ITEMS, {"where": Condition("w", ">", 1.99)}, "more complete rows than items"),
    ],
)
def test_model_that_cannot_be_is_refused(items: tuple[str, ...], options: dict[str, object], match: str) -> None:
    with pytest.raises(AnalysisError, match=match):
        factor_model(people(60, {}), items, "lang", **options)  # type: ignore[arg-type]


def test_difference_needs_a_stricter_model() -> None:
    model = factor_model(people(60, {}), ITEMS, "lang")
    with pytest.raises(NoFactorFit, match="stricter"):
        compare_models(model, model)


def test_search_tests_the_first_item_too() -> None:
    assert search_items(people(400, {"a": 0.9}), ITEMS, "lang").rows[0].item == "a"
