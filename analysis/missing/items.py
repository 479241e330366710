"""Fill missing answers to the items of an index several times, by predictive mean matching."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from analysis.missing.rubin import BadImputations

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
DONORS = 5
ROUNDS = 5
RIDGE = 1e-6  # of the mean square of a column: items that always agree still give one line


def impute_items(
    answers: Floats, imputations: int = 20, *, seed: int = 1, groups: Floats | None = None
) -> Iterator[Floats]:
    r"""Yield the answers with their gaps filled, several times.

    Each item is regressed on the others (and on `groups`); coefficients are drawn from their posterior,
    :math:`\sigma^2 = RSS / \chi^2`, :math:`b \sim N(\hat b, \sigma^2 (X'X)^{-1})`, and a gap takes the answer of one of
    the five people whose prediction is nearest. Five rounds over all items.

    Parameters
    ----------
    answers
        (n, k), NaN = missing. People who answered nothing keep their gaps.
    imputations
        Number of filled files, two or more.
    seed
        Seed of the random numbers.
    groups
        (n, p) further columns without gaps, such as the groups that will be compared.

    Yields
    ------
    (n, k) answers.

    Raises
    ------
    BadImputations
        Fewer than two imputations, or an item that fewer than ten people answered.

    References
    ----------
    Little (1988), Journal of Business and Economic Statistics 6; van Buuren (2018), Flexible Imputation of Missing
    Data, sections 3.4 and 4.5.

    Examples
    --------
    >>> level = np.arange(40.0) % 5
    >>> answers = np.column_stack([level, level, level])
    >>> answers[7, 1] = np.nan
    >>> [float(filled[7, 1]) for filled in impute_items(answers, 2)]
    [2.0, 2.0]
    """
    if imputations < 2:
        raise BadImputations("two or more imputations", imputations)
    known = ~np.isnan(answers)
    used = known.any(axis=1)
    if known.sum(axis=0).min(initial=len(answers)) < 2 * DONORS:
        raise BadImputations(f"{2 * DONORS} or more answers to each item", int(known.sum(axis=0).min()))
    more = np.zeros((len(answers), 0)) if groups is None else groups
    for chance in np.random.default_rng(seed).spawn(imputations):
        filled = answers.copy()
        filled[used] = _filled(answers[used], known[used], more[used], chance)
        yield filled


def _filled(answers: Floats, known: Mask, more: Floats, chance: np.random.Generator) -> Floats:
    filled = answers.copy()
    gaps = [item for item in np.argsort(-known.sum(axis=0), kind="stable").tolist() if not known[:, item].all()]
    for item in gaps:
        lacking = ~known[:, item]
        filled[lacking, item] = chance.choice(answers[known[:, item], item], int(lacking.sum()))
    for _ in range(ROUNDS if len(gaps) > 1 else 1):
        for item in gaps:
            x = np.column_stack([np.ones(len(filled)), np.delete(filled, item, axis=1), more])
            filled[~known[:, item], item] = _drawn(answers[:, item], x, known[:, item], chance)
    return filled


def _drawn(y: Floats, x: Floats, known: Mask, chance: np.random.Generator) -> Floats:
    """Answers for the rows that lack one."""
    own, given = x[known], y[known]
    square = own.T @ own
    square += np.diag(RIDGE * np.diagonal(square))
    inverse = np.linalg.inv(square)
    fitted = inverse @ own.T @ given
    rest = given - own @ fitted
    free = max(len(given) - x.shape[1], 1)
    spread = float(rest @ rest) / chance.chisquare(free)
    drawn = fitted + np.linalg.cholesky(inverse) @ chance.normal(size=len(fitted)) * spread**0.5
    line = own @ fitted
    order = np.argsort(line, kind="stable")
    wanted = x[~known] @ drawn
    first = np.clip(np.searchsorted(line[order], wanted) - DONORS, 0, len(order) - 2 * DONORS)
    near = order[first[:, None] + np.arange(2 * DONORS)]
    nearest = np.argsort(np.abs(line[near] - wanted[:, None]), axis=1, kind="stable")[:, :DONORS]
    chosen = nearest[np.arange(len(wanted)), chance.integers(0, DONORS, len(wanted))]
    return np.asarray(given[near[np.arange(len(wanted)), chosen]])
