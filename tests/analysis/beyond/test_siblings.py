"""Neighbors of the reference cases, with other groups, weights, items and levels, against direct calculations."""

import copy
import importlib
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import multivariate_normal, norm

from analysis import Condition, Design, factor_model, fay_herriot, item_dif
from analysis.reliability import ordinal_alpha
from tests.analysis.beyond.cases import RUNNERS, Case, read_cases, read_data

for name in ("planning", "models"):
    importlib.import_module(f"tests.analysis.beyond.run_{name}")
ITEMS = ["y1", "y2", "y3", "y4", "y5"]


def sibling(case_id: str, **call: Any) -> dict[str, Any]:
    """The result of a case under other parameters."""
    case: Case = copy.deepcopy(next(each for each in read_cases() if each["id"] == case_id))
    case["call"].update(call)
    return dict(RUNNERS[case["call"]["fn"]](case))


def test_margin_counts_the_corrected_variance() -> None:
    found = sibling("planning.margin_share.1", variance_factor="N-1")["scalars"]
    expected = np.sqrt(1.7 * 0.25 * 9000 / 8999 / 640 * (1 - 640 / 9000))
    assert found["se"] == pytest.approx(expected, rel=1e-12)


def test_absent_parameters_are_not_used() -> None:
    assert sibling("planning.reserve.1", eligible_rate=None)["rows"][0]["invitations"] == 388
    waves = {"compare": "two_waves_shares", "p1": 0.5, "p2": 0.56, "difference": None}
    found = sibling("planning.size_waves_mean.1", **waves, sd1=None, sd2=None)["scalars"]
    s1, s2 = 0.5, np.sqrt(0.56 * 0.44)
    z = norm.ppf([0.975, 0.8]).sum()
    expected = 1.4 * z**2 * (s1**2 + s2**2 - 2 * 0.4 * 0.5 * s1 * s2) / 0.06**2
    assert found["n1"] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("term", ["I(pmax(year-2026,0))", "log(year)", "I((year-2023)*(year>2026))"])
def test_calculated_terms_are_columns_of_their_values(term: str) -> None:
    found = sibling("models.trend_linear_6.overlap", formula=f"index~sex+{term}")["rows"]
    data = read_data("waves_a.csv")
    keep = data["wave"] <= 6
    year = data["year"]
    own = {"p": np.maximum(year - 2026, 0), "l": np.log(year), "(": (year - 2023) * (year > 2026)}
    x = np.column_stack([np.ones(len(year)), np.array(data["sex"]) == "M", own[term[2] if term[0] == "I" else "l"]])
    root = np.sqrt(data["w"][keep])
    expected = np.linalg.lstsq(x[keep] * root[:, None], data["index"][keep] * root, rcond=None)[0]
    np.testing.assert_allclose([row["est"] for row in found], expected, rtol=1e-6)


@pytest.mark.parametrize("method", ["REML", "ML"])
@pytest.mark.parametrize("formula", ["1", "x2"])
def test_area_models_reach_the_largest_likelihood(method: str, formula: str) -> None:
    frame = read_data("areas_a.csv")
    frame["direct"] = np.where(np.arange(len(frame["x1"])) % 9 == 4, np.nan, frame["direct"])
    found = fay_herriot(frame, "direct", "var", formula, area="area", method=method)
    held = ~np.isnan(frame["direct"])
    y, d = frame["direct"][held], frame["var"][held]
    x = np.column_stack([np.ones(len(held)), frame["x2"]])[:, : 1 if formula == "1" else 2]

    def misfit(log_a: float) -> float:
        v = np.exp(log_a) + d
        q = np.linalg.inv(x[held].T @ (x[held] / v[:, None]))
        r = y - x[held] @ (q @ (x[held].T @ (y / v)))
        return float(np.log(v).sum() + (r**2 / v).sum() - (np.linalg.slogdet(q)[1] if method == "REML" else 0))

    grid = np.linspace(-3, 8, 40001)
    best = float(np.exp(grid[np.argmin([misfit(each) for each in grid])]))
    assert found.variances["area"] == pytest.approx(best, rel=1e-3)
    a = found.variances["area"]
    q = np.linalg.inv(x[held].T @ (x[held] / (a + d)[:, None]))
    beta = q @ (x[held].T @ (y / (a + d)))
    for k in np.flatnonzero(~held):
        area = found.areas[k]
        assert area.value == pytest.approx(float(x[k] @ beta), rel=1e-9)
        assert area.mse == pytest.approx(a + float(x[k] @ q @ x[k]), rel=1e-9)


