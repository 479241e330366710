"""Gaps between each two groups."""

from itertools import combinations
from typing import Any

from analysis.errors import AnalysisError
from analysis.gaps.gap import Comparison, DegreesOfFreedom, Gaps, Group, make_gaps
from analysis.results import Estimate, Estimates, levels_named


class NothingToCompare(AnalysisError):
    """There are not two estimates that could be compared."""

    def __init__(self, expected: str) -> None:
        super().__init__(f"expected {expected}, but found fewer than two of them")


def pairwise_gaps(
    estimates: Estimates,
    *,
    across: str | None = None,
    df: DegreesOfFreedom = "domain",
    level: float = 0.95,
    adjust: str = "holm",
) -> Gaps:
    r"""Each group against each other one: :math:`\hat\theta_a - \hat\theta_b` with :math:`v_a + v_b - 2 c_{ab}`.

    Parameters
    ----------
    estimates
        Estimates by group, made together.
    across
        Compare the levels of this column only, within the levels of the others; default all groups with each other.
    df
        ``domain`` (Satterthwaite, not more than the design), ``design``, or a number.
    level
        Confidence level of each interval; intervals are not adjusted, p-values and verdicts are.
    adjust
        ``holm`` (default), another of `analysis.multiplicity.METHODS`, or ``none``; over all rows of the result.

    Raises
    ------
    NothingToCompare
        Fewer than two groups.

    Examples
    --------
    >>> from analysis import Design, mean
    >>> design = Design.of({"y": [1.0, 3.0, 6.0, 8.0], "g": ["a", "a", "b", "b"]})
    >>> gap = pairwise_gaps(mean(design, "y", by="g"))[0]
    >>> gap.of, gap.against, gap.value
    ('a', 'b', -5.0)
    """
    comparisons = [
        _comparison(estimates, a, b, across)
        for a, b in combinations(range(len(estimates)), 2)
        if _comparable(estimates[a], estimates[b], across)
    ]
    if not comparisons:
        raise NothingToCompare(f"two levels of '{across}' to compare" if across else "two groups to compare")
    return make_gaps("gap", estimates, comparisons, df=df, level=level, adjust=adjust)


def rest_of(group: Group, without: str | None) -> Group:
    """The group without one of its columns; empty when all are compared."""
    return tuple(pair for pair in group if pair[0] != without) if without else ()


def _comparable(a: Estimate, b: Estimate, across: str | None) -> bool:
    return a.term == b.term and rest_of(a.group, across) == rest_of(b.group, across) and a.group != b.group


def _comparison(estimates: Estimates, a: int, b: int, across: str | None) -> Comparison:
    of, against = estimates[a], estimates[b]
    return Comparison(
        {a: 1.0, b: -1.0},
        rest_of(of.group, across),
        of.term,
        levels_named(_levels(of.group, across)),
        levels_named(_levels(against.group, across)),
    )


def _levels(group: Group, across: str | None) -> list[Any]:
    return [level for column, level in group if across in (None, column)]
