r"""Alignment: latent means and variances of many groups whose items are only approximately alike.

From the configural model with loadings λ and intercepts ν of a factor with mean 0 and variance 1 in each group, choose
means α and variances ψ that make the items most alike: few large differences rather than many small ones.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.comparability.dif import BadItems
from analysis.comparability.measurement import FactorModel, NoFactorFit
from analysis.results import Tabular

Floats = NDArray[np.float64]
Numbers = NDArray[Any]  # complex while a slope is taken by a complex step
SMOOTH = 0.01  # ε of the loss (x² + ε)^(1/4), as Asparouhov and Muthén have it
TINY = 1e-30


@dataclass(frozen=True, slots=True)
class AlignedGroup:
    """Latent mean and standard deviation of a group in units of the first group's, with standard errors."""

    group: str
    mean: float
    mean_se: float
    sd: float
    sd_se: float


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Alignment(Tabular):
    """Hold aligned groups.

    Parameters
    ----------
    items, groups
        The items, and the groups with their means and standard deviations; the first has 0 and 1.
    loadings, intercepts
        (g, k) after alignment.
    loss
        The total loss that was minimized.
    """

    items: tuple[str, ...]
    groups: tuple[AlignedGroup, ...]
    loadings: Floats
    intercepts: Floats
    loss: float

    def title(self) -> str:
        """The number of groups and items."""
        return f"alignment of {len(self.items)} items in {len(self.groups)} groups"

    def to_rows(self) -> list[dict[str, Any]]:
        """One record for each group."""
        return [
            {"group": g.group, "mean": g.mean, "mean_se": g.mean_se, "sd": g.sd, "sd_se": g.sd_se} for g in self.groups
        ]

    def item_rows(self) -> list[dict[str, Any]]:
        """One record for each group and item."""
        return [
            {"group": g.group, "item": item, "loading": float(a), "intercept": float(b)}
            for g, loadings, intercepts in zip(self.groups, self.loadings, self.intercepts, strict=True)
            for item, a, b in zip(self.items, loadings, intercepts, strict=True)
        ]


def align(model: FactorModel) -> Alignment:
    r"""Align the groups of a configural factor model.

    Minimizes :math:`\sum_p \sum_{g<h} \sqrt{n_g n_h} (f(\lambda_{pg} - \lambda_{ph}) + f(\nu_{pg} - \nu_{ph}))`,
    :math:`f(x) = (x^2 + 0.01)^{1/4}`, over the means and variances of the groups with :math:`\alpha_1 = 0` and
    :math:`\prod \psi = 1`; then the first group's variance is made 1. Standard errors follow from those of the
    configural model by the implicit function theorem.

    Parameters
    ----------
    model
        Of `factor_model`, with nothing equal and two or more groups.

    Raises
    ------
    BadItems, NoFactorFit

    References
    ----------
    Asparouhov and Muthén (2014), Structural Equation Modeling 21.

    Examples
    --------
    >>> from analysis import Design, factor_model
    >>> chance = np.random.default_rng(1)
    >>> answers = chance.normal(size=(900, 1)) + chance.normal(size=(900, 4))
    >>> answers[300:600] += 1
    >>> design = Design.of({**dict(zip("abcd", answers.T)), "lang": np.repeat(["en", "es", "so"], 300)})
    >>> found = align(factor_model(design, "abcd", "lang")).groups
    >>> found[0].mean, 0.8 < found[1].mean < 1.4, abs(found[2].mean) < 0.2
    (0.0, True, True)
    """
    places, k = model.solution.places, len(model.items)
    if len(model.groups) < 2 or len(np.unique(places.at[places.at >= 0])) < (places.at >= 0).sum():
        raise BadItems("a configural model of two or more groups", "a model with parts that are equal, or of one group")
    if not (model.solution.values[:, 2 * k] > 0).all():
        raise NoFactorFit("a factor that varies in each group", "one has no variance")
    pull = _pull(np.array(model.n, np.float64))
    point, loss = _best(_standard(model.solution.values, k), pull)
    own = model.solution.point
    curve = _slopes_of(lambda x: _gradient(x, _standard(model.solution.values, k), pull), point)
    moved = _slopes_of(lambda p: _gradient(point, _standard(places.unpacked(p), k), pull), own)
    answer = -np.linalg.solve(curve, moved)
    of_own = _slopes_of(_figures, point) @ answer
    errors = np.sqrt(np.maximum(np.diagonal(of_own @ model.covariance @ of_own.T), 0.0))
    g = len(model.groups)
    figures = _figures(point)
    loadings, intercepts = _aligned(point, _standard(model.solution.values, k))
    unit = float(np.exp(_logs(point)[0]))
    rows = zip(model.groups, figures[:g], errors[:g], figures[g:], errors[g:], strict=True)
    groups = tuple(AlignedGroup(name, *map(float, values)) for name, *values in rows)
    return Alignment(model.items, groups, loadings.real * unit, intercepts.real, loss)


