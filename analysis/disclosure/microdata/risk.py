"""Measure the risk that a person is recognized, before protection and in the file."""

from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.cells import rounded_count, shown_count
from analysis.disclosure.microdata.classes import Classes, cells_of
from analysis.disclosure.rules import Rules

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
ROUNDS = 200


def risk_of(classes: Classes, population: float | None, k: int) -> dict[str, Any]:
    """Return figures of risk of one set of combinations; numbers of people are shown as in a report.

    ``expected_matches`` (0-1): the mean chance that an intruder picks the right record. The intruder knows that a
    person took part, and all her key variables. It is combinations over records. ``population_uniques``: sample uniques
    expected to be alone in the population, by a log-linear model of main effects.

    References
    ----------
    Skinner and Shlomo (2008), JASA 103, 989-1001; Elliot, Manning and Ford (2002), on minimal uniques (SUDA).
    """
    rows, sizes = int(classes.sizes.sum()), classes.sizes
    uniques = int((sizes == 1).sum())
    return {
        "combinations": rounded_count(len(sizes), Rules().rounding_base),
        "smallest": int(sizes.min()) if sizes.min() >= k else None,
        "sample_uniques": shown_count(uniques, Rules()) if uniques else 0,
        "in_small_combinations": round(float(sizes[sizes < k].sum()) / rows, 2),
        "expected_matches": round(len(sizes) / rows, 2),
        "minimal_uniques": minimal_uniques(classes),
        "population_uniques": _shown(population_uniques(classes, population)),
    }


def _shown(number: float | None) -> int | None:
    if number is None:
        return None
    return 0 if number < 0.5 else shown_count(round(number), Rules())


def minimal_uniques(classes: Classes) -> dict[str, int | None]:
    """Return number of key variables -> records that this many, and no fewer, separate from all others."""
    names = list(classes.keys)
    found = np.zeros(len(classes.sizes), bool)
    by_size: dict[str, int | None] = {}
    for size in range(1, len(names) + 1):
        alone = np.zeros(len(classes.sizes), bool)
        for chosen in combinations(names, size):
            cells = cells_of([classes.keys[name] for name in chosen])
            counts = np.bincount(cells.codes, weights=classes.sizes, minlength=cells.count)
            alone |= counts[cells.codes] == 1
        fresh = int((alone & ~found).sum())
        by_size[str(size)] = shown_count(fresh, Rules()) if fresh else 0
        found |= alone
    return by_size


def population_uniques(classes: Classes, population: float | None) -> float | None:
    r"""Return the expected sample uniques that are alone in the population; None without its size.

    .. math:: \sum_{f_c = 1} \exp(-\mu_c (1 - \pi) / \pi)

    with :math:`\mu_c` the fitted count of combination c under independence and :math:`\pi` the sampling fraction.
    """
    rows = float(classes.sizes.sum())
    if population is None or population < rows:
        return None
    fraction = rows / population
    fitted = rows * np.prod([_share(column, classes.sizes) for column in classes.keys.values()], axis=0)
    return float(np.exp(-fitted[classes.sizes == 1] * (1 - fraction) / fraction).sum())


def _share(column: NDArray[np.int16], sizes: Ints) -> Floats:
    """Return (C,) the share of the records that have the class's code."""
    cells = cells_of([column])
    return np.asarray((np.bincount(cells.codes, weights=sizes) / sizes.sum())[cells.codes])
