r"""Pseudo-inclusion probabilities of people who chose to take part, from a reference sample with design weights d.

With A the open link, B the reference sample, :math:`\pi = logistic(x'a)`:

* ``ipw`` solves :math:`\sum_A x = \sum_B d \pi x` (Chen, Li and Wu 2020);
* ``alp`` solves :math:`\sum_A (1 - p) x = \sum_B d p x`, :math:`\pi = p / (1 - p)` (Wang, Valliant and Li 2021);
* ``calibrated`` solves :math:`\sum_A x / \pi = \sum_B d x`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError

Floats = NDArray[np.float64]
ROUNDS = 100


class NoPropensity(AnalysisError):
    """Samples from which no probability of taking part follows."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"expected columns that overlap in the open link and in the reference sample, but {why}; merge levels or "
            "leave a column out"
        )


@dataclass(frozen=True, eq=False, slots=True)
class Sources:
    """Columns of the open link (n_A, p) and of the reference sample (n_B, p), with the weights of the latter."""

    a: Floats
    b: Floats
    d: Floats


Step = Callable[[Sources, Floats], tuple[Floats, Floats]]


def _logistic(values: Floats) -> Floats:
    from scipy.special import expit

    return np.asarray(expit(values), np.float64)


def _ipw(s: Sources, a: Floats) -> tuple[Floats, Floats]:
    pi = _logistic(s.b @ a)
    return s.a.sum(axis=0) - s.b.T @ (s.d * pi), s.b.T @ (s.b * (s.d * pi * (1 - pi))[:, None])


def _alp(s: Sources, a: Floats) -> tuple[Floats, Floats]:
    p, q = _logistic(s.a @ a), _logistic(s.b @ a)
    curve = s.a.T @ (s.a * (p * (1 - p))[:, None]) + s.b.T @ (s.b * (s.d * q * (1 - q))[:, None])
    return s.a.T @ (1 - p) - s.b.T @ (s.d * q), curve


def _calibrated(s: Sources, a: Floats) -> tuple[Floats, Floats]:
    odds = np.exp(np.clip(-(s.a @ a), -500, 500))
    return s.a.T @ (1 + odds) - s.b.T @ s.d, s.a.T @ (s.a * odds[:, None])


STEPS: Mapping[str, Step] = MappingProxyType({"ipw": _ipw, "alp": _alp, "calibrated": _calibrated})


def solve_propensity(sources: Sources, method: str) -> Floats:
    """Solve the equations of one method by Newton steps, halved while they lead away.

    Raises
    ------
    NoPropensity
        Columns that follow from others, or equations without a solution.
    """
    if min(np.linalg.matrix_rank(x) for x in (sources.a, sources.b)) < sources.a.shape[1]:
        raise NoPropensity("one column of the model follows from the others")
    step = STEPS[method]
    a = np.zeros(sources.a.shape[1])
    share = len(sources.a) / float(sources.d.sum())
    a[0] = np.log(share / (1 - share)) if 0 < share < 1 else 0.0
    scale = np.abs(sources.b).T @ sources.d + 1
    for _ in range(ROUNDS):
        gap, curve = step(sources, a)
        move = np.linalg.lstsq(curve, gap, rcond=None)[0]
        size = 1.0
        while size > 1e-8 and not _nearer(step, sources, a + size * move, gap, scale):
            size /= 2
        a = a + size * move
        if np.abs(move).max() <= 1e-12 * (1 + np.abs(a).max()):
            return a
    raise NoPropensity("no probabilities of taking part solve the equations")


def _nearer(step: Step, sources: Sources, a: Floats, gap: Floats, scale: Floats) -> bool:
    now = float(np.abs(step(sources, a)[0] / scale).max())
    return now <= float(np.abs(gap / scale).max()) * (1 + 1e-9) + 1e-13


def probabilities(x: Floats, a: Floats, method: str) -> Floats:
    """The probabilities of people with columns x (n, p).

    Examples
    --------
    >>> probabilities(np.ones((1, 1)), np.array([0.0]), "ipw").tolist()
    [0.5]
    """
    return np.asarray(np.exp(x @ a)) if method == "alp" else _logistic(x @ a)
