"""Factor models of ordered answers against exact tables of a known model, and against moved weights."""

from itertools import product
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from analysis import AnalysisError, Design
from analysis.comparability import compare_ordinal, ordinal_factor_model
from analysis.comparability.ordered_moments import OrderedMoments, influences_of

LOADINGS = np.array([1.0, 0.8, 1.2, 0.7])
CUTS = [[-0.8, 0.6], [-1.0, -0.2, 0.9], [0.2, 1.1], [-1.2, -0.4, 0.3, 1.0]]
NODES, CHANCES = np.polynomial.hermite_e.hermegauss(60)


def table_of(mean: float = 0.0, variance: float = 0.6, scales: Any = (1, 1, 1, 1), bend: float = 0.0) -> Any:
    """Each pattern of answers, and its chance under the model with a factor of this mean and variance."""
    factor = mean + np.sqrt(variance) * NODES
    chances = []
    for i, cuts in enumerate(CUTS):
        rest = np.sqrt(scales[i] ** -2.0 - LOADINGS[i] ** 2 * variance)
        ends = np.array([-np.inf, *np.add(cuts, bend if i == 2 else 0.0), np.inf])
        chances.append(np.diff(norm.cdf((ends[:, None] - LOADINGS[i] * factor) / rest), axis=0))
    patterns = np.array(list(product(*(range(len(cuts) + 1) for cuts in CUTS))))
    joint = np.prod([own[column] for own, column in zip(chances, patterns.T, strict=True)], axis=0)
    return patterns, joint @ CHANCES / CHANCES.sum()


def design_of(*groups: Any) -> Design:
    rows = np.concatenate([patterns for patterns, _ in groups])
    w = np.concatenate([500 * chance for _, chance in groups])
    names = np.repeat([f"g{k}" for k in range(len(groups))], [len(patterns) for patterns, _ in groups])
    return Design.of({**dict(zip("abcd", rows.T + 1, strict=True)), "w": w, "lang": names}, weights="w")


GIVEN = {"mean": 0.5, "variance": 0.45, "scales": (0.9, 1.1, 0.8, 1.2)}


def values_of(found: Any, group: str, block: str) -> list[float]:
    return [each.value for each in found.parameters if (each.group, each.block) == (group, block)]


@pytest.mark.parametrize("step", ["metric", "scalar"])
def test_parameters_are_those_of_the_exact_table(step: str) -> None:
    found = ordinal_factor_model(design_of(table_of(), table_of(**GIVEN)), "abcd", "lang", step=step)
    assert found.model.value < 1e-6
    np.testing.assert_allclose(values_of(found, "g1", "loading"), LOADINGS, atol=1e-4)
    np.testing.assert_allclose(values_of(found, "g1", "scale"), GIVEN["scales"], atol=1e-4)
    np.testing.assert_allclose(values_of(found, "g0", "threshold"), np.concatenate(CUTS), atol=1e-4)
    assert values_of(found, "g1", "latent_variance") == pytest.approx([0.45], abs=1e-4)
    moved = values_of(found, "g1", "latent_mean" if step == "scalar" else "intercept")
    np.testing.assert_allclose(moved, 0.5 if step == "scalar" else 0.5 * LOADINGS, atol=1e-4)


def test_degrees_of_freedom_count_statistics_and_parameters() -> None:
    design = design_of(table_of(), table_of(**GIVEN))
    found = [ordinal_factor_model(design, "abcd", "lang", step=s) for s in ("configural", "metric", "scalar")]
    assert [each.model.df for each in found] == [4, 4 + 11 + 3 - 8, 4 + 11 + 3 - 5]
    assert compare_ordinal(found[1], found[2]).df == 3


def test_covariance_is_that_of_moved_weights() -> None:
    patterns, chances = table_of()
    w = 500 * chances
    values, found = influences_of(patterns, w)
    rows = np.random.default_rng(1).choice(len(w), 12, replace=False)
    expected = np.zeros((12, len(values)))
    for place, row in enumerate(rows):
        ends = []
        for step in (0.05, -0.05):
            moved = w.copy()
            moved[row] += step
            ends.append(influences_of(patterns, moved)[0])
        expected[place] = w[row] * (ends[0] - ends[1]) / 0.1
    np.testing.assert_allclose(found[rows], expected, rtol=2e-3, atol=1e-7)
    assert np.abs(found.sum(axis=0)).max() < 1e-9


def test_units_count_together() -> None:
    patterns, chances = table_of()
    twice = np.concatenate([patterns, patterns])
    w = np.concatenate([chances, chances]) * 250
    one = OrderedMoments.of(patterns, 500 * chances, np.arange(len(patterns)))
    same = OrderedMoments.of(twice, w, np.tile(np.arange(len(patterns)), 2))
    apart = OrderedMoments.of(twice, w, np.arange(len(twice)))
    np.testing.assert_allclose(same.covariance, one.covariance, rtol=1e-6, atol=1e-14)
    np.testing.assert_allclose(apart.covariance, one.covariance / 2, rtol=1e-6, atol=1e-14)


