"""Changes between waves: of one design that holds them all, or of two samples drawn independently."""

import numpy as np

from analysis.gaps.gap import Comparison, DegreesOfFreedom, Gaps, make_gaps
from analysis.gaps.pairs import NothingToCompare, rest_of
from analysis.results import Estimates


def wave_changes(
    estimates: Estimates,
    wave: str,
    *,
    df: DegreesOfFreedom = "domain",
    level: float = 0.95,
    adjust: str = "holm",
) -> Gaps:
    """The change from each wave to the next, within the other groups, with the covariance between waves.

    Parameters
    ----------
    estimates
        Estimates by wave (and other columns), made together from one design.
    wave
        The column that tells the waves apart; its levels are in the order of time.
    df, level, adjust
        As for `pairwise_gaps`; `adjust` over all changes of the result.

    Returns
    -------
    Gaps
        Of kind ``change``: `of` is the later wave, `against` the earlier one. A change whose interval holds 0 reads
        "no clear change".

    Raises
    ------
    NothingToCompare
        Fewer than two waves.

    Examples
    --------
    >>> from analysis import Design, mean
    >>> design = Design.of({"y": [1.0, 3.0, 2.0, 4.0], "wave": ["a", "a", "b", "b"]}, strata="wave")
    >>> change = wave_changes(mean(design, "y", by="wave"), "wave")[0]
    >>> change.value, change.verdict
    (1.0, 'no clear change')
    """
    comparisons = []
    latest: dict[object, int] = {}
    for place, row in enumerate(estimates):
        if wave not in dict(row.group):
            continue
        key = (rest_of(row.group, wave), row.term)
        if key in latest:
            before = latest[key]
            later, earlier = (str(dict(estimates[k].group)[wave]) for k in (place, before))
            comparisons.append(Comparison({place: 1.0, before: -1.0}, key[0], row.term, later, earlier))
        latest[key] = place
    if not comparisons:
        raise NothingToCompare(f"two waves in column '{wave}'")
    return make_gaps("change", estimates, comparisons, df=df, level=level, adjust=adjust)


def changes_between(
    before: Estimates,
    after: Estimates,
    *,
    names: tuple[str, str] = ("before", "after"),
    df: DegreesOfFreedom = "domain",
    level: float = 0.95,
    adjust: str = "holm",
) -> Gaps:
    """The changes between two samples drawn independently: the covariance between them is 0.

    Parameters
    ----------
    before, after
        The same estimates from two designs; rows are matched by group and term, and only those in both are compared.
    names
        What the two waves are called.
    df
        ``domain`` (Satterthwaite), ``design`` (the sum of both), or a number.

    Examples
    --------
    >>> from analysis import Design, mean
    >>> first, second = (Design.of({"y": y}) for y in ([1.0, 2.0, 3.0], [10.0, 11.0, 12.0]))
    >>> change = changes_between(mean(first, "y"), mean(second, "y"))[0]
    >>> change.value, change.df, change.verdict
    (9.0, 4.0, 'clear rise')
    """
    both = _stacked(before, after)
    places = {(row.group, row.term): k for k, row in enumerate(before)}
    comparisons = [
        Comparison({len(before) + k: 1.0, places[row.group, row.term]: -1.0}, row.group, row.term, names[1], names[0])
        for k, row in enumerate(after)
        if (row.group, row.term) in places
    ]
    if not comparisons:
        raise NothingToCompare("the same estimate in both waves")
    return make_gaps("change", both, comparisons, df=df, level=level, adjust=adjust)


def _stacked(before: Estimates, after: Estimates) -> Estimates:
    covariance = np.zeros((len(before) + len(after),) * 2)
    covariance[: len(before), : len(before)] = before.covariance
    covariance[len(before) :, len(before) :] = after.covariance
    return Estimates(before.statistic, before.rows + after.rows, covariance, before.df + after.df)
