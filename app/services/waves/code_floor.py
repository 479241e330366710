"""Decide how many codes of one source and part of the city a round needs, so that a code points at no one.

A code chooses one of the rated agencies, and its answer shows which. So the floor holds within each agency.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

ROUNDING = 1e-9  # a third of 60 is 20


def fewest_codes(floor: int, chances: Sequence[float]) -> int:
    """Return the number of codes of which about `floor` choose the agency that is chosen least.

    `chances` are the probabilities of all agencies; none stand for one agency.

    >>> fewest_codes(20, [1 / 3, 1 / 3, 1 / 3]), fewest_codes(20, [0.9, 0.1]), fewest_codes(20, [])
    (60, 200, 20)
    """
    return math.ceil(floor / min(chances, default=1) - ROUNDING)


def expected_codes(codes: int, chances: Sequence[float]) -> int:
    """Return about how many of so many codes choose the agency that is chosen least, rounded down.

    >>> expected_codes(60, [1 / 3, 1 / 3, 1 / 3]), expected_codes(20, [0.25] * 4)
    (20, 5)
    """
    return math.floor(codes * min(chances, default=1) + ROUNDING)
