"""The stages of a sample: which units were drawn, out of which strata, from how many."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import BadPopulationCount, MissingDesignValue, NotNested
from analysis.frames import Factor, Table, crossed

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Stage:
    """One stage of sampling.

    Parameters
    ----------
    unit
        (n,) the row's unit of this stage, 0..U-1.
    stratum
        (U,) the stratum each unit was drawn in, 0..H-1; from the second stage on that is the unit above.
    population
        (H,) number of units in the population of each stratum, or None when drawn with replacement.
    names
        The name of the strata, for messages.
    """

    unit: Ints
    stratum: Ints
    population: Floats | None
    names: tuple[Any, ...]

    @property
    def sampled(self) -> Ints:
        """(H,) number of units drawn in each stratum."""
        return np.bincount(self.stratum, minlength=len(self.names))

    @property
    def fraction(self) -> Floats:
        """(H,) sampling fraction n/N; zero when drawn with replacement."""
        if self.population is None:
            return np.zeros(len(self.names))
        return np.asarray(self.sampled / self.population)


def make_stages(
    table: Table, strata: str | None, clusters: tuple[str, ...], fpc: tuple[str, ...], nest: bool
) -> tuple[Stage, ...]:
    """The stages of a sample from its columns.

    Without cluster columns each row is a unit of its own. Stages below the last one with a population count do not
    matter for the variance (sampling with replacement above them), and are left out.
    """
    parents = _design_factor(table, strata) if strata else Factor(np.zeros(table.rows, np.int64), ("all",))
    stages: list[Stage] = []
    depth = min(max(len(fpc), 1), max(len(clusters), 1))
    for level in range(depth):
        name = clusters[level] if clusters else None
        unit = _units(table, name, parents, nest=nest or level > 0)
        stratum = _stratum_of_units(unit, parents, name)
        counts = _population(table, fpc[level], parents, stratum) if level < len(fpc) else None
        stages.append(Stage(unit.codes, stratum, counts, parents.levels))
        parents = unit
    return tuple(stages)


def _design_factor(table: Table, name: str) -> Factor:
    factor = table.factor(name).dense()
    if factor.missing.any():
        raise MissingDesignValue(name, int(factor.missing.sum()))
    return factor


def _units(table: Table, name: str | None, parents: Factor, nest: bool) -> Factor:
    if name is None:
        return Factor(np.arange(table.rows), tuple(range(table.rows)) if table.rows < 1000 else ())
    own = _design_factor(table, name)
    return _within(own, parents) if nest else own


def _within(own: Factor, parents: Factor) -> Factor:
    """Codes that restart in each parent become codes of their own."""
    width = len(own.levels)
    if width * len(parents.levels) > 4 * len(own) + 1_000_000:
        return crossed([own, parents])
    codes = parents.codes * width + own.codes
    present = np.bincount(codes, minlength=width * len(parents.levels)) > 0
    places = np.flatnonzero(present)
    names = tuple((parents.levels[k // width] if parents.levels else k // width, own.levels[k % width]) for k in places)
    return Factor((np.cumsum(present) - 1)[codes], names)


def _stratum_of_units(unit: Factor, parents: Factor, name: str | None) -> Ints:
    count = int(unit.codes.max()) + 1
    stratum = np.empty(count, np.int64)
    stratum[unit.codes] = parents.codes
    astray = stratum[unit.codes] != parents.codes
    if astray.any():
        raise NotNested(unit.levels[int(unit.codes[np.argmax(astray)])], str(name))
    return stratum


def _population(table: Table, name: str, parents: Factor, stratum: Ints) -> Floats:
    values = table.numbers(name)
    if np.isnan(values).any():
        raise MissingDesignValue(name, int(np.isnan(values).sum()))
    sampled = np.bincount(stratum)
    counts = np.empty(len(sampled))
    counts[parents.codes] = values
    if not np.array_equal(counts[parents.codes], values):
        raise BadPopulationCount(name, "one population count for each stratum", "different counts in one stratum")
    if (counts <= 1).all() and (counts > 0).all() and (sampled > 1).any():
        counts = sampled / counts  # sampling fractions were given
    if (counts < sampled - 1e-9).any():
        k = int(np.argmax(sampled - counts))
        raise BadPopulationCount(name, f"at least the {sampled[k]} units sampled", f"a population of {counts[k]:g}")
    return counts