def test_chi_square_and_errors_are_those_of_dense_formulas() -> None:
    chance = np.random.default_rng(5)
    latent = np.sqrt(0.6) * chance.normal(size=(500, 1)) + chance.normal(size=(500, 4)) * 0.7
    rows = {n: np.digitize(z, cut) for n, z, cut in zip("abcd", latent.T, CUTS, strict=True)}
    w, psu = chance.uniform(0.3, 2, 500), np.arange(500) // 4
    design = Design.of({**rows, "w": w, "psu": psu, "lang": np.repeat(["x", "y"], 250)}, weights="w", psu="psu")
    found = ordinal_factor_model(design, "abcd", "lang", step="scalar")
    own = w / w.mean()
    parts = [
        OrderedMoments.of(np.stack(list(rows.values()), axis=1)[at], own[at], psu[at])
        for at in (np.arange(250), np.arange(250, 500))
    ]
    s = np.concatenate([each.values for each in parts])
    gamma = np.zeros((len(s), len(s)))
    gamma[: len(s) // 2, : len(s) // 2], gamma[len(s) // 2 :, len(s) // 2 :] = (each.covariance for each in parts)
    first = [p for p in found.parameters if p.group == "x"]
    second = [p for p in found.parameters if p.group == "y"]
    names = [
        *((("loading", i, 0), p) for i, p in enumerate(first[1:4], 1)),
        (("latent_variance", 0, 0), first[4]),
        *(((p.block, p.item, p.level), p) for p in first if p.block == "threshold"),
        *(((f"{p.block} y", p.item, 0), p) for p in second if p.block in ("latent_variance", "latent_mean", "scale")),
    ]

    def implied(x: Any) -> Any:
        loadings, psi = np.array([1.0, *x[:3]]), x[3]
        cuts, psi_y, kappa, scale = x[4:15], x[15], x[16], x[17:21]
        item = np.repeat(np.arange(4), [len(c) for c in CUTS])
        pairs = [(i, j) for i in range(4) for j in range(i + 1, 4)]
        return np.concatenate(
            [
                cuts,
                [loadings[i] * loadings[j] * psi for i, j in pairs],
                scale[item] * (cuts - loadings[item] * kappa),
                [scale[i] * scale[j] * loadings[i] * loadings[j] * psi_y for i, j in pairs],
            ]
        )

    x = np.array([p.value for _, p in names])
    v = np.diag(1 / np.diagonal(gamma))
    assert found.model.value == pytest.approx(float((s - implied(x)) @ v @ (s - implied(x))), rel=1e-9)
    d = np.array([(implied(x + e) - implied(x - e)) / 2e-6 for e in np.eye(len(x)) * 1e-6]).T
    assert np.abs(d.T @ v @ (s - implied(x))).max() < 1e-3
    bread = np.linalg.inv(d.T @ v @ d)
    errors = np.sqrt(np.diagonal(bread @ d.T @ v @ gamma @ v @ d @ bread))
    np.testing.assert_allclose([p.se for _, p in names], errors, rtol=1e-5)
    u = (v - v @ d @ bread @ d.T @ v) @ gamma
    a = np.sqrt(found.model.df / np.trace(u @ u))
    expected = a * found.model.value + found.model.df - a * np.trace(u)
    assert found.model.scaled == pytest.approx(expected, rel=1e-6)


def test_item_that_differs_makes_the_scalar_step_fit_worse() -> None:
    design = design_of(table_of(), table_of(bend=1.2))
    metric, scalar = (ordinal_factor_model(design, "abcd", "lang", step=s) for s in ("metric", "scalar"))
    assert compare_ordinal(metric, scalar).p_value < 0.01
    same = design_of(table_of(), table_of(**GIVEN))
    metric, scalar = (ordinal_factor_model(same, "abcd", "lang", step=s) for s in ("metric", "scalar"))
    assert compare_ordinal(metric, scalar).p_value > 0.5


@pytest.mark.parametrize(
    ("rows", "step", "match"),
    [
        ({"a": [1, 2] * 10, "b": [1, 2] * 10, "c": [1, 1, 2, 2] * 5}, "metric", "three or more answers"),
        ({"a": [1, 2] * 10, "b": [1, 1, 1, 2] * 5, "c": [1] * 10 + [2] * 10}, "scalar", "merge rare answers"),
        ({"a": [1, 2] * 10, "b": [1, 2] * 10, "c": [1, 1, 2, 2] * 5}, "strict", "step"),
    ],
)
def test_items_without_a_model_are_refused(rows: dict[str, Any], step: str, match: str) -> None:
    design = Design.of({**rows, "lang": ["x"] * 10 + ["y"] * 10})
    with pytest.raises(AnalysisError, match=match):
        ordinal_factor_model(design, ["a", "b", "c"], "lang", step=step)
