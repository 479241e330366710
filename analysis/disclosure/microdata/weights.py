"""Public weights: raked from a constant on released values alone, with replicates of randomly dealt groups.

A weight depends on what the file shows of a record and on nothing else, so it tells nothing more: no stratum, no blank
value. A replicate tells the group besides, and a group is dealt at random.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.disclosure.microdata.draft import DraftSource
from analysis.disclosure.microdata.rules import MicrodataRules
from analysis.estimation import kish
from analysis.frames import Factor, Table, combined
from analysis.replication import jk1
from analysis.weighting import Margin, PopulationTargets, merge_small, rake
from analysis.weighting.goals import MarginNotMet

Codes = NDArray[np.int16]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

TOLERANCE = 1e-6
STEP = 100  # weights are kept in hundredths
UNTOLD = "untold"


@dataclass(frozen=True, slots=True, eq=False)
class PublicWeights:
    """The weights of one sample source.

    Parameters
    ----------
    cell
        (n,) what the file shows of a record for weighting, with its group: 0..C-1.
    values
        (C, 1 + G) weight and replicates of each cell, rounded.
    units
        (G,) PSUs in each group.
    margins
        Key variables that were raked on.
    total
        What the weights sum to, before rounding.
    design_effect
        Kish's, of unequal weights.
    """

    cell: Ints
    values: Floats
    units: Ints
    margins: tuple[str, ...]
    total: float
    design_effect: float

    @property
    def groups(self) -> int:
        """Number of groups, which is the number of replicates."""
        return len(self.units)

    @property
    def scale(self) -> float:
        """Constant of the jackknife: variance = scale times the sum of squared deviations from the full estimate."""
        return (self.groups - 1) / self.groups

    def column(self, replicate: int) -> Floats:
        """(n,) the weights (0) or a replicate (1..); one beyond the last is the full weight, which adds no variance."""
        return np.asarray(self.values[self.cell, replicate if replicate <= self.groups else 0])

    def to_document(self) -> dict[str, object]:
        """How they were made, for the file."""
        return {
            "units": int(self.units.sum()),
            "groups": self.groups,
            "units_in_group": [int(self.units.min()), int(self.units.max())],
            "scale": self.scale,
            "margins": list(self.margins),
            "total": self.total,
            "design_effect": round(self.design_effect, 2),
        }


def make_weights(
    source: DraftSource,
    keys: Mapping[str, Codes],
    shares: Mapping[str, Mapping[int, float]],
    psu: Ints,
    rules: MicrodataRules,
    rng: np.random.Generator,
) -> PublicWeights:
    """Weights and replicates of one source's released records.

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
    used = {name: found for name, found in merged.items() if len(found.shares) > 1}
    parts, sizes = [group], [len(units)]
    for found in used.values():
        parts, sizes = [*parts, found.factor.codes], [*sizes, len(found.factor.levels)]
    cells = combined(parts, sizes)
    counts = np.bincount(cells.codes, minlength=cells.count).astype(np.float64)
    total = float(round(source.population)) if source.population else float(len(psu))
    columns = {name: Factor(found.factor.codes[cells.rows], found.factor.levels) for name, found in used.items()}
    table = Table({"weight": counts * total / len(psu), "group": group[cells.rows], **columns})
    design = jk1(Design.of(table, weights="weight", psu="group"), mse=True)
    raked, margins = _raked(design, [found.margin(name) for name, found in used.items()], total)
    assert raked.replicates is not None
    full = [raked.weights[:, None], *raked.replicates.blocks(raked.base_weights)]
    values = np.round(np.hstack(full) / counts[:, None] * STEP) / STEP
    return PublicWeights(cells.codes, values, units, margins, total, kish(values[cells.codes, 0]).design_effect)


def _dealt(psu: Ints, rules: MicrodataRules, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """(n,) group of each record, and (G,) PSUs of each group."""
    unit = Factor.of(psu)
    count = len(unit.levels)
    groups = max(2, min(rules.most_groups, count // rules.units_in_group))
    of_unit = rng.permutation(np.arange(count) % groups)
    return of_unit[unit.codes], np.bincount(of_unit, minlength=groups)


@dataclass(frozen=True, slots=True, eq=False)
class _Merged:
    """A key variable as it is weighted: small levels merged, and whoever is blank or did not tell as one more level."""

    factor: Factor
    shares: Mapping[str, float]

    def margin(self, name: str) -> Margin:
        """The population's shares; people who did not tell keep the share they have."""
        told = 1.0
        untold = {}
        if UNTOLD in self.factor.levels:
            told = float((self.factor.codes < len(self.shares)).mean())
            untold = {UNTOLD: 1 - told}
        whole = sum(self.shares.values())
        return Margin.of_shares(name, {level: told * share / whole for level, share in self.shares.items()} | untold)


def _merged(column: Codes, shares: Mapping[int, float]) -> _Merged:
    place = np.full(2**16, -1, np.int64)
    place[list(shares)] = np.arange(len(shares))
    known = Factor(place[column], tuple(str(code) for code in shares))
    into = merge_small(known, {str(code): share for code, share in shares.items()})
    names = tuple(dict.fromkeys(into.values()))
    codes = np.array([*(names.index(into[str(code)]) for code in shares), len(names)], np.int64)[known.codes]
    summed = dict.fromkeys(names, 0.0)
    for code, share in shares.items():
        summed[into[str(code)]] += share
    return _Merged(Factor(codes, (*names, UNTOLD) if (codes == len(names)).any() else names), summed)


def _raked(design: Design, margins: list[Margin], total: float) -> tuple[Design, tuple[str, ...]]:
    """Raked to as many of the margins, from the first, as can be met together."""
    for count in range(len(margins), 0, -1):
        try:
            found = rake(design, PopulationTargets(tuple(margins[:count]), total), tolerance=TOLERANCE)
        except MarginNotMet:
            continue
        return found, tuple(margin.name for margin in margins[:count])
    return design, ()
