r"""Allocate completes to strata: proportional, equal, by power, Neyman and cost-optimal, within bounds.

:math:`n_h = \min(N_h, \max(m_h, \lambda a_h))`, with :math:`\lambda` such that the total, the budget or the standard
error of the overall mean is the wanted one. This is the exact optimum under the bounds. Source: Cochran (1977), Sampling
Techniques, chapter 5; Stenger and Gabler (2005), Metrika 61, on bounds.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import UnknownChoice
from analysis.planning.checks import BadFigure, check_positive
from analysis.results import Tabular

Floats = NDArray[np.float64]
NEAR = 1e-9  # a size this near to a whole number is that number


@dataclass(frozen=True, slots=True)
class Stratum:
    """One stratum of a plan: its name, its people, the standard deviation of answers, the cost of a complete."""

    name: str
    population: float
    sd: float = 1.0
    cost: float = 1.0


# The measure a_h that completes are in proportion to: (N, sd, cost, power) -> (H,)
MEASURES: Mapping[str, Callable[[Floats, Floats, Floats, float], Floats]] = MappingProxyType(
    {
        "equal": lambda n, sd, cost, power: np.ones_like(n),
        "proportional": lambda n, sd, cost, power: n,
        "power": lambda n, sd, cost, power: np.asarray(n**power),
        "neyman": lambda n, sd, cost, power: n * sd,
        "cost": lambda n, sd, cost, power: n * sd / np.sqrt(cost),
    }
)


@dataclass(frozen=True, repr=False, slots=True)
class Allocation(Tabular):
    """Hold the completes of each stratum.

    Parameters
    ----------
    strata
        The strata.
    n
        (H,) the exact optimum.
    completes
        (H,) whole numbers.
    se_overall
        Standard error of the overall mean at the whole numbers.
    cost
        Cost of the whole numbers with the fixed cost.
    weighting_deff
        Kish's design effect of the weights N_h/n_h.
    """

    strata: tuple[Stratum, ...]
    n: tuple[float, ...]
    completes: tuple[int, ...]
    se_overall: float
    cost: float
    weighting_deff: float

    @property
    def total(self) -> int:
        """The completes of all strata."""
        return sum(self.completes)

    def title(self) -> str:
        """Return the total and the precision."""
        return f"allocation of {self.total:,} completes, standard error of the overall mean {self.se_overall:.4g}"

    def to_rows(self) -> list[dict[str, Any]]:
        """One record for each stratum."""
        figures = zip(self.strata, self.n, self.completes, strict=True)
        return [
            {"stratum": each.name, "population": each.population, "n": n, "completes": whole}
            for each, n, whole in figures
        ]


def allocate(
    strata: Sequence[Stratum],
    method: str = "proportional",
    *,
    n: float | None = None,
    budget: float | None = None,
    target_se: float | None = None,
    minimum: float | Sequence[float] = 1,
    power: float = 0.5,
    fixed_cost: float = 0.0,
) -> Allocation:
    r"""Allocate completes to strata, with a floor in each and at most its people.

    Exactly one of `n`, `budget` and `target_se` states the amount: the total, the money, or the standard error of the
    overall mean. Whole numbers: with `n` by largest remainders (ties go to the first stratum), with `budget` rounded down, with
    `target_se` rounded up. The floor is also the place of the fewest answers that anonymity asks for.

    Parameters
    ----------
    strata
        The strata.
    method
        ``equal``, ``proportional`` (to N), ``power`` (to N to the `power`), ``neyman`` (N sd),
        ``cost`` (N sd / sqrt(cost)).
    n, budget, target_se
        The total of completes; the budget with `fixed_cost`; the standard error of the overall mean.
    minimum
        Floor of each stratum, one for all or one for each.
    power
        Exponent of ``power``.
    fixed_cost
        Part of the budget that does not depend on completes.

    Raises
    ------
    BadFigure, UnknownChoice

    References
    ----------
    Neyman (1934), JRSS 97; Cochran (1977), Sampling Techniques, sections 5.5 to 5.9; Bankier (1988), American
    Statistician 42, on power allocation.

    Examples
    --------
    >>> strata = [Stratum("north", 9000, sd=20), Stratum("south", 1000, sd=30)]
    >>> allocate(strata, "neyman", n=200, minimum=60).completes
    (140, 60)
    """
    if method not in MEASURES:
        raise UnknownChoice("the method of an allocation", MEASURES, method)
    if [n, budget, target_se].count(None) != 2:
        raise BadFigure("n, budget and target_se", "exactly one of them", (n, budget, target_se))
    people, sd, cost = _columns(strata)
    low, measure = _floors(minimum, people), MEASURES[method](people, sd, cost, power)
    if not measure.any():
        raise BadFigure("sd", "a standard deviation above 0 in some stratum", 0.0)

    def sizes(factor: float) -> Floats:
        return np.asarray(np.minimum(people, np.maximum(low, factor * measure)))

    if n is not None:
        exact = sizes(_solve(sizes, measure, people, lambda each: float(each.sum()), n, "n"))
        whole = _largest_remainders(exact, round(n))
    elif budget is not None:
        spent = budget - fixed_cost
        exact = sizes(_solve(sizes, measure, people, lambda each: float(cost @ each), spent, "budget"))
        whole = np.floor(exact + NEAR)
    else:
        assert target_se is not None
        check_positive(target_se=target_se)
        precise = _inverse_variance(people, sd)
        exact = sizes(_solve(sizes, measure, people, precise, target_se**-2.0, "target_se"))
        whole = np.ceil(exact - NEAR)
    return _allocation(tuple(strata), exact, whole, fixed_cost)


def _columns(strata: Sequence[Stratum]) -> tuple[Floats, Floats, Floats]:
    if not strata or len({each.name for each in strata}) < len(strata):
        raise BadFigure("strata", "one or more strata with names of their own", [each.name for each in strata])
    for each in strata:
        check_positive(**{f"the population of {each.name}": each.population, f"the cost of {each.name}": each.cost})
        if not (math.isfinite(each.sd) and each.sd >= 0):
            raise BadFigure(f"the standard deviation of {each.name}", "a number of 0 or more", each.sd)
    people = np.array([each.population for each in strata], np.float64)
    return people, np.array([each.sd for each in strata]) * 1.0, np.array([each.cost for each in strata]) * 1.0


def _floors(minimum: float | Sequence[float], people: Floats) -> Floats:
    given = np.asarray(minimum, np.float64)
    if (given.ndim and given.shape != people.shape) or not (given >= 0).all():
        raise BadFigure("minimum", f"one floor of 0 or more, or one for each of {len(people)} strata", minimum)
    return np.asarray(np.minimum(people, given))


def _solve(
    sizes: Callable[[float], Floats],
    measure: Floats,
    people: Floats,
    amount: Callable[[Floats], float],
    wanted: float,
    name: str,
) -> float:
    """Return the factor at which a growing amount is the wanted one."""
    from scipy.optimize import brentq

    top = float((people[measure > 0] / measure[measure > 0]).max())
    least, most = amount(sizes(0.0)), amount(sizes(top))
    if not least * (1 - NEAR) <= wanted <= most * (1 + NEAR):
        floor, roof = (least, most) if name != "target_se" else (least**-0.5, most**-0.5 if most < math.inf else 0.0)
        arrived = wanted if name != "target_se" else wanted**-0.5
        raise BadFigure(name, f"an amount between {floor:g} (all floors) and {roof:g} (everyone)", arrived)
    if wanted >= most:
        return top
    if wanted <= least:
        return 0.0
    top = _finite(sizes, amount, top)
    return float(brentq(lambda factor: amount(sizes(factor)) - wanted, 0.0, top, xtol=1e-300, rtol=1e-14))


def _finite(sizes: Callable[[float], Floats], amount: Callable[[Floats], float], top: float) -> float:
    """Return a factor just below the one that asks everyone, where a variance is not 0."""
    while not math.isfinite(amount(sizes(top))):
        top *= 1 - 1e-12
    return top


def _inverse_variance(people: Floats, sd: Floats) -> Callable[[Floats], float]:
    def precise(sizes: Floats) -> float:
        variance = _variance(people, sd, sizes)
        return 1 / variance if variance > 0 else math.inf

    return precise


def _variance(people: Floats, sd: Floats, sizes: Floats) -> float:
    """Return the variance of the overall mean; infinite where a stratum that varies gets no one."""
    varies = sd > 0
    if not (sizes[varies] > 0).all():
        return math.inf
    share, n = people[varies] / people.sum(), sizes[varies]
    return float((share**2 * (1 - n / people[varies]) * sd[varies] ** 2 / n).sum())


def _largest_remainders(exact: Floats, total: int) -> Floats:
    whole = np.floor(exact + NEAR)
    left = total - int(whole.sum())
    order = np.argsort(-(exact - whole).round(9), kind="stable")
    whole[order[: max(left, 0)]] += 1
    return np.asarray(whole)


def _allocation(strata: tuple[Stratum, ...], exact: Floats, whole: Floats, fixed_cost: float) -> Allocation:
    people, sd, cost = _columns(strata)
    with np.errstate(divide="ignore"):
        deff = float(whole.sum() * (people**2 / whole).sum() / people.sum() ** 2)
    return Allocation(
        strata,
        tuple(exact.tolist()),
        tuple(int(x) for x in whole),
        math.sqrt(_variance(people, sd, whole)),
        float(cost @ whole) + fixed_cost,
        deff,
    )
