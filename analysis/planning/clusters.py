"""Plan a sample in two stages: how many interviews in a PSU, and how many PSUs a budget pays for."""

import math
from dataclasses import dataclass

from analysis.planning.checks import BadFigure, check_positive


@dataclass(frozen=True, slots=True)
class TwoStagePlan:
    """Interviews in each PSU, PSUs, all interviews, the design effect of clustering, and the mean's standard error."""

    interviews_per_psu: float
    psus: float
    n: float
    deff: float
    se: float


def two_stage_plan(
    *, cost_psu: float, cost_interview: float, icc: float, budget: float, sd: float = 1.0
) -> TwoStagePlan:
    r"""Compute the interviews per PSU that give the smallest variance for a budget.

    :math:`m = \sqrt{(c_{psu} / c_{interview}) (1 - icc) / icc}`, PSUs = budget / (c_psu + m c_interview), not rounded;
    deff = 1 + (m - 1) icc and se = sd sqrt(deff / n).

    Parameters
    ----------
    cost_psu, cost_interview, budget
        Costs of one PSU and of one interview in it, and the money, in one unit.
    icc
        Correlation of two answers within a PSU, above 0 and below 1.
    sd
        Standard deviation of the answers.

    Raises
    ------
    BadFigure

    References
    ----------
    Cochran (1977), Sampling Techniques, section 10.6.

    Examples
    --------
    >>> round(two_stage_plan(cost_psu=120, cost_interview=8, icc=0.05, budget=15000).interviews_per_psu, 2)
    16.88
    """
    check_positive(cost_psu=cost_psu, cost_interview=cost_interview, budget=budget, sd=sd)
    if not 0 < icc < 1:
        raise BadFigure("icc", "a correlation above 0 and below 1", icc)
    m = math.sqrt(cost_psu / cost_interview * (1 - icc) / icc)
    psus = budget / (cost_psu + m * cost_interview)
    deff = 1 + (m - 1) * icc
    return TwoStagePlan(m, psus, m * psus, deff, sd * math.sqrt(deff / (m * psus)))
