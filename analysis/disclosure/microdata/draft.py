"""Define a data set before protection. It has true answers and weights, so it never leaves `services` unprotected."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.disclosure.microdata.variables import Variable


@dataclass(frozen=True, slots=True, eq=False)
class DraftSource:
    """Hold the records of one sample source.

    Parameters
    ----------
    code, name
        Its code in column ``source``, and its name.
    rows
        The places of its records in the columns.
    design
        The official design. Its weights, strata and PSUs are never released, only their differences from the public
        weights.
    population
        Number of people that the weights represent; None where they represent the records alone.
    """

    code: int
    name: str
    rows: slice
    design: Design
    population: float | None = None


@dataclass(frozen=True, eq=False)
class DraftMicrodata:
    """Hold a whole data set with true answers.

    Parameters
    ----------
    wave
        Name of the wave; only its reports and releases are history.
    data
        Name of the state of the answers, as in the wave's reports.
    variables
        Its variables in order; among the key variables the first keep their detail longest.
    columns
        Name -> (n,) codes, or points of an index (NaN = no score).
    sources
        The sample sources, with the places of their records.
    targets
        Key variable -> code -> share (0-1) of the population, where it is known.
    marked
        Names of all background questions of the survey by which a person might be recognized.
    """

    wave: str
    data: str
    variables: tuple[Variable, ...]
    columns: Mapping[str, NDArray[Any]]
    sources: tuple[DraftSource, ...]
    targets: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    marked: frozenset[str] = frozenset()

    @property
    def rows(self) -> int:
        """Return the number of records."""
        return max((source.rows.stop for source in self.sources), default=0)

    @cached_property
    def by_name(self) -> Mapping[str, Variable]:
        """Return the variables by name."""
        return {variable.name: variable for variable in self.variables}

    @property
    def keys(self) -> tuple[Variable, ...]:
        """Return the key variables without the sample source."""
        return tuple(variable for variable in self.variables if variable.kind == "key" and variable.name != "source")

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """Return (n,) the official weights."""
        return np.concatenate([source.design.weights for source in self.sources])
