"""Alignment against exact invariance, a naive search, and moved parameters."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize

from analysis import AnalysisError, Design, factor_model
from analysis.comparability import align

LOADINGS, INTERCEPTS = np.array([1.0, 0.8, 1.2, 0.9]), np.array([3.0, 2.5, 3.5, 2.0])


def answers_of(mean: float, sd: float, n: int, bend: float = 0.0) -> Any:
    """Answers whose means and covariance are exactly those of the model."""
    chance = np.random.default_rng(n)
    raw = chance.normal(size=(n, 4))
    raw = raw - raw.mean(axis=0)
    raw = raw @ np.linalg.inv(np.linalg.cholesky(raw.T @ raw / n)).T
    wanted = sd**2 * np.outer(LOADINGS, LOADINGS) + np.diag([0.5, 0.6, 0.7, 0.8])
    return raw @ np.linalg.cholesky(wanted).T + INTERCEPTS + LOADINGS * mean + np.array([0, 0, bend, 0])


def model_of(*groups: Any, **options: Any) -> Any:
    rows = np.concatenate(groups)
    names = np.repeat([f"g{k}" for k in range(len(groups))], [len(each) for each in groups])
    return factor_model(Design.of({**dict(zip("abcd", rows.T, strict=True)), "lang": names}), "abcd", "lang", **options)


def test_alike_groups_get_their_means_and_variances() -> None:
    found = align(model_of(answers_of(0, 1, 300), answers_of(0.7, 1.5, 500), answers_of(-0.4, 0.8, 250)))
    np.testing.assert_allclose([g.mean for g in found.groups], [0, 0.7, -0.4], atol=1e-6)
    np.testing.assert_allclose([g.sd for g in found.groups], [1, 1.5, 0.8], atol=1e-6)
    np.testing.assert_allclose(found.loadings, np.tile(LOADINGS, (3, 1)), atol=1e-6)
    np.testing.assert_allclose(found.intercepts, np.tile(INTERCEPTS, (3, 1)), atol=1e-6)
    assert found.groups[0].mean_se == found.groups[0].sd_se == 0


def test_one_item_that_differs_hardly_moves_the_means() -> None:
    groups = (answers_of(0, 1, 300), answers_of(0.7, 1.5, 500), answers_of(-0.4, 0.8, 250, bend=0.8))
    found = align(model_of(*groups))
    np.testing.assert_allclose([g.mean for g in found.groups], [0, 0.7, -0.4], atol=0.05)
    worst = np.abs(found.intercepts - found.intercepts[0]).max(axis=0)
    assert worst.argmax() == 2


def test_loss_is_the_least_of_a_naive_search() -> None:
    chance = np.random.default_rng(3)
    groups = [
        chance.normal(size=(n, 1)) + chance.normal(size=(n, 4)) * 0.9 + chance.normal(size=4) for n in (100, 200, 500)
    ]
    model = model_of(*groups)
    found = align(model)
    values = model.solution.values
    loadings = values[:, :4] * np.sqrt(values[:, 8:9])
    n = np.array(model.n)

    def loss(x: Any) -> float:
        logs, means = np.array([-x[2] - x[3], x[2], x[3]]), np.array([0, x[0], x[1]])
        a = loadings * np.exp(-logs)[:, None]
        b = values[:, 9:13] - means[:, None] * a
        return sum(
            np.sqrt(n[g] * n[h]) / n.mean() * (((each[g] - each[h]) ** 2 + 0.01) ** 0.25).sum()
            for each in (a, b)
            for g in range(3)
            for h in range(g)
        )

    runs = [minimize(loss, chance.normal(size=4), method="Nelder-Mead", options={"maxfev": 3000}) for _ in range(6)]
    assert found.loss <= min(run.fun for run in runs) + 1e-6
    sds = np.array([g.sd for g in found.groups])
    logs = np.log(sds) - np.log(sds).mean()
    means = np.array([g.mean for g in found.groups]) * np.exp(logs[0])
    assert found.loss == pytest.approx(loss(np.concatenate([means[1:], logs[1:]])), rel=1e-9)


def test_errors_follow_moved_parameters() -> None:
    model = model_of(answers_of(0, 1, 300), answers_of(0.7, 1.5, 500), answers_of(-0.4, 0.8, 250, bend=0.6))
    found, solution = align(model), model.solution

    def figures(point: Any) -> Any:
        moved = replace(solution, point=point, values=solution.places.unpacked(point))
        return np.array([[g.mean, g.sd] for g in align(replace(model, solution=moved)).groups]).ravel()

    steps = np.eye(solution.places.size) * 1e-5
    slopes = np.array([(figures(solution.point + s) - figures(solution.point - s)) / 2e-5 for s in steps]).T
    expected = np.sqrt(np.diagonal(slopes @ model.covariance @ slopes.T))
    errors = np.array([[g.mean_se, g.sd_se] for g in found.groups]).ravel()
    np.testing.assert_allclose(errors, expected, rtol=1e-3, atol=1e-9)


def test_model_with_equal_parts_is_refused() -> None:
    groups = (answers_of(0, 1, 300), answers_of(0.7, 1.5, 500))
    with pytest.raises(AnalysisError, match="configural"):
        align(model_of(*groups, equal=["loadings"]))
