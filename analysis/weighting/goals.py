"""The sums that weights are to meet, how far from them some weights are, and the refusal that says so."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError

Floats = NDArray[np.float64]


class MarginNotMet(AnalysisError):
    """No weights were found that meet all targets."""

    def __init__(self, margin: str, level: str, target: float, reached: float, why: str) -> None:
        self.margin, self.level, self.target, self.reached = margin, level, target, reached
        place = f"'{margin}' = {level}" if level else f"'{margin}'"
        off = f" ({100 * (reached - target) / target:+.3g} %)" if target else ""
        super().__init__(
            f"expected the weights to reach {target:.10g} for {place}, but they reach {reached:.10g}{off} {why}"
        )


@dataclass(frozen=True, eq=False, slots=True)
class Goals:
    """Sums to be met by R sets of weights.

    Parameters
    ----------
    names
        (p,) margin and level of each sum.
    totals
        (p, R) what is wanted.
    """

    names: tuple[tuple[str, str], ...]
    totals: Floats

    def met(self, reached: Floats, tolerance: float) -> bool:
        """Whether (p, R) sums miss no target by more than `tolerance`."""
        return bool(self.misses(reached).max(initial=0.0) <= tolerance)

    def misses(self, reached: Floats) -> Floats:
        """(p, R) distances as a part of the target; of a target of 0, as a part of the largest target."""
        size = np.abs(self.totals)
        return np.asarray(np.abs(reached - self.totals) / np.where(size > 0, size, size.max(axis=0)))

    def not_met(self, reached: Floats, why: str) -> MarginNotMet:
        """The refusal that names the sum farthest from its target."""
        misses = np.nan_to_num(self.misses(reached), nan=np.inf)
        worst, column = np.unravel_index(int(np.argmax(misses)), misses.shape)
        margin, level = self.names[worst]
        return MarginNotMet(margin, level, float(self.totals[worst, column]), float(reached[worst, column]), why)


def reachable_totals(totals: Floats, held: Floats) -> Floats:
    """(L, R) totals of a margin for R sets of weights, which sum to (L, R) `held`.

    Where a replicate lost a level altogether, the other levels stand for it.
    """
    present = held != 0
    if present.all():
        return np.broadcast_to(totals[:, None], held.shape)
    kept = np.where(present, totals[:, None], 0.0)
    return np.asarray(kept * (totals.sum() / kept.sum(axis=0)))
