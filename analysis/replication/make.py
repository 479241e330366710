"""Replicate weights made from a design, as one multiplier for each PSU and replicate.

Adjustments that the design has are made again in every replicate. Only the first stage is replicated: where later
stages matter, the first counts as drawn with replacement, which errs on the large side.
"""

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design, Replicates
from analysis.errors import AnalysisError, LonelyPsu
from analysis.replication.attach import rank_of
from analysis.replication.hadamard import hadamard

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class NotPaired(AnalysisError):
    """Balanced repeats need two PSUs in each stratum."""

    def __init__(self, stratum: object, arrived: int) -> None:
        self.stratum, self.arrived = stratum, arrived
        super().__init__(
            f"expected two PSUs in each stratum for balanced repeats, but stratum '{stratum}' has {arrived}"
        )


class TooFew(AnalysisError):
    """A method was asked for fewer replicates or groups than it needs."""

    def __init__(self, what: str, least: int, arrived: int) -> None:
        self.least, self.arrived = least, arrived
        super().__init__(f"expected at least {least} {what}, but got {arrived}")


class NoStrataAllowed(AnalysisError):
    """JK1 is for a sample without strata."""

    def __init__(self, strata: int) -> None:
        self.strata = strata
        super().__init__(f"expected a sample without strata for JK1, but it has {strata}; use JKn")


def jk1(design: Design, *, mse: bool = False) -> Design:
    """The jackknife without strata: leave one PSU out at a time, n/(n-1) for the others; scale (1 - f)(n-1)/n.

    Examples
    --------
    >>> jk1(Design.of({"y": [1.0, 2.0, 6.0]})).replicates.multipliers[:, 0]
    array([0. , 1.5, 1.5])
    """
    strata = len(design.sampled.stages[0].names)
    if strata > 1:
        raise NoStrataAllowed(strata)
    _check_no_lonely(design)
    count = design.sampled.psus
    multipliers = np.full((count, count), count / (count - 1))
    np.fill_diagonal(multipliers, 0.0)
    scale = float(_free(design)[0]) * (count - 1) / count
    return _with(design, multipliers, scale, np.ones(count), mse, count - 1, "JK1")


def jkn(design: Design, *, mse: bool = False) -> Design:
    """The stratified jackknife: leave one PSU out at a time, n_h/(n_h-1) for the others of its stratum.

    Scale 1, and (1 - f_h)(n_h-1)/n_h for a replicate of stratum h; with population counts of
    later stages too, f_h = 0. A stratum with one PSU has no replicate (rules
    ``remove`` and ``certainty``) or is refused.

    Examples
    --------
    >>> jkn(Design.of({"h": ["a", "a", "b", "b"]}, strata="h")).replicates.multipliers[:, 0]
    array([0., 2., 1., 1.])
    """
    _check_no_lonely(design)
    stratum, drawn = design.sampled.stages[0].stratum, design.sampled.stages[0].sampled
    dropped = np.flatnonzero(drawn[stratum] > 1)
    rate = drawn / np.maximum(drawn - 1, 1)
    multipliers = np.where(stratum[:, None] == stratum[dropped], rate[stratum][:, None], 1.0)
    multipliers[dropped, np.arange(len(dropped))] = 0.0
    rscales = (_free(design) / rate)[stratum[dropped]]
    return _with(design, multipliers, 1.0, rscales, mse, design.sampled.df, "JKn")


def brr(design: Design, *, rho: float = 0.0, mse: bool = False) -> Design:
    """Balanced repeats of half samples: 2 - rho for one PSU of each pair and rho for the other; Fay's where rho > 0.

    A Hadamard matrix of an order above the number of strata says which; scale 1/(R (1-rho)^2).

    Examples
    --------
    >>> brr(Design.of({"h": ["a", "a"]}, strata="h")).replicates.multipliers
    array([[2., 0.],
           [0., 2.]])
    """
    stage = design.sampled.stages[0]
    for name, drawn in zip(stage.names, stage.sampled.tolist(), strict=True):
        if drawn != 2:
            raise NotPaired(name, drawn)
    signs = hadamard(len(stage.names) + 1)
    order = np.argsort(stage.stratum, kind="stable")
    side = np.empty(design.sampled.psus)
    side[order] = np.tile([1.0, -1.0], len(stage.names))
    multipliers = 1 + (1 - rho) * side[:, None] * signs[:, 1:].T[stage.stratum]
    count = signs.shape[0]
    scale = 1 / (count * (1 - rho) ** 2)
    return _with(design, multipliers, scale, np.ones(count), mse, None, "Fay" if rho else "BRR")