def _standard(values: Numbers, k: int) -> Numbers:
    """(2, g, k) loadings of a factor with variance 1, and intercepts."""
    return np.stack([values[:, :k] * np.sqrt(values[:, 2 * k])[:, None], values[:, 2 * k + 1 : 3 * k + 1]])


def _pull(n: Floats) -> Floats:
    found = np.sqrt(np.outer(n, n)) / n.mean()
    np.fill_diagonal(found, 0.0)
    return np.asarray(found)


def _logs(point: Numbers) -> Numbers:
    """(g,) logarithms of the standard deviations, with sum 0."""
    rest = point[len(point) // 2 :]
    return np.concatenate([[-rest.sum()], rest])


def _means(point: Numbers) -> Numbers:
    return np.concatenate([[0.0], point[: len(point) // 2]])


def _figures(point: Numbers) -> Numbers:
    """(2g,) means and standard deviations in units of the first group."""
    logs = _logs(point)
    return np.concatenate([_means(point) * np.exp(-logs[0]), np.exp(logs - logs[0])])


def _aligned(point: Numbers, standard: Numbers) -> tuple[Numbers, Numbers]:
    loadings = standard[0] * np.exp(-_logs(point))[:, None]
    return loadings, standard[1] - _means(point)[:, None] * loadings


def _loss(point: Numbers, standard: Numbers, pull: Floats) -> Any:
    apart = [each[:, None, :] - each[None, :, :] for each in _aligned(point, standard)]
    return sum((pull[:, :, None] * (each**2 + SMOOTH) ** 0.25).sum() for each in apart) / 2


def _gradient(point: Numbers, standard: Numbers, pull: Floats) -> Numbers:
    loadings, intercepts = _aligned(point, standard)
    of_loadings, of_intercepts = (_away(each, pull) for each in (loadings, intercepts))
    means = _means(point)[:, None]
    by_mean = -(of_intercepts * loadings).sum(axis=1)
    by_log = (-of_loadings * loadings + of_intercepts * means * loadings).sum(axis=1)
    return np.concatenate([by_mean[1:], by_log[1:] - by_log[0]])


def _away(values: Numbers, pull: Floats) -> Numbers:
    """(g, k) slopes of the loss by the values."""
    apart = values[:, None, :] - values[None, :, :]
    return np.asarray((pull[:, :, None] * apart / 2 * (apart**2 + SMOOTH) ** -0.75).sum(axis=1))


def _best(standard: Floats, pull: Floats) -> tuple[Floats, float]:
    """The point with the least loss from several starts, since the loss may have more than one minimum."""
    from scipy.optimize import minimize

    g = standard.shape[1]
    logs = np.log(np.abs(standard[0]).mean(axis=1))
    logs = logs - logs.mean()
    slope = standard[0] * np.exp(-logs)[:, None]
    shift = ((standard[1] - standard[1][0]) * slope).sum(axis=1) / (slope**2).sum(axis=1)
    starts = [np.zeros(2 * g - 2)]
    starts += [np.concatenate([by * shift[1:], logs[1:]]) for by in (1.0, 0.5)]
    apart = (standard[1] - standard[1][0]) / slope
    starts += [np.concatenate([own[1:], logs[1:]]) for own in apart.T]  # each item as the one that is alike
    found = [
        minimize(_loss, start, (standard, pull), jac=_gradient, method="BFGS", options={"gtol": 1e-9, "maxiter": 2000})
        for start in starts
        if np.isfinite(start).all()
    ]
    best = min(found, key=lambda each: float(each.fun))
    point = np.asarray(best.x, np.float64)
    for _ in range(20):
        slope_now = _gradient(point, standard, pull)
        step = np.linalg.lstsq(_slopes_of(lambda x: _gradient(x, standard, pull), point), slope_now, rcond=None)[0]
        if _loss(point - step, standard, pull) > best.fun + 1e-12:
            break
        point = point - step
        if np.abs(step).max() < 1e-13:
            break
    return point, float(_loss(point, standard, pull))


def _slopes_of(function: Any, point: Floats) -> Floats:
    """(m, size) slopes by complex steps."""
    return np.stack([function(point + step).imag / TINY for step in np.eye(len(point)) * TINY * 1j], axis=1)
