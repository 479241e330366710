"""The variables of a data set before protection."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from analysis.disclosure.microdata.codes import MISSING, SUPPRESSED
from analysis.disclosure.microdata.recoding import Hierarchy, Step

Kind = Literal["key", "item", "index"]
SOURCE = "source"
AGENCY = "agency"
UNTOLD = frozenset(MISSING) - {SUPPRESSED}


@dataclass(frozen=True, slots=True)
class Tells:
    """What a key variable's codes say of a level in the catalogue of groups: who has it for certain, and who may."""

    certain: frozenset[int]
    possible: frozenset[int]


@dataclass(frozen=True, slots=True)
class Variable:
    """A column that a data set is to hold.

    Parameters
    ----------
    name, kind
        Its column; ``key`` (somebody might be recognised by it), ``item`` (an answer) or ``index`` (0-100 points).
    codes
        What can be answered, 0..999; none for an index.
    steps
        How a key variable is made coarser, from fine to coarse.
    sensitive
        Whether the answer could harm somebody.
    harmless
        Answers to a sensitive item that everybody alike may be known to have given, such as an option not chosen.
    labels
        Names of codes that are the same in every language: sources, agencies, areas.
    made_of
        Of an index, its items.
    tells
        Of a key variable: (variable, level) of the catalogue of groups -> which codes have it.
    """

    name: str
    kind: Kind
    codes: tuple[int, ...] = ()
    steps: tuple[Step, ...] = ()
    sensitive: bool = False
    harmless: frozenset[int] = frozenset()
    labels: Mapping[int, str] = field(default_factory=dict)
    made_of: tuple[str, ...] = ()
    tells: Mapping[tuple[str, str], Tells] = field(default_factory=dict)

    @property
    def hierarchy(self) -> Hierarchy:
        """Its levels and steps."""
        return Hierarchy(self.name, self.codes, self.steps)
