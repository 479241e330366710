"""Gaps between a group and everyone: the part and the whole share people, so their covariance matters."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.errors import UnknownChoice
from analysis.estimation.domains import Domains, make_domains
from analysis.estimation.linear import Linear, estimated
from analysis.estimation.means import divide, usable_columns
from analysis.estimation.rows import intervals_by
from analysis.estimation.sums import Facts, Feature, make_facts, make_sums
from analysis.gaps.gap import Comparison, DegreesOfFreedom, Gaps, make_gaps
from analysis.results import Estimates

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

    The variance is that of the difference: linearised scores (or replicate estimates) of part and whole are subtracted
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
    estimates = part_and_whole(design, y, by=by, where=where, statistic=statistic)
    width = sum(row.term == estimates[0].term for row in estimates)
    comparisons = [
        Comparison(
            {k: 1.0, k - k % width + width - 1: -1.0},
            (),
            row.term,
            ", ".join(str(level) for _, level in row.group),
            EVERYONE,
        )
        for k, row in enumerate(estimates)
        if k % width < width - 1
    ]
    return make_gaps("gap", estimates, comparisons, df=df, level=level, adjust=adjust)


def part_and_whole(
    design: Design, y: str, *, by: str | Sequence[str], where: Any, statistic: Literal["mean", "share"]
) -> Estimates:
    """Estimates of each group and, last within each term, of everyone; with their joint covariance."""
    before = _with_the_rest(make_domains(design, by, where), make_domains(design, None, where))
    terms, features, domains = _features(design, y, statistic, before)
    sums = make_sums(design, [None, *features], domains)
    groups = domains.count - 1  # the last cell holds the people without a group

    def joined(values: Floats) -> Floats:
        """(..., cells) -> the groups, and all cells together."""
        return np.concatenate([values[..., :groups], values.sum(axis=-1, keepdims=True)], axis=-1)

    def estimate(whole: Floats) -> Floats:
        parts = joined(whole)
        ratios = divide(parts[..., 1:, :], parts[..., :1, :])
        return np.asarray(ratios.reshape(*whole.shape[:-2], -1))

    values = estimate(sums.whole)

    def scores(by_unit: Floats) -> Floats:
        parts = joined(by_unit)
        centred = parts[1:] - values.reshape(len(terms), 1, -1) * parts[:1]
        return np.concatenate(list(divide(centred, joined(sums.whole)[0])), axis=1)

    asked = Linear(
        statistic,
        _facts(design, domains, before, sums.sizes()),
        sums,
        estimate,
        scores,
        [term for term in terms for _ in range(groups + 1)],
        list(range(groups + 1)) * len(terms),
        intervals_by("t", 0.95),
    )
    return estimated([asked])[0]


def _facts(design: Design, domains: Domains, before: Domains, sizes: Floats | None) -> Facts:
    """The facts of the groups, and in the last place those of everyone."""
    groups = make_facts(design, domains, before, sizes)
    together = None if sizes is None else sizes.sum(axis=1, keepdims=True)
    whole = make_facts(design, _everyone(domains), _everyone(before), together)
    return Facts(
        (*groups.groups[:-1], ()),
        np.append(groups.n[:-1], whole.n),
        np.append(groups.n_effective[:-1], whole.n_effective),
        np.append(groups.df[:-1], whole.df),
        np.column_stack([groups.present[:, :-1], whole.present]),
        design.df,
    )


def _with_the_rest(groups: Domains, everyone: Domains) -> Domains:
    """The groups, and as the last domain the members without a group."""
    rest = (groups.codes < 0) & (everyone.codes >= 0)
    return Domains(np.where(rest, groups.count, groups.codes), (*groups.groups, (("", None),)))


def _everyone(domains: Domains) -> Domains:
    return Domains(np.where(domains.codes >= 0, 0, -1), ((),))


def _features(design: Design, y: str, statistic: str, domains: Domains) -> tuple[list[str], list[Feature], Domains]:
    if statistic == "mean":
        columns, known, _ = usable_columns(design, [y], domains, "omit")
        return [y], columns, known
    if statistic != "share":
        raise UnknownChoice("what is compared with everyone", ("mean", "share"), statistic)
    factor = design.table.factor(y)
    shares: list[Feature] = [(factor.codes == k).astype(np.float64) for k in range(len(factor.levels))]
    return [f"{y}={level}" for level in factor.levels], shares, domains.narrowed(~factor.missing)
