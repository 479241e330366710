"""Sums by profile and domain, and the squares that sums by profile do not hold."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.design.profiles import Profiles
from analysis.estimation.cell_sums import Feature
from analysis.estimation.domains import Domains

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
AT_ONCE = 1 << 18  # rows at a time, so that what is made of them stays small


def sums_by_profile(
    profiles: Profiles, features: Sequence[Feature], domains: Domains
) -> tuple[Floats, Floats, Floats | None]:
    """Sums (F, D, P); made-up units (F, D x F, D) with the squares of all rows; and rows (D, P).

    Sums are not weighted, unless weights differ within profiles; rows by profile are None then. Features are shifted to
    about their mean while squares are taken, so that a mean far from zero costs no digits.
    """
    constant = any(feature is None for feature in features)
    shifts = [0.0 if x is None or not constant else float(x.mean()) for x in features]
    totals, squares = _totals(profiles, features, shifts, domains)
    own = next((total for x, total in zip(features, totals, strict=True) if x is None), None)
    sums = np.stack(
        [
            total if x is None or own is None else total + shift * own
            for x, total, shift in zip(features, totals, shifts, strict=True)
        ]
    )
    if profiles.row_weights is not None:
        return sums, _made_up(_roots(squares), features, shifts), None
    counts = own if own is not None else _totals(profiles, [None], [0.0], domains)[0][0]
    return sums, _made_up(_roots(squares), features, shifts), counts


def _totals(
    profiles: Profiles, features: Sequence[Feature], shifts: Sequence[float], domains: Domains
) -> tuple[Floats, Floats]:
    """(F, D, P) sums of the shifted features, and (D, F, F) scaled sums of their products within each domain."""
    width = 1 if domains.everyone else domains.count + 1
    totals = np.zeros((len(features), width * profiles.count))
    squares = np.zeros((width, len(features), len(features)))
    for rows in _blocks(len(profiles.codes)):
        own, domain = profiles.codes[rows], None if domains.everyone else domains.codes[rows] + 1
        cells = own if domain is None else domain * profiles.count + own
        columns = [_column(profiles, rows, x, shift) for x, shift in zip(features, shifts, strict=True)]
        for place, column in enumerate(columns):
            totals[place] += np.bincount(cells, weights=column, minlength=totals.shape[1])
        _add_squares(squares, columns, profiles.factor[own], domain)
    outside = 0 if domains.everyone else 1  # the first domain takes the rows outside all of them
    return totals.reshape(len(features), width, profiles.count)[:, outside:], squares[outside:]


def _blocks(rows: int) -> Iterator[slice]:
    return (slice(start, start + AT_ONCE) for start in range(0, rows, AT_ONCE))


def _column(profiles: Profiles, rows: slice, feature: Feature, shift: float) -> Feature:
    """Some rows of a feature, shifted, and weighted where weights differ within profiles."""
    values = None if feature is None else feature[rows] - shift
    if profiles.row_weights is None:
        return values
    weights = profiles.row_weights[rows]
    return weights if values is None else weights * values


def _add_squares(squares: Floats, columns: Sequence[Feature], factor: Floats, domain: Ints | None) -> None:
    """Add a block's products of each two columns, times `factor`, to (D, F, F) by domain."""
    for j, first in enumerate(columns):
        scaled = factor if first is None else factor * first
        for k, second in enumerate(columns[: j + 1]):
            values = scaled if second is None else scaled * second
            found = np.bincount(domain, weights=values, minlength=len(squares)) if domain is not None else values.sum()
            squares[:, j, k] += found
            if k < j:
                squares[:, k, j] += found


def _roots(squares: Floats) -> Floats:
    """(D, F, F) roots R with R'R = squares."""
    if squares.shape[1] == 1:
        return np.sqrt(squares)
    sizes = np.sqrt(
        np.diagonal(squares, axis1=1, axis2=2)
    )  # features of one size, so that a small one keeps its digits
    scale = np.where(sizes > 0, sizes, 1.0)
    values, vectors = np.linalg.eigh(squares / (scale[:, :, None] * scale[:, None, :]))
    return np.asarray(np.sqrt(np.maximum(values, 0.0))[:, :, None] * vectors.transpose(0, 2, 1) * scale[:, None, :])


def _made_up(roots: Floats, features: Sequence[Feature], shifts: Sequence[float]) -> Floats:
    """(F, D x F, D): the rows of each domain's root as units of that domain, features shifted back."""
    count, width, _ = roots.shape
    units = roots.copy()
    if any(feature is None for feature in features):
        constant = next(k for k, feature in enumerate(features) if feature is None)
        units += roots[:, :, [constant]] * np.array(shifts)
    result = np.zeros((width, count, width, count))
    places = np.arange(count)
    result[:, places, :, places] = units.transpose(0, 2, 1)
    return result.reshape(width, count * width, count)
