"""A data set before protection: true answers and true weights, so it never leaves `services` unprotected."""

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
    """The records that came by one way.

    Parameters
    ----------
    code, name
        Its code in column ``source``, and its name.
    rows
        Where its records stand in the columns.
    design
        The official design: its weights, strata and PSUs never leave, only what the public weights differ by.
    population
        How many people the weights stand for; None where they stand for the records alone.
    """

    code: int
    name: str
    rows: slice
    design: Design
    population: float | None = None


@dataclass(frozen=True, eq=False)
class DraftMicrodata:
    """A whole data set with true answers.

    Parameters
    ----------
    wave
        Name of the wave; only its reports and releases are history.
    data
        Name of the state of the answers, as in the wave's reports.
    variables
        What it is to hold, in order; among the key variables the first keep their detail longest.
    columns
        Name -> (n,) codes, or points of an index (NaN = no score).
    sources
        Where each sample source's records stand.
    targets
        Key variable -> code -> share (0-1) of the population, where it is known.
    marked
        Names of all background questions of the survey by which somebody might be recognised.
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
        """Number of records."""
        return max((source.rows.stop for source in self.sources), default=0)

    @cached_property
    def by_name(self) -> Mapping[str, Variable]:
        """The variables by name."""
        return {variable.name: variable for variable in self.variables}

    @property
    def keys(self) -> tuple[Variable, ...]:
        """The key variables, the sample source aside."""
        return tuple(variable for variable in self.variables if variable.kind == "key" and variable.name != "source")

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """(n,) the official weights."""
        return np.concatenate([source.design.weights for source in self.sources])
