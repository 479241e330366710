"""Compare a figure with that of another survey, where both asked alike; say what differs where they did not."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.errors import AnalysisError, listed
from analysis.intervals.interval import Interval

LEVEL = 0.95
RANDOM = "random"


@dataclass(frozen=True)
class Asked:
    """Hold how a figure came about: what must be alike before two figures are compared.

    Parameters
    ----------
    wording
        The question as it was asked.
    answers
        The words of the answers in their order, or the two ends of a scale.
    counted
        The answers that the figure counts, such as ``share of 6-10`` or ``mean``.
    mode
        ``self-completion``, ``interview`` or ``mixed``.
    selection
        ``random`` for people who were drawn; anything else has no sampling error.
    """

    wording: str
    answers: tuple[str, ...]
    counted: str
    mode: str
    selection: str = RANDOM


@dataclass(frozen=True)
class SurveyFigure:
    """Hold a published figure: its value, its standard error (None where none is published), and how it was asked.

    `step` is the distance of two values that can be published, such as 1 for whole percentages; rounding adds
    ``step²/12`` to the variance. `df` are the degrees of freedom of the standard error.
    """

    value: float
    se: float | None
    asked: Asked
    step: float = 0.0
    df: float = np.inf

    @property
    def variance(self) -> float:
        """Return the variance with that of rounding; NaN where no standard error is published."""
        return np.nan if self.se is None else self.se**2 + self.step**2 / 12


@dataclass(frozen=True)
class BenchmarkGap:
    """Hold the difference of a figure from a benchmark, in the unit of both."""

    value: float
    se: float
    interval: Interval
    df: float

    @property
    def is_clear(self) -> bool:
        """Return whether the interval leaves out zero."""
        return self.interval.low > 0 or self.interval.high < 0


class NotComparable(AnalysisError):
    """Refuse to compare two figures; `differs` names each thing that is not alike."""

    def __init__(self, differs: tuple[str, ...]) -> None:
        self.differs = differs
        super().__init__(f"expected two figures that were asked alike, but these differ in {listed(differs)}")


def find_differences(own: SurveyFigure, other: SurveyFigure) -> tuple[str, ...]:
    """Return what keeps two figures from being compared, in a fixed order; empty where nothing does.

    ``wording``, ``answers``, ``counted`` and ``mode`` differ where they are not the same; ``selection`` where one of
    the two did not draw its people at random; ``uncertainty`` where one has no standard error.

    Examples
    --------
    >>> ours = SurveyFigure(61.0, 2.0, Asked("How safe do you feel?", ("Unsafe", "Safe"), "share of 2", "interview"))
    >>> theirs = SurveyFigure(55.0, None, Asked("How safe are you?", ("Unsafe", "Safe"), "share of 2", "interview"))
    >>> find_differences(ours, theirs)
    ('wording', 'uncertainty')
    """
    return tuple(_differences(own, other))


def _differences(own: SurveyFigure, other: SurveyFigure) -> Iterator[str]:
    if _plain(own.asked.wording) != _plain(other.asked.wording):
        yield "wording"
    if tuple(map(_plain, own.asked.answers)) != tuple(map(_plain, other.asked.answers)):
        yield "answers"
    if own.asked.counted != other.asked.counted:
        yield "counted"
    if own.asked.mode != other.asked.mode:
        yield "mode"
    if {own.asked.selection, other.asked.selection} != {RANDOM}:
        yield "selection"
    if not np.isfinite(own.variance + other.variance):
        yield "uncertainty"


def _plain(text: str) -> str:
    """Return the text without what does not change a question: case, doubled spaces, the last mark."""
    return " ".join(text.split()).casefold().rstrip(".?!")


def gap_to_benchmark(own: SurveyFigure, other: SurveyFigure, comparisons: int = 1) -> BenchmarkGap:
    r"""Estimate the difference of a figure from that of another survey, with the errors of both.

    The two samples are independent, so :math:`s^2 = s_1^2 + s_2^2`, with the degrees of freedom of Welch and
    Satterthwaite, :math:`s^4 / (s_1^4 / d_1 + s_2^4 / d_2)`.

    Parameters
    ----------
    own, other
        The two figures, in the same unit.
    comparisons
        How many differences are looked at together. Each interval has the level ``1 - 0.05 / comparisons``
        (Bonferroni), so that all of them hold together with 95 percent.

    Raises
    ------
    NotComparable
        The two were not asked alike, or one has no sampling error.

    Examples
    --------
    >>> asked = Asked("How safe do you feel?", ("Unsafe", "Safe"), "share of 2", "interview")
    >>> gap = gap_to_benchmark(SurveyFigure(61.0, 2.0, asked), SurveyFigure(55.0, 1.0, asked))
    >>> round(gap.value, 1), round(gap.se, 2), round(gap.interval.low, 1), gap.is_clear
    (6.0, 2.24, 1.6, True)

    References
    ----------
    Welch (1947), Biometrika 34, 28-35.
    """
    if comparisons < 1:
        raise AnalysisError(f"expected at least one comparison, but got {comparisons}")
    differs = find_differences(own, other)
    if differs:
        raise NotComparable(differs)
    value, variance = own.value - other.value, own.variance + other.variance
    weighed = own.variance**2 / own.df + other.variance**2 / other.df
    df = variance**2 / weighed if weighed > 0 else np.inf
    level = 1 - (1 - LEVEL) / comparisons
    half = float(stats.t.ppf((1 + level) / 2, df)) * float(np.sqrt(variance))
    return BenchmarkGap(value, float(np.sqrt(variance)), Interval(value - half, value + half, level, "t"), df)
