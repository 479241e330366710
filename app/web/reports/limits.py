"""The interval of a share that a report states as a limit: "at most 5%" of the answers is more among residents."""

from __future__ import annotations

import math

Z = 1.959964  # a normal 95 percent interval
ROUNDED_BY = 3  # the most by which a published number of people may be rounded up


def interval_of_limit(value: float, n_effective: int, *, is_upper: bool) -> tuple[float, float]:
    """Return an interval in percent that holds for every share within the limit, from published numbers alone.

    Wilson's upper bound grows with the share, so the bound at the limit covers all smaller shares.

    Examples
    --------
    >>> interval_of_limit(5.0, 200, is_upper=True), interval_of_limit(95.0, 200, is_upper=False)
    ((0.0, 9.0), (91.0, 100.0))
    """
    if not is_upper:
        low, high = interval_of_limit(100 - value, n_effective, is_upper=True)
        return 100 - high, 100 - low
    p, n = value / 100, max(n_effective - ROUNDED_BY, 1)
    half = Z * math.sqrt(p * (1 - p) / n + Z**2 / (4 * n * n))
    return 0.0, float(math.ceil(100 * (p + Z**2 / (2 * n) + half) / (1 + Z**2 / n)))
