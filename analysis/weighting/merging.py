"""Merge levels that are too small to be weighted on their own with their neighbors."""

from collections.abc import Mapping

import numpy as np

from analysis.frames import Factor

FEWEST = 20  # respondents that a level needs to be raked on its own


def merge_small(factor: Factor, shares: Mapping[str, float], fewest: int = FEWEST) -> dict[str, str]:
    """Return level -> the level it is weighted with.

    One with fewer respondents than `fewest` joins its smaller neighbor.

    Examples
    --------
    >>> ages = Factor(np.repeat([0, 1, 2], [40, 30, 3]), ("1", "2", "3"))
    >>> merge_small(ages, {"1": 0.4, "2": 0.4, "3": 0.2})
    {'1': '1', '2': '2', '3': '2'}
    """
    counts = np.bincount(factor.codes + 1, minlength=len(factor.levels) + 1)[1:]
    have = {str(level): int(n) for level, n in zip(factor.levels, counts, strict=True)}
    groups = [[level] for level in shares]
    while len(groups) > 1:
        sizes = [sum(have.get(level, 0) for level in group) for group in groups]
        smallest = int(np.argmin(sizes))
        if sizes[smallest] >= fewest:
            break
        near = [k for k in (smallest - 1, smallest + 1) if 0 <= k < len(groups)]
        other = min(near, key=lambda k: sizes[k])
        groups[min(smallest, other)] += groups.pop(max(smallest, other))
    return {level: group[0] for group in groups for level in group}