def bootstrap(design: Design, count: int, rng: np.random.Generator, *, mse: bool = False) -> Design:
    r"""The rescaled bootstrap of Rao and Wu: n_h - 1 PSUs drawn with replacement in each stratum.

    A PSU drawn m times gets :math:`1 - q_h + q_h m n_h/(n_h - 1)` with :math:`q_h = \sqrt{1 - f_h}`; scale 1/(R-1) when
    deviations are from the mean of the replicates, else 1/R.

    References
    ----------
    Rao and Wu (1988), JASA 83, 231-241; Rao, Wu and Yue (1992), Survey Methodology 18, 209-217.
    """
    if count < 2:
        raise TooFew("replicates", 2, count)
    _check_no_lonely(design)
    stratum, drawn = design.sampled.stages[0].stratum, design.sampled.stages[0].sampled
    times = np.ones((design.sampled.psus, count))
    order = np.argsort(stratum, kind="stable")
    first = np.cumsum(drawn) - drawn
    for size in np.unique(drawn[drawn > 1]).tolist():
        strata = np.flatnonzero(drawn == size)
        draws = rng.multinomial(size - 1, np.full(size, 1 / size), size=(len(strata), count))
        units = order[first[strata][:, None] + np.arange(size)]
        times[units] = draws.transpose(0, 2, 1) * (size / (size - 1))
    keep = np.sqrt(_free(design))[stratum][:, None]
    multipliers = times if (keep == 1).all() else 1 - keep + keep * times
    scale = 1 / count if mse else 1 / (count - 1)
    return _with(design, multipliers, scale, np.ones(count), mse, None, "bootstrap")


def successive_differences(design: Design, count: int = 80, *, mse: bool = True) -> Design:
    r"""Successive difference replicates for a systematic sample whose PSUs are coded in their order in the frame.

    PSU i gets :math:`1 + 2^{-3/2}(a_{i,r} - a_{i+1,r})` from neighboring rows of a Hadamard matrix, taken in a circle;
    scale 4/R. With more rows than PSUs the variance is half the sum of squared differences between neighbors (including
    the last and the first).

    Parameters
    ----------
    design
        The sample.
    count
        Least number of replicates.
    mse
        Whether deviations are from the full-sample estimate.

    References
    ----------
    Fay and Train (1995), Proceedings of the ASA Government Statistics Section, 154-159.
    """
    if count < 4:
        raise TooFew("replicates", 4, count)
    signs = hadamard(count)
    rows = 1 + np.arange(design.sampled.psus) % (len(signs) - 1)
    after = np.roll(rows, -1)
    multipliers = 1 + 2**-1.5 * (signs.T[rows] - signs.T[after])
    total = len(signs)
    return _with(design, multipliers, 4 / total, np.ones(total), mse, None, "successive-difference")


def grouped_jackknife(design: Design, groups: int, rng: np.random.Generator) -> Design:
    r"""The delete-a-group jackknife: random groups of PSUs, one left out at a time; scale (G-1)/G.

    The PSUs of each stratum, in random order, are dealt to the groups. In a stratum with fewer PSUs than groups the one
    left out gets :math:`1 - (n_h - 1) z` and the others :math:`1 + z`, with :math:`z^2 = G / ((G-1) n_h (n_h - 1))`.
    A group does not disclose which PSUs formed a stratum, so it is fit for public files.

    References
    ----------
    Kott (2001), Journal of Official Statistics 17, 521-526.
    """
    if groups < 2:
        raise TooFew("groups", 2, groups)
    _check_no_lonely(design)
    stratum, drawn = design.sampled.stages[0].stratum, design.sampled.stages[0].sampled
    group = _dealt(stratum, drawn, groups, rng)
    left_out = group[:, None] == np.arange(groups)
    missing = np.zeros((len(drawn), groups))
    np.add.at(missing, (stratum, group), 1.0)
    n = drawn[:, None].astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.sqrt(groups / ((groups - 1) * n * (n - 1)))
        many = n >= groups
        gone = np.where(many, 0.0, 1 - (n - 1) * z)
        kept = np.where(many, n / (n - missing), np.where(missing > 0, 1 + z, 1.0))
    gone, kept = (np.where(n > 1, x, 1.0) for x in (np.broadcast_to(gone, missing.shape), kept))
    multipliers = np.where(left_out, gone[stratum], kept[stratum])
    scale = (groups - 1) / groups
    return _with(design, multipliers, scale, np.ones(groups), True, groups - 1, "delete-a-group jackknife")


def _dealt(stratum: Ints, drawn: Ints, groups: int, rng: np.random.Generator) -> Ints:
    """(PSUs,) group of each: dealt round in random order, each stratum from where the last one stopped."""
    shuffled = rng.permutation(len(stratum))
    order = shuffled[np.argsort(stratum[shuffled], kind="stable")]
    group = np.empty(len(stratum), np.int64)
    group[order] = np.arange(len(stratum)) % groups
    return rng.permutation(groups)[group]


def _check_no_lonely(design: Design) -> None:
    """A single PSU has no replicate; only the rules that give it no variance allow that."""
    stage = design.sampled.stages[0]
    lonely = (stage.sampled == 1) & (_free(design) > 0)
    if lonely.any() and design.lonely not in ("remove", "certainty"):
        raise LonelyPsu(stage.names[int(np.argmax(lonely))], 1, int(lonely.sum()))


def _free(design: Design) -> Floats:
    """(H,) 1 - f of the first stage; 1 where a later stage matters too."""
    fraction = design.sampled.stages[0].fraction
    return np.asarray(1.0 - fraction if len(design.sampled.stages) == 1 else np.ones(len(fraction)))


def _with(
    design: Design, multipliers: Floats, scale: float, rscales: Floats, mse: bool, df: int | None, method: str
) -> Design:
    found = rank_of(multipliers) - 1 if df is None else df
    own = design.sampled
    replicates = Replicates(multipliers, own.psu, scale, rscales, mse, found, method, adjustments=own.adjustments)
    return design.with_replicates(replicates)
