"""Changes between waves: of one design that holds them all, or of two samples drawn independently."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from analysis.gaps.gap import Comparison, DegreesOfFreedom, Gaps, Group, make_gaps
from analysis.gaps.order import ranks_of_waves
from analysis.gaps.pairs import NothingToCompare, rest_of
from analysis.results import Estimates


def wave_changes(
    estimates: Estimates,
    wave: str,
    *,
    order: Sequence[object] | None = None,
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
        The column of the waves. Numbers and dates ("Sep 2023", "2024-Q1", "wave 10") are put in order; ordered
        categories keep theirs. Other text is taken in the order of its first rows, and a note says so.
    order
        The levels of `wave`, the earliest first, where they do not say so themselves.
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
    BadWaveOrder
        An `order` that does not name each wave once.

    Examples
    --------
    >>> from analysis import Design, mean
    >>> waves = ["Jan 2024", "Jan 2024", "Sep 2023", "Sep 2023"]
    >>> design = Design.of({"y": [2.0, 4.0, 1.0, 3.0], "wave": waves}, strata="wave")
    >>> change = wave_changes(mean(design, "y", by="wave"), "wave")[0]
    >>> change.of, change.against, change.value, change.verdict
    ('Jan 2024', 'Sep 2023', 1.0, 'no clear change')
    """
    ranks, notes = ranks_of_waves(estimates, wave, order)
    series: dict[tuple[Group, str], list[int]] = {}
    for place, row in enumerate(estimates):
        if wave in dict(row.group):
            series.setdefault((rest_of(row.group, wave), row.term), []).append(place)
    comparisons = [
        Comparison(
            {place: 1.0, before: -1.0}, group, term, _wave(estimates, place, wave), _wave(estimates, before, wave)
        )
        for (group, term), places in series.items()
        for before, place in pairwise(sorted(places, key=lambda k: ranks[dict(estimates[k].group)[wave]]))
    ]
    if not comparisons:
        raise NothingToCompare(f"two waves in column '{wave}'")
    return make_gaps("change", estimates, comparisons, df=df, level=level, adjust=adjust, notes=notes)


def _wave(estimates: Estimates, place: int, wave: str) -> str:
    return str(dict(estimates[place].group)[wave])


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
        The names of the two waves.
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
