"""Sums by profile and domain, and the squares that sums by profile do not hold."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.design.profiles import Profiles
from analysis.estimation.cell_sums import Feature
from analysis.estimation.domains import Domains

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def sums_by_profile(profiles: Profiles, features: Sequence[Feature], domains: Domains) -> tuple[Floats, Floats, Floats]:
    """Sums (F, D, P), not weighted; made-up units (F, D x F, D) with the squares of all rows; and rows (D, P).

    Features are shifted to about their mean while squares are taken, so that a mean far from zero costs no digits.
    """
    cells = profiles.codes if domains.everyone else (domains.codes + 1) * profiles.count + profiles.codes
    counts = _sums(profiles, cells, None, domains)
    shifts = [0.0 if x is None or not _has_constant(features) else float(x.mean()) for x in features]
    shifted = [None if x is None else x - shift for x, shift in zip(features, shifts, strict=True)]
    parts = [counts if x is None else _sums(profiles, cells, x, domains) for x in shifted]
    roots = _roots(_squares(profiles, shifted, parts, domains))
    sums = np.stack(
        [part if x is None else part + shift * counts for x, part, shift in zip(features, parts, shifts, strict=True)]
    )
    return sums, _made_up(roots, features, shifts), counts


def _sums(profiles: Profiles, cells: Ints, values: Feature, domains: Domains) -> Floats:
    """(D, P) sums by domain and profile, each domain's in one piece."""
    width = 1 if domains.everyone else domains.count + 1
    sums = np.bincount(cells, weights=values, minlength=profiles.count * width).reshape(width, profiles.count)
    return np.asarray(sums if domains.everyone else sums[1:], np.float64)


def _has_constant(features: Sequence[Feature]) -> bool:
    return any(feature is None for feature in features)


def _squares(profiles: Profiles, features: Sequence[Feature], sums: Sequence[Floats], domains: Domains) -> Floats:
    """(D, F, F) scaled and weighted sums of products of two features within each domain."""
    factor, by_row = profiles.factor, profiles.factor_of_rows
    squares = np.empty((domains.count, len(features), len(features)))
    for j, first in enumerate(features):
        for k, second in enumerate(features[: j + 1]):
            if first is None or second is None:
                found = sums[k if first is None else j] @ factor
            else:
                found = _products(by_row * first * second, domains)
            squares[:, j, k] = squares[:, k, j] = found
    return squares


def _products(values: Floats, domains: Domains) -> Floats:
    if domains.everyone:
        return np.array([values.sum()])
    return np.asarray(np.bincount(domains.codes + 1, weights=values, minlength=domains.count + 1)[1:], np.float64)


def _roots(squares: Floats) -> Floats:
    """(D, F, F) roots R with R'R = squares."""
    if squares.shape[1] == 1:
        return np.sqrt(squares)
    values, vectors = np.linalg.eigh(squares)
    return np.asarray(np.sqrt(np.maximum(values, 0.0))[:, :, None] * vectors.transpose(0, 2, 1))


def _made_up(roots: Floats, features: Sequence[Feature], shifts: Sequence[float]) -> Floats:
    """(F, D x F, D): the rows of each domain's root as units of that domain, features shifted back."""
    count, width, _ = roots.shape
    units = roots.copy()
    if _has_constant(features):
        constant = next(k for k, feature in enumerate(features) if feature is None)
        units += roots[:, :, [constant]] * np.array(shifts)
    result = np.zeros((width, count, width, count))
    places = np.arange(count)
    result[:, places, :, places] = units.transpose(0, 2, 1)
    return result.reshape(width, count * width, count)
