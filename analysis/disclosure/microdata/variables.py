"""Define the variables of a data set before protection."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from analysis.disclosure.microdata.codes import MISSING, SUPPRESSED
from analysis.disclosure.microdata.recoding import Hierarchy, Step

Kind = Literal["key", "item", "index"]
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
    tells: Mapping[tuple[str, str], Tells] = field(default_factory=dict)

    @property
    def hierarchy(self) -> Hierarchy:
        """Return its levels and steps."""
        return Hierarchy(self.name, self.codes, self.steps)
