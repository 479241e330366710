"""Estimates from people who chose to take part: quasi-randomization, mass imputation, and both (doubly robust)."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.errors import UnknownChoice
from analysis.frames import Table
from analysis.models.families import FAMILIES, Family, check_outcome
from analysis.models.fitting import fit
from analysis.models.terms import make_matrix
from analysis.results import Tabular
from analysis.volunteers.propensity import NoPropensity, Sources, probabilities, solve_propensity

Floats = NDArray[np.float64]
PROPENSITY: Mapping[str, str] = MappingProxyType(
    {"ipw": "ipw", "ipw_N": "ipw", "doubly_robust": "ipw", "alp": "alp", "calibrated": "calibrated"}
)
METHODS = (*PROPENSITY, "mass_imputation")
TAKING_PART = "people with equal columns take part with equal chance, whatever their answer"
OVERLAP = "everyone could have taken part, and both samples hold the same population"
OUTCOME = "people with equal columns answer alike, whether they took part or not"
ASSUMPTIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **dict.fromkeys(("ipw", "ipw_N", "alp", "calibrated"), (TAKING_PART, OVERLAP)),
        "mass_imputation": (OUTCOME, OVERLAP),
        "doubly_robust": (f"{TAKING_PART}, or {OUTCOME}", OVERLAP),
    }
)


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class OpenLinkEstimate(Tabular):
    """Hold an estimate from an open link. Its range is modeled; it is not a margin of error.

    Parameters
    ----------
    method, assumptions
        The method, and the sentences that must hold.
    value, se
        The estimate and its standard error; NaN for ``alp`` and ``calibrated``, which have none here.
    part_open_link, part_reference
        The two parts of the variance.
    low, high
        The modeled range, value -/+ z se.
    selection, outcome
        Coefficients by term of the models of taking part and of the answer; empty where there is none.
    weights
        (n_A,) 1 / probability; empty for ``mass_imputation``.
    n
        Answers of the open link.
    """

    method: str
    assumptions: tuple[str, ...]
    value: float
    se: float
    part_open_link: float
    part_reference: float
    low: float
    high: float
    selection: Mapping[str, float]
    outcome: Mapping[str, float]
    weights: Floats
    n: int

    def title(self) -> str:
        """The method, that the range is modeled, and the assumptions."""
        return (
            f"open link, {self.method}: a modeled range, no margin of error; it holds if {'; '.join(self.assumptions)}"
        )

    def to_rows(self) -> list[dict[str, Any]]:
        """One record."""
        figures = {"estimate": self.value, "se": self.se, "low": self.low, "high": self.high, "n": self.n}
        return [{"method": self.method, **figures, "assumptions": "; ".join(self.assumptions)}]


@dataclass(frozen=True, eq=False, slots=True)
class _Data:
    """The rows of both samples that the estimate uses, and how totals of the reference sample vary."""

    x: Floats
    y: Floats
    sources: Sources
    used: NDArray[np.bool_]
    reference: Design
    population: float | None
    family: Family

    def variance(self, values: Floats) -> float:
        """Return the design variance of the weighted total of values (n_B,)."""
        scores = np.zeros((self.reference.rows, 1))
        scores[self.used, 0] = self.sources.d * values
        scores = self.reference.residual(scores)
        sums = np.bincount(self.reference.leaf, weights=scores[:, 0], minlength=self.reference.leaves).astype(
            np.float64
        )
        return float(self.reference.covariance(sums[:, None])[0, 0])


@dataclass(frozen=True, eq=False, slots=True)
class _Parts:
    """An estimate, its two variances, and the weights and models behind it."""

    value: float
    v1: float
    v2: float
    weights: Floats
    selection: Floats
    outcome: Floats


def open_link_mean(
    frame: Any,
    y: str,
    x: str | Sequence[str],
    reference: Design,
    *,
    method: str = "doubly_robust",
    family: str = "linear",
    population: float | None = None,
    level: float = 0.95,
) -> OpenLinkEstimate:
    r"""Estimate a mean from an open link with the help of a probability sample that knows the same columns.

    With :math:`w = 1/\pi` of the solved equations and m the prediction of a model of y fitted on the open link:
    ``ipw`` is :math:`\sum_A w y / \sum_A w` (``ipw_N``: over N), ``doubly_robust`` is
    :math:`\sum_A w (y - m) / \sum_A w + \sum_B d m / \sum_B d`, ``mass_imputation`` is the last part alone;
    ``alp`` and ``calibrated`` are weighted means.
    The variance has a part of the open link and a part of the reference sample, by linearization.

    Parameters
    ----------
    frame
        The open link, one row for each answer: what `Table.of` takes. It has no design.
    y
        Column of the answers; those of the reference sample are not used.
    x
        Terms that both samples know, as for `regress`.
    reference
        The probability sample.
    method
        One of ``ipw``, ``ipw_N``, ``doubly_robust``, ``mass_imputation``, ``alp``, ``calibrated``.
    family
        ``linear`` or ``logistic`` for the model of y.
    population
        Number of people N; for ``ipw_N``.
    level
        Level of the modeled range.

    Raises
    ------
    UnknownChoice, NoPropensity, UnknownColumn, BadOutcome, NoFit

    References
    ----------
    Chen, Li and Wu (2020), JASA 115; Kim, Park, Chen and Wu (2021), JRSS A 184; Elliott and Valliant (2017),
    Statistical Science 32.

    Examples
    --------
    >>> link = {"y": [4.0, 5.0, 6.0, 7.0], "young": [1.0, 1.0, 1.0, 0.0]}
    >>> reference = Design.of({"young": [1.0, 0.0, 0.0, 1.0], "w": [20.0, 30.0, 30.0, 20.0]}, weights="w")
    >>> round(open_link_mean(link, "y", ["young"], reference).value, 2)
    6.2
    """
    if method not in METHODS:
        raise UnknownChoice("the method for an open link", METHODS, method)
    if family not in ("linear", "logistic"):
        raise UnknownChoice("the family of an open link's answers", ("linear", "logistic"), family)
    if method == "ipw_N" and not (population is not None and population > 0):
        raise NoPropensity("the method ipw_N got no number of people")
    data, names = _data(Table.of(frame), y, x, reference, family, population)
    parts = CALCULATIONS.get(method, _weighted)(data, method)
    se = math.sqrt(parts.v1 + parts.v2) if not math.isnan(parts.v1) else math.nan
    reach = _normal_quantile(level) * se
    return OpenLinkEstimate(
        method,
        ASSUMPTIONS[method],
        parts.value,
        se,
        parts.v1,
        parts.v2,
        parts.value - reach,
        parts.value + reach,
        dict(zip(names, parts.selection.tolist(), strict=False)),
        dict(zip(names, parts.outcome.tolist(), strict=False)),
        parts.weights,
        len(data.y),
    )


def _normal_quantile(level: float) -> float:
    from scipy.special import ndtri

    return -float(ndtri((1 - level) / 2))


def _data(
    table: Table, y: str, x: str | Sequence[str], reference: Design, family: str, population: float | None
) -> tuple[_Data, tuple[str, ...]]:
    own, other = make_matrix(table, x), make_matrix(reference.table, x)
    if own.names != other.names:
        raise NoPropensity(f"their levels differ: {sorted(set(own.names) ^ set(other.names))[:5]}")
    answers = table.numbers(y)
    kept, used = own.known & ~np.isnan(answers), other.known & (reference.weights > 0)
    check_outcome(y, family, answers, kept)
    sources = Sources(own.values[kept], other.values[used], reference.weights[used])
    if not kept.any() or not used.any():
        raise NoPropensity("one of them has no complete row")
    return _Data(sources.a, answers[kept], sources, used, reference, population, FAMILIES[family]), own.names


def _weighted(data: _Data, method: str) -> _Parts:
    a = solve_propensity(data.sources, PROPENSITY[method])
    w = 1 / probabilities(data.x, a, PROPENSITY[method])
    return _Parts(float(w @ data.y / w.sum()), math.nan, math.nan, w, a, np.zeros(0))


def _ipw(data: _Data, method: str) -> _Parts:
    a = solve_propensity(data.sources, "ipw")
    pi = probabilities(data.x, a, "ipw")
    whole = float((1 / pi).sum()) if data.population is None or method == "ipw" else data.population
    value = float((data.y / pi).sum() / whole)
    residual = data.y - value if method == "ipw" else data.y
    v1, slope, others = _open_link_part(data, a, pi, residual, whole)
    return _Parts(value, v1, data.variance(others * slope / whole), 1 / pi, a, np.zeros(0))


def _open_link_part(data: _Data, a: Floats, pi: Floats, residual: Floats, whole: float) -> tuple[float, Floats, Floats]:
    """Return the open link's variance, and b'x and the probabilities in the reference sample."""
    s = data.sources
    others = probabilities(s.b, a, "ipw")
    curve = s.b.T @ (s.b * (s.d * others * (1 - others))[:, None])
    b = np.linalg.solve(curve, data.x.T @ ((1 / pi - 1) * residual))
    v1 = float(((1 - pi) * (residual / pi - data.x @ b) ** 2).sum()) / whole**2
    return v1, np.asarray(s.b @ b), others


def _doubly_robust(data: _Data, method: str) -> _Parts:
    s = data.sources
    a, c = solve_propensity(s, "ipw"), _outcome(data)
    pi, m = probabilities(data.x, a, "ipw"), data.family.mean(data.x @ c)
    predicted = data.family.mean(s.b @ c)
    whole, people = float((1 / pi).sum()), float(s.d.sum())
    apart = float(((data.y - m) / pi).sum() / whole)
    imputed = float(s.d @ predicted / people)
    v1, slope, others = _open_link_part(data, a, pi, data.y - m - apart, whole)
    v2 = data.variance((others * slope + predicted - imputed) / people)
    return _Parts(apart + imputed, v1, v2, 1 / pi, a, c)


def _mass_imputation(data: _Data, method: str) -> _Parts:
    s, c = data.sources, _outcome(data)
    m, predicted = data.family.mean(data.x @ c), data.family.mean(s.b @ c)
    people, n = float(s.d.sum()), len(data.y)
    value = float(s.d @ predicted / people)
    curve = data.x.T @ (data.x * data.family.variance(m)[:, None]) / n
    slope = np.linalg.solve(curve, s.b.T @ (s.d * data.family.variance(predicted)) / people)
    v1 = float(((data.y - m) ** 2 * (data.x @ slope) ** 2).sum()) / n**2
    return _Parts(value, v1, data.variance((predicted - value) / people), np.zeros(0), np.zeros(0), c)


def _outcome(data: _Data) -> Floats:
    return fit(data.family, data.x, data.y, np.ones(len(data.y))).beta


CALCULATIONS: Mapping[str, Callable[[_Data, str], _Parts]] = MappingProxyType(
    {"ipw": _ipw, "ipw_N": _ipw, "doubly_robust": _doubly_robust, "mass_imputation": _mass_imputation}
)
