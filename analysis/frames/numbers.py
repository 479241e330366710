"""Numbers as they stand in a column: their own type, and which of them are missing."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import NotNumeric
from analysis.frames.coding import code_numbers
from analysis.frames.factor import Factor

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

WRITTEN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


@dataclass(frozen=True, eq=False, slots=True)
class Numbers:
    """A column of integers, floats or booleans.

    Integers that lack some values stay integers, because a long code would lose its last digits as a float.

    Parameters
    ----------
    values
        (n,) numbers; what stands at a missing place means nothing.
    missing
        (n,) true where the value is missing, or None where none is; a NaN is missing too.
    """

    values: NDArray[Any]
    missing: Mask | None = None

    def __len__(self) -> int:
        return len(self.values)

    def floats(self) -> Floats:
        """Convert to (n,) floats, NaN where missing."""
        floats = np.asarray(self.values, np.float64)
        return floats if self.missing is None else np.where(self.missing, np.nan, floats)

    def factor(self) -> Factor:
        """Encode as categories."""
        return Factor(*code_numbers(self.values, self.missing), declared=False)

    def at(self, positions: NDArray[Any]) -> "Numbers":
        """Take the rows at `positions`."""
        return Numbers(self.values[positions], None if self.missing is None else self.missing[positions])


def floats_of(column: str, factor: Factor) -> Floats:
    """Read the levels of a factor as (n,) floats; blank text is missing, other text raises `NotNumeric`."""
    values = np.array([*(number_of(level) for level in factor.levels), np.nan], np.float64)
    astray = [k for k, level in enumerate(factor.levels) if np.isnan(values[k]) and not _is_blank(level)]
    wrong = np.isin(factor.codes, astray) if astray else np.zeros(1, bool)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise NotNumeric(column, factor.levels[factor.codes[row]], row)
    return np.asarray(values[factor.codes])


def _is_blank(level: Any) -> bool:
    return isinstance(level, str) and not level.strip()


def number_of(level: Any) -> float:
    """The number that a level is or that its text writes; NaN where it is none.

    Examples
    --------
    >>> number_of("2.5"), number_of("often")
    (2.5, nan)
    """
    if isinstance(level, str):
        return float(level) if WRITTEN.fullmatch(level.strip()) else np.nan
    return float(level) if isinstance(level, (bool, int, float)) else np.nan
