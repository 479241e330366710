"""Define the variables of a data set before protection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.microdata.codes import MISSING, SUPPRESSED
from analysis.disclosure.microdata.recoding import Hierarchy, Step

Kind = Literal["key", "item", "index"]
Mask = NDArray[np.bool_]
SOURCE = "source"
AGENCY = "agency"
UNSTATED = frozenset(MISSING) - {SUPPRESSED}


@dataclass(frozen=True, slots=True)
class Tells:
    """Hold the codes of a key variable that have a level of the catalog of groups for certain, and those that may."""

    certain: frozenset[int]
    possible: frozenset[int]


@dataclass(frozen=True, slots=True)
class Variable:
    """Define a column of a data set.

    Parameters
    ----------
    name, kind
        Its column; ``key`` (a person might be recognized by it), ``item`` (an answer) or ``index`` (0-100 points).
    codes
        The possible answers, 0..999; none for an index.
    steps
        Steps that make a key variable coarser, from fine to coarse.
    sensitive
        Whether the answer could harm a person.
    harmless
        Answers to a sensitive item that a reader may know everyone in a group gave, such as an option not chosen.
    labels
        Names of codes that are the same in every language: sources, agencies, areas.
    made_of
        The items of an index.
    visible
        Whether others can see the answer, so that it counts as a key.
    shows
        Other columns whose answers this one may show: the other options of a question with several answers, and the
        questions that decide whether this one is asked.
    tells
        For a key variable, (variable, level) of the catalog of groups -> which codes have it.
    """

    name: str
    kind: Kind
    codes: tuple[int, ...] = ()
    steps: tuple[Step, ...] = ()
    sensitive: bool = False
    harmless: frozenset[int] = frozenset()
    labels: Mapping[int, str] = field(default_factory=dict)
    made_of: tuple[str, ...] = ()
    visible: bool = False
    shows: frozenset[str] = frozenset()
    tells: Mapping[tuple[str, str], Tells] = field(default_factory=dict)

    @property
    def hierarchy(self) -> Hierarchy:
        """Return its levels and steps."""
        return Hierarchy(self.name, self.codes, self.steps)


def spread(blank: Mapping[str, Mask], variables: Sequence[Variable]) -> dict[str, Mask]:
    """Return (n,) by column which answers are blank, with all others that would show them.

    Examples
    --------
    >>> options = [Variable("a", "item", (0, 1)), Variable("b", "item", (0, 1), shows=frozenset({"a"}))]
    >>> {name: found.tolist() for name, found in spread({"a": np.array([True, False])}, options).items()}
    {'a': [True, False], 'b': [True, False]}
    """
    found = dict(blank)
    changes = True
    while changes:
        changes = False
        for each in variables:
            shown = [found[name] for name in each.shows if name in found]
            if not shown:
                continue
            wider = np.logical_or.reduce([*shown, *([found[each.name]] if each.name in found else [])])
            if each.name not in found or (wider & ~found[each.name]).any():
                found[each.name], changes = wider, True
    return found
