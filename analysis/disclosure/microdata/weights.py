"""Make public weights: raked from a constant on released values alone, with replicates of random groups.

A weight depends only on the released values of a record and on published figures, so it discloses nothing more: no
stratum, no blank value. A replicate also discloses the group, and groups are drawn at random.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.microdata.calibration import Slope, factors, fit_slopes
from analysis.disclosure.microdata.draft import DraftSource
from analysis.disclosure.microdata.figures import Figure
from analysis.disclosure.microdata.raking import StatedMargin, rake_stated
from analysis.disclosure.microdata.rules import MicrodataRules
from analysis.estimation import kish
from analysis.frames import Factor, combined
from analysis.weighting import merge_small

Codes = NDArray[np.int16]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

STEP = 100  # weights are kept in hundredths


@dataclass(frozen=True, slots=True, eq=False)
class PublicWeights:
    """Hold the weights of one sample source.

    Parameters
    ----------
    cell
        (n,) weighting cell of a record, from its released values and its group: 0..C-1.
    values
        (C, 1 + G) weight and replicates of each cell, rounded.
    units
        (G,) PSUs in each group.
    margins
        Key variables that were raked on.
    total
        Sum of the weights before rounding.
    design_effect
        Kish's, of unequal weights.
    factor
        (n,) the factor of a record that brings the published figures; 1 without reports.
    slopes
        The slopes that the factors follow from.
    """

    cell: Ints
    values: Floats
    units: Ints
    margins: tuple[str, ...]
    total: float
    design_effect: float
    factor: Floats
    slopes: tuple[Slope, ...] = ()

    @property
    def groups(self) -> int:
        """Return the number of groups, which is the number of replicates."""
        return len(self.units)

    @property
    def scale(self) -> float:
        """Return the jackknife constant.

        The variance is it times the sum of squared deviations from the full estimate.
        """
        return (self.groups - 1) / self.groups

    def column(self, replicate: int) -> Floats:
        """Return (n,) the weights (0) or a replicate (1..).

        One beyond the last is the full weight, which adds no variance.
        """
        base = self.values[self.cell, replicate if replicate <= self.groups else 0]
        return np.asarray(np.round(base * self.factor * STEP) / STEP)

    def fitted(self, columns: Mapping[str, NDArray[Any]], figures: Sequence[Figure]) -> "PublicWeights":
        """Return the weights times factors that bring the source's published figures, from its released columns."""
        slopes = fit_slopes(self.column(0), columns, figures)
        factor = factors(columns, len(self.cell), slopes)
        effect = kish(self.values[self.cell, 0] * factor).design_effect
        return replace(self, design_effect=effect, factor=factor, slopes=slopes)

    def to_document(self) -> dict[str, object]:
        """Return the description of the weights for the file."""
        return {
            "units": int(self.units.sum()),
            "groups": self.groups,
            "units_in_group": [int(self.units.min()), int(self.units.max())],
            "scale": self.scale,
            "margins": list(self.margins),
            "total": self.total,
            "design_effect": round(self.design_effect, 2),
            "fitted": [slope.to_document() for slope in self.slopes],
        }


def make_weights(
    source: DraftSource,
    keys: Mapping[str, Codes],
    shares: Mapping[str, Mapping[int, float]],
    psu: Ints,
    rules: MicrodataRules,
    rng: np.random.Generator,
) -> PublicWeights:
    """Make weights and replicates of one source's released records.

    Parameters
    ----------
    keys
        Key variable -> (n,) released codes.
    shares
        Key variable -> released code -> share of the population.
    psu
        (n,) the PSU of each record; only which records share one matters.
    """
    group, units = _dealt(psu, rules, rng)
    merged = {name: _merged(keys[name], found) for name, found in shares.items()}
    parts = [(group, len(units)), *((codes, len(found) + 1) for codes, found in merged.values())]
    cells = combined([codes for codes, _ in parts], [size for _, size in parts])
    counts = np.bincount(cells.codes, minlength=cells.count).astype(np.float64)
    margins = [
        StatedMargin(name, codes[cells.rows], found) for name, (codes, found) in merged.items() if len(found) > 1
    ]
    sums, used = _raked(_replicated(counts, group[cells.rows], len(units)), margins)
    total = float(round(source.population)) if source.population else float(len(psu))
    values = np.round(sums * (total / sums.sum(axis=0)) / counts[:, None] * STEP) / STEP
    effect = kish(values[cells.codes, 0]).design_effect
    return PublicWeights(cells.codes, values, units, used, total, effect, np.ones(len(psu)))


def _replicated(counts: Floats, group: Ints, groups: int) -> Floats:
    """Return (C, 1 + G) the counts of the cells, and for each replicate those without its group."""
    return np.hstack([counts[:, None], counts[:, None] * (group[:, None] != np.arange(groups))])


def _dealt(psu: Ints, rules: MicrodataRules, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Return (n,) group of each record, and (G,) PSUs of each group."""
    unit = Factor.of(psu)
    count = len(unit.levels)
    groups = max(2, min(rules.most_groups, count // rules.units_in_group))
    of_unit = rng.permutation(np.arange(count) % groups)
    return of_unit[unit.codes], np.bincount(of_unit, minlength=groups)


def _merged(column: Codes, shares: Mapping[int, float]) -> tuple[Ints, Floats]:
    """Return (n,) level that weights a record, small ones merged, L where blank, and (L,) shares of the levels."""
    place = np.full(2**16, -1, np.int64)
    place[list(shares)] = np.arange(len(shares))
    known = Factor(place[column], tuple(str(code) for code in shares))
    into = merge_small(known, {str(code): share for code, share in shares.items()})
    names = list(dict.fromkeys(into.values()))
    level = np.array([names.index(into[str(code)]) for code in shares], np.int64)
    summed = np.bincount(level, weights=list(shares.values()))
    return np.append(level, len(names))[known.codes], summed / summed.sum()


def _raked(weights: Floats, margins: Sequence[StatedMargin]) -> tuple[Floats, tuple[str, ...]]:
    """Rake to as many of the margins, from the first, as can be met together; return also their names."""
    for count in range(len(margins), 0, -1):
        raked = rake_stated(weights, margins[:count])
        if raked is not None:
            return raked, tuple(margin.name for margin in margins[:count])
    return weights, ()
