"""Hierarchies: how a variable is made coarser, in published steps, and the code that a merged level gets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError

Codes = NDArray[np.int16]
Step = tuple[tuple[int, ...], ...]

STEP_SIZE = 1000  # a level merged in step s has the code 1000 s + its smallest code, so that it is never taken for one


class BadHierarchy(AnalysisError):
    """Refuse a step that is not a coarser division of the levels before it."""

    def __init__(self, variable: str, step: int, expected: str, arrived: object) -> None:
        self.variable, self.step, self.arrived = variable, step, arrived
        super().__init__(f"expected step {step} of the hierarchy of '{variable}' to {expected}, but got {arrived!r}")


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Hold the levels of a variable and the steps that merge them, from fine to coarse.

    Parameters
    ----------
    variable
        The variable's name.
    codes
        The original levels, 0..999.
    steps
        Each a division of all codes into groups; the levels as asked are step 0 and not written down.

    Examples
    --------
    >>> ages = Hierarchy("age", (1, 2, 3, 4), (((1, 2), (3,), (4,)), ((1, 2), (3, 4))))
    >>> [dict(ages.levels(step)) for step in range(3)][2]
    {1001: (1, 2), 2003: (3, 4)}
    """

    variable: str
    codes: tuple[int, ...]
    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        if not all(0 <= code < STEP_SIZE for code in self.codes):
            raise BadHierarchy(self.variable, 0, f"have codes from 0 to {STEP_SIZE - 1}", self.codes)
        finer: Step = tuple((code,) for code in self.codes)
        for number, groups in enumerate(self.steps, 1):
            if sorted(code for group in groups for code in group) != sorted(self.codes):
                raise BadHierarchy(self.variable, number, "hold each level once", groups)
            if not all(any(set(small) <= set(group) for group in groups) for small in finer):
                raise BadHierarchy(self.variable, number, "merge groups of the step before", groups)
            finer = groups

    def levels(self, step: int) -> Mapping[int, tuple[int, ...]]:
        """Return released code -> the codes it represents, at a step."""
        return {self._code(tuple(sorted(group))): tuple(sorted(group)) for group in self._groups(step)}

    def released(self, values: Codes, step: int) -> Codes:
        """Return (n,) codes at a step; codes outside the scale stay unchanged."""
        if step == 0:
            return values
        lookup = np.arange(STEP_SIZE, dtype=np.int16)
        for code, group in self.levels(step).items():
            lookup[list(group)] = code
        return np.where(values >= 0, lookup[np.maximum(values, 0)], values).astype(np.int16)

    def _groups(self, step: int) -> Step:
        return self.steps[step - 1] if step else tuple((code,) for code in self.codes)

    def _code(self, group: tuple[int, ...]) -> int:
        if len(group) == 1:
            return group[0]
        first = next(k for k, groups in enumerate(self.steps, 1) if group in [tuple(sorted(g)) for g in groups])
        return STEP_SIZE * first + group[0]


def detail_lost(counts: Sequence[float], merged: Sequence[Sequence[int]]) -> float:
    """Return the part (0-1) of a distribution's entropy that merging loses; `merged` holds positions in `counts`.

    Examples
    --------
    >>> detail_lost([50, 50], [[0], [1]]), detail_lost([50, 50], [[0, 1]])
    (0.0, 1.0)
    """
    before = _entropy(np.asarray(counts, np.float64))
    after = _entropy(np.array([sum(counts[k] for k in group) for group in merged], np.float64))
    return 1 - after / before if before > 0 else 0.0


def _entropy(counts: NDArray[np.float64]) -> float:
    held = counts[counts > 0]
    shares = held / held.sum() if held.size else held
    return float(-(shares * np.log(shares)).sum())
