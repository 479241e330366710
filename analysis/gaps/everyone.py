"""Gaps between a group and everyone: the part and the whole share people, so their covariance matters."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design, gathered
from analysis.errors import UnknownChoice
from analysis.estimation.domains import Domains, make_domains
from analysis.estimation.linear import Linear, estimated
from analysis.estimation.means import divide, usable_columns
from analysis.estimation.rows import intervals_by
from analysis.estimation.shares import check_levels
from analysis.estimation.sums import Facts, Feature, find_members, make_facts, make_sums
from analysis.frames.table import columns_named
from analysis.gaps.gap import Comparison, DegreesOfFreedom, Gaps, make_gaps
from analysis.results import Estimates, levels_named

Floats = NDArray[np.float64]
EVERYONE = "everyone"


def gaps_to_everyone(
    design: Design,
    y: str,
    *,
    by: str | Sequence[str],
    where: Any = None,
    statistic: Literal["mean", "share"] = "mean",
    df: DegreesOfFreedom = "domain",
    level: float = 0.95,
    adjust: str = "holm",
) -> Gaps:
    r"""Mean (or shares) of each group minus that of everyone: :math:`\hat\theta_g - \hat\theta`.

    The variance is that of the difference: linearized scores (or replicate estimates) of part and whole are subtracted
    within each PSU, so that people who are in both count once. Everyone includes people whose group is not known.

    Parameters
    ----------
    design, y, by, where
        As for `analysis.mean` and `analysis.share`.
    statistic
        ``mean`` of a numeric column, or ``share`` of each level of a categorical one.
    df, level, adjust
        As for `pairwise_gaps`.

    Examples
    --------
    >>> design = Design.of({"y": [1.0, 3.0, 6.0, 8.0], "g": ["a", "a", "b", "b"]})
    >>> [(row.of, row.value) for row in gaps_to_everyone(design, "y", by="g")]
    [('a', -2.5), ('b', 2.5)]
    """
    numbers, levels = ((), columns_named(y)) if statistic == "share" else (columns_named(y), ())
    design, where = gathered(design, numbers, (*levels, *columns_named(by)), where)
    if levels:
        check_levels(design, levels)
    before = _with_the_rest(make_domains(design, by, where), make_domains(design, None, where))
    estimates = _part_and_whole(design, y, before, statistic, 1)
    return _compared(estimates, range(len(estimates)), df, level, adjust)


def gaps_to_everyone_within(
    design: Design, y: str, *, by: str, within: str, level: float = 0.95, adjust: str = "holm"
) -> dict[Any, Gaps]:
    """For each level of `within`, what `gaps_to_everyone` says of the rows that have it; all from one set of sums.

    Examples
    --------
    >>> design = Design.of({"y": [1.0, 3.0, 6.0], "g": ["a", "b", "a"], "h": ["s", "s", "t"]})
    >>> found = gaps_to_everyone_within(design, "y", by="g", within="h")
    >>> {each: [(row.of, row.value) for row in gaps] for each, gaps in found.items()}
    {'s': [('a', -1.0), ('b', 1.0)], 't': [('a', 0.0)]}
    """
    inside, groups = design.table.factor(within).dense(), design.table.factor(by).dense()
    if not inside.levels:
        return {}
    width = len(groups.levels) + 1
    codes = np.where(groups.codes < 0, width - 1, groups.codes)
    codes = np.where(inside.codes < 0, -1, inside.codes * width + codes)
    named = [((by, level),) for level in groups.levels]
    before = Domains(codes, (*named, (("", None),)) * len(inside.levels))
    estimates = _part_and_whole(design, y, before, "mean", len(inside.levels))
    held = np.bincount(codes[codes >= 0], minlength=before.count) > 0
    found = {}
    for place, own in enumerate(inside.levels):
        rows = [k for k in range(place * width, (place + 1) * width) if held[k] or k % width == width - 1]
        found[own] = _compared(estimates, rows, "domain", level, adjust)
    return found


def _compared(estimates: Estimates, places: Sequence[int], df: DegreesOfFreedom, level: float, adjust: str) -> Gaps:
    """The groups at `places` against everyone, who is the last there within each term."""
    own = estimates.picked(places)
    width = sum(row.term == own[0].term for row in own) if len(own) else 1
    comparisons = [
        Comparison(
            {k: 1.0, k - k % width + width - 1: -1.0},
            (),
            row.term,
            levels_named([level for _, level in row.group]),
            EVERYONE,
        )
        for k, row in enumerate(own)
        if k % width < width - 1
    ]
    return make_gaps("gap", own, comparisons, df=df, level=level, adjust=adjust)


def _part_and_whole(
    design: Design, y: str, before: Domains, statistic: Literal["mean", "share"], sections: int
) -> Estimates:
    """Estimates of each group and, last within each term and section, of everyone in it; with their joint covariance.

    The domains of each section stand together; the last of them holds the people without a group.
    """
    terms, features, domains = _features(design, y, statistic, before)
    sums = make_sums(design, [None, *features], domains)
    width = domains.count // sections

    def joined(values: Floats) -> Floats:
        """(..., cells) -> the same, but in the last place of each section all its cells together."""
        parts = values.reshape(*values.shape[:-1], sections, width)
        whole = np.concatenate([parts[..., :-1], parts.sum(axis=-1, keepdims=True)], axis=-1)
        return np.asarray(whole.reshape(values.shape))

    def estimate(whole: Floats) -> Floats:
        parts = joined(whole)
        ratios = divide(parts[..., 1:, :], parts[..., :1, :])
        return np.asarray(ratios.reshape(*whole.shape[:-2], len(terms) * domains.count))

    values = estimate(sums.whole)

    def scores(by_unit: Floats) -> Floats:
        parts = joined(by_unit)
        centred = parts[1:] - values.reshape(len(terms), 1, domains.count) * parts[:1]
        scaled = divide(centred, joined(sums.whole)[0])
        return scaled.transpose(1, 0, 2).reshape(parts.shape[1], len(terms) * domains.count)

    asked = Linear(
        statistic,
        _facts(design, domains, before, sums.sizes(), width),
        sums,
        estimate,
        scores,
        [term for term in terms for _ in range(domains.count)],
        list(range(domains.count)) * len(terms),
        intervals_by("t", 0.95),
    )
    return estimated([asked])[0]


def _facts(design: Design, domains: Domains, before: Domains, sizes: Floats | None, width: int) -> Facts:
    """The facts of the groups, and in the last place of each section those of everyone in it."""
    groups = make_facts(design, domains, find_members(design, before), sizes)
    together = None if sizes is None else sizes.reshape(3, domains.count // width, width).sum(axis=2)
    members = find_members(design, _sections(before, width))
    whole = make_facts(design, _sections(domains, width), members, together)
    last = np.arange(width - 1, domains.count, width)

    def filled(own: Any, everyone: Any) -> Any:
        result = own.copy()
        result[..., last] = everyone
        return result

    return Facts(
        tuple(() if k in last else group for k, group in enumerate(groups.groups)),
        filled(groups.n, whole.n),
        filled(groups.n_effective, whole.n_effective),
        filled(groups.df, whole.df),
        filled(groups.present, whole.present),
        design.df,
    )


def _with_the_rest(groups: Domains, everyone: Domains) -> Domains:
    """The groups, and as the last domain the members without a group."""
    rest = (groups.codes < 0) & (everyone.codes >= 0)
    return Domains(np.where(rest, groups.count, groups.codes), (*groups.groups, (("", None),)))


def _sections(domains: Domains, width: int) -> Domains:
    codes = np.where(domains.codes >= 0, domains.codes // width, -1)
    return Domains(codes, ((),) * (domains.count // width))


def _features(design: Design, y: str, statistic: str, domains: Domains) -> tuple[list[str], list[Feature], Domains]:
    if statistic == "mean":
        columns, known, _ = usable_columns(design, [y], domains, "omit")
        return [y], columns, known
    if statistic != "share":
        raise UnknownChoice("what is compared with everyone", ("mean", "share"), statistic)
    factor = design.table.factor(y)
    shares: list[Feature] = [(factor.codes == k).astype(np.float64) for k in range(len(factor.levels))]
    return [f"{y}={level}" for level in factor.levels], shares, domains.narrowed(~factor.missing)
