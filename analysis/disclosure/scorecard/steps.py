"""Publish the shares of a small group, all of whom were asked, in steps that no count of few people follows from."""

from dataclasses import dataclass

from analysis.disclosure.rules import Rules

FEWEST = 10  # answers below which nothing is shown
FEWEST_FOR_THIRDS = 20


@dataclass(frozen=True, slots=True)
class ShareStep:
    """Hold a share as a range in percent: from `low` up to `high`, at `step` of `steps`, counted from 1."""

    low: float
    high: float
    step: int
    steps: int


def step_of(met: int, answered: int, rules: Rules | None = None) -> ShareStep | None:
    """Return the step of a share, or None where too few answered or enough for an estimate.

    From 10 to 19 answers there are two steps, from 20 on three. Each step stands for at least five possible numbers of
    people, so that it shows neither those who agree nor those who do not.

    Parameters
    ----------
    met, answered
        Numbers of people.
    rules
        Thresholds; ours by default.

    Examples
    --------
    >>> step_of(9, 14), step_of(9, 22), step_of(4, 9), step_of(20, 30)
    (ShareStep(low=50.0, high=100.0, step=2, steps=2), ShareStep(low=33.3, high=66.7, step=2, steps=3), None, None)
    """
    if not FEWEST <= answered < (rules or Rules()).score_minimum:
        return None
    steps = 3 if answered >= FEWEST_FOR_THIRDS else 2
    step = min(met * steps // answered, steps - 1)
    return ShareStep(round(100 * step / steps, 1), round(100 * (step + 1) / steps, 1), step + 1, steps)
