"""Facts about rows that were summed beforehand, for designs whose rows stand for several."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Summed:
    """How many rows each row stands for (n,), and the sum of their squared weights over their squared sum (n,).

    `fitted` (n,) are the weights that enter the regression of a weight adjustment, where they are not the design's.
    """

    counts: Floats
    squares: Floats
    fitted: Floats | None = None
