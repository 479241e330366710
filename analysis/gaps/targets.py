"""Gaps between the shares of a survey and a target population. The measures are those of `analysis.representation`."""

from collections.abc import Mapping

from analysis.gaps.gap import DegreesOfFreedom
from analysis.representation import Representation, Shares, representation
from analysis.results import Estimates


def to_shares(estimates: Estimates) -> Shares:
    """The shares of one column, made by `analysis.share` for everyone, as percent with their covariance.

    Examples
    --------
    >>> from analysis import Design, share
    >>> to_shares(share(Design.of({"sex": ["F", "F", "F", "M"]}), "sex")).percent
    array([75., 25.])
    """
    levels = [row.term.split("=", 1)[1] for row in estimates]
    percent = {level: 100 * row.value for level, row in zip(levels, estimates, strict=True)}
    return Shares.of_percent(percent, covariance=1e4 * estimates.covariance, n=max(row.n for row in estimates))


def target_gaps(
    estimates: Estimates,
    targets: Shares | Mapping[str, float],
    *,
    df: DegreesOfFreedom = "design",
    level: float = 0.95,
) -> Representation:
    """How far the respondents are from a population: share minus target, in points, with parity and overlap.

    Parameters
    ----------
    estimates
        Shares of one column, made by `analysis.share` for everyone.
    targets
        Percent by level, exact or with standard errors (`analysis.representation.Shares`).
    df
        ``design`` (default), ``domain`` (of the people with an answer), or a number.

    Raises
    ------
    SharesDoNotSum
        Targets that do not sum to 100.
    GroupsDiffer
        Levels that are not the same on both sides.

    Examples
    --------
    >>> from analysis import Design, share
    >>> sample = share(Design.of({"sex": ["F", "F", "F", "M"]}), "sex")
    >>> target_gaps(sample, {"F": 50, "M": 50}).gaps[0].gap.value
    25.0
    """
    population = targets if isinstance(targets, Shares) else Shares.of_percent(targets)
    estimates = estimates.picked(
        [k for k, row in enumerate(estimates) if row.value or row.term.split("=", 1)[1] in population.groups]
    )
    degrees = {"design": float(estimates.df), "domain": estimates[0].df}.get(str(df))
    return representation(to_shares(estimates), population, df=float(df) if degrees is None else degrees, level=level)