@pytest.mark.parametrize("levels", [(2, 3), (3, 7), (5, 4), (7, 7)])
@pytest.mark.parametrize("weighted", [False, True])
def test_polychoric_reaches_the_largest_likelihood(levels: tuple[int, int], weighted: bool) -> None:
    chance = np.random.default_rng(sum(levels))
    latent = chance.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], 300)
    parts = [np.linspace(-1.3, 1.1, k - 1) for k in levels]
    answers = np.column_stack([np.digitize(z, cut) for z, cut in zip(latent.T, parts, strict=True)]) * 2.0
    answers[7, 1] = np.nan
    w = chance.uniform(0.2, 3, 300) if weighted else None
    found = ordinal_alpha(answers, w)
    used = ~np.isnan(answers).any(axis=1)
    own = np.ones(300)[used] if w is None else w[used]
    codes = (answers[used] / 2).astype(int)
    table = np.zeros(levels)
    np.add.at(table, (codes[:, 0], codes[:, 1]), own)
    cuts = [np.concatenate([[-9], norm.ppf(np.cumsum(table.sum(axis=1 - k))[:-1] / table.sum()), [9]]) for k in (0, 1)]

    def misfit(rho: float) -> float:
        grid = np.stack(np.meshgrid(*cuts, indexing="ij"), axis=-1)
        below = multivariate_normal([0, 0], [[1, rho], [rho, 1]]).cdf(grid)
        cells = np.diff(np.diff(below, axis=0), axis=1)
        return -float((table * np.log(np.maximum(cells, 1e-300))).sum())

    rho = found.correlations[0, 1]
    assert misfit(rho) <= min(misfit(rho - 2e-3), misfit(rho + 2e-3))
    for given, expected in zip(found.thresholds, cuts, strict=True):
        np.testing.assert_allclose(given, expected[1:-1], atol=1e-12)


@pytest.mark.parametrize(("item", "match"), [("y1", "total"), ("y5", "rest")])
def test_dif_models_reach_the_largest_likelihood(item: str, match: str) -> None:
    data = read_data("scale_a.csv")
    keep = np.isin(np.array(data["lang"]), ["en", "so"])
    rows = {name: np.array(values)[keep] for name, values in data.items()}
    found = item_dif(Design.of(rows, weights="w"), item, ITEMS, "lang", match=match)
    names = [each for each in ITEMS if match == "total" or each != item]
    score, so = np.sum([rows[name] for name in names], axis=0), rows["lang"] == "so"
    codes, w = np.unique(rows[item], return_inverse=True)[1], rows["w"] / rows["w"].mean()
    columns = np.column_stack([score, so, score * so])

    def misfit(p: Any, x: Any) -> float:
        cuts = np.concatenate([[-np.inf], p[0] + np.concatenate([[0], np.cumsum(np.exp(p[1:4]))]), [np.inf]])
        line = x @ p[4:]
        chance = expit(cuts[codes + 1] - line) - expit(cuts[codes] - line)
        return -float((w * np.log(np.maximum(chance, 1e-300))).sum())

    for k, model in ((2, found.uniform), (3, found.non_uniform)):
        x = columns[:, :k]
        start = np.concatenate([[-1.0], np.zeros(3), np.zeros(k)])
        best = minimize(misfit, start, (x,), method="BFGS", options={"gtol": 1e-7, "maxiter": 5000})
        assert found.loglik[k] == pytest.approx(-best.fun, abs=1e-5)
        ours = {row.term: row.value for row in model.coefficients}
        np.testing.assert_allclose([ours["score"], ours["lang=so"]], best.x[4:6], atol=2e-3)


@pytest.mark.parametrize("equal", [(), ("loadings", "intercepts", "residuals")])
def test_factor_model_is_that_of_the_likelihood(equal: tuple[str, ...]) -> None:
    data = read_data("scale_a.csv")
    old = Condition("age", "<", 50)
    groups = "lang" if equal else None
    levels = ["so", "en"] if equal else None
    found = factor_model(
        Design.of(data, weights="w"), ITEMS[:4], groups, equal=equal, free=["residual:y3"], levels=levels, where=old
    )
    answers, w = np.column_stack([data[name] for name in ITEMS[:4]]), data["w"]
    young, lang = data["age"] < 50, np.array(data["lang"])
    masks = [young & (lang == level) for level in levels] if levels else [young]
    scale = sum(mask.sum() for mask in masks) / sum(w[mask].sum() for mask in masks)

    def loglik(values: Any) -> Any:
        total = []
        for row, mask in zip(values, masks, strict=True):
            cov = row[8] * np.outer(row[:4], row[:4]) + np.diag(row[4:8])
            means = row[9:13] + row[:4] * row[13]
            total.append(scale * w[mask] * multivariate_normal(means, cov).logpdf(answers[mask]))
        return np.concatenate(total)

    places, point = found.solution.places, found.solution.point
    assert found.fit.loglik == pytest.approx(float(loglik(places.unpacked(point)).sum()), rel=1e-9)
    steps = np.eye(places.size) * 1e-4

    def both(a: Any, b: Any = 0) -> Any:
        return loglik(places.unpacked(point + a + b))

    scores = np.array([(both(s) - both(-s)) / 2e-4 for s in steps])
    assert np.abs(scores.sum(axis=1)).max() < 1e-3
    curve = np.array(
        [[(both(a, b) - both(a, -b) - both(-a, b) + both(-a, -b)).sum() / 4e-8 for b in steps] for a in steps]
    )
    inverse = np.linalg.inv(-curve)
    np.testing.assert_allclose(np.diag(found.covariance), np.diag(inverse @ (scores @ scores.T) @ inverse), rtol=2e-3)
