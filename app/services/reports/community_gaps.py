"""Judge the differences between the published levels of one community and those of others.

The samples are independent, so the variance of a difference is the sum of both. The differences of one agency share
the community's own level and are one question; the questions of a page are judged together, as those of a report are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from analysis.report.claims import Question, SourceClaims


@dataclass(frozen=True, slots=True)
class PublishedLevel:
    """Hold a published level in points: rounded to `step`, with its interval (95 %) and standard error.

    `people` is the effective number.
    """

    value: float
    low: float
    high: float
    se: float
    people: float
    step: float = 0.1

    @property
    def df(self) -> float:
        """The degrees of freedom, of addresses that were drawn one by one."""
        return max(self.people - 1.0, 1.0)

    @property
    def variance(self) -> float:
        """The variance with that of rounding. The larger of two rounded statements of the error counts."""
        of_interval = (self.high - self.low) / 2 / float(stdtrit(self.df, 0.975))
        return max(self.se, of_interval) ** 2 + self.step**2 / 12


@dataclass(frozen=True, slots=True)
class CommunityGap:
    """Hold the difference from another community: its interval holds beside all others of its agency."""

    value: float
    low: float
    high: float
    verdict: str


Levels = Mapping[str, PublishedLevel]  # community -> level


def judge_gaps(own: Levels, others: Mapping[str, Levels]) -> dict[tuple[str, str], CommunityGap]:
    """Return (agency, community) -> own level less that of the other community.

    Parameters
    ----------
    own
        Agency -> the community's own level.
    others
        Agency -> community -> level, only of communities that counted alike.

    Examples
    --------
    >>> one, other = PublishedLevel(50.0, 48.0, 52.0, 1.0, 400), PublishedLevel(60.0, 58.0, 62.0, 1.0, 400)
    >>> gap = judge_gaps({"police": one}, {"police": {"lakeside": other}})["police", "lakeside"]
    >>> gap.value, round(gap.low, 1), round(gap.high, 1), gap.verdict
    (-10.0, -12.8, -7.2, 'lower')
    """
    questions = tuple(_question(agency, own[agency], levels) for agency, levels in others.items() if levels)
    places = frozenset(place for question in questions for place in question.places)
    judged = SourceClaims("communities", questions, may_claim=True).judged(places)
    found = {}
    for agency, levels in others.items():
        for k, (community, level) in enumerate(levels.items()):
            judgement = judged[agency, k]
            value = own[agency].value - level.value
            found[agency, community] = CommunityGap(
                value, judgement.low, judgement.high, judgement.verdict or "unclear"
            )
    return found


def _question(agency: str, own: PublishedLevel, levels: Levels) -> Question:
    variances = np.array([each.variance for each in levels.values()])
    freedom = np.array([each.df for each in levels.values()])
    total = own.variance + variances
    covariance = np.full((len(levels), len(levels)), own.variance) + np.diag(variances)
    return Question(
        agency,
        tuple((agency, k) for k in range(len(levels))),
        np.array([own.value - each.value for each in levels.values()]),
        np.sqrt(total),
        total**2 / (own.variance**2 / own.df + variances**2 / freedom),  # Welch (1947)
        covariance,
    )
