"""What a survey is: frozen values, without reading, checking or wording.

`loading` makes them from a file; `journey` and `answers` walk them; `wording` puts them in a language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from app.questionnaire.rules import Rule

# Codes that stand apart from every scale, the same in every survey, file and table.
NO_ANSWER = -5  # asked, left empty
WITHHELD = -6  # only in releases
PREFER_NOT = -7
DONT_KNOW = -8
NOT_ASKED = -9  # off the path, or not in this form

Kind = Literal["scale", "single", "multiple", "number"]
KINDS: tuple[Kind, ...] = ("scale", "single", "multiple", "number")


@dataclass(frozen=True)
class Option:
    """One thing to choose. Without a context its text stands as it is in every language (digits, names of areas)."""

    code: int
    text: str
    exclusive: bool = False
    context: str | None = None


PREFER_NOT_OPTION = Option(PREFER_NOT, "Prefer not to answer", exclusive=True, context="answer.prefer_not")
DONT_KNOW_OPTION = Option(DONT_KNOW, "Don't know", exclusive=True, context="answer.dont_know")


@dataclass(frozen=True)
class Scale:
    """Ordered answers. `low` and `high` name the ends of a scale of bare numbers; a scale of words has none."""

    id: str
    options: tuple[Option, ...]
    low: str | None = None
    high: str | None = None


@dataclass(frozen=True)
class Item:
    """One question. Made by `for_each`, its `parent` is the code written in the file and `of_option` its option."""

    code: str
    kind: Kind
    text: str
    section: str
    options: tuple[Option, ...]
    note: str | None = None
    scale: str | None = None
    reversed: bool = False
    show_if: Rule | None = None
    sensitive: bool = False
    key_variable: str | None = None
    construct: str | None = None
    dont_know: bool = False
    prefer_not: bool = False
    parent: str | None = None
    of_option: Option | None = None

    @cached_property
    def choices(self) -> tuple[Option, ...]:
        """Everything that can be chosen, in the order of the page: the options, then the two off the scale."""
        off_scale = (self.dont_know, DONT_KNOW_OPTION), (self.prefer_not, PREFER_NOT_OPTION)
        return self.options + tuple(option for wanted, option in off_scale if wanted)

    @cached_property
    def choices_by_value(self) -> dict[str, Option]:
        """The choices by the value that a form sends."""
        return {str(option.code): option for option in self.choices}

    @property
    def context(self) -> str:
        """The name under which its sentences stand in the catalogs."""
        return self.parent or self.code


@dataclass(frozen=True)
class Section:
    """Items shown together. A sensitive one carries a line of support and can be skipped whole."""

    id: str
    title: str
    items: tuple[str, ...]
    introduction: str | None = None
    sensitive: bool = False
    show_if: Rule | None = None
    support: str | None = None


@dataclass(frozen=True)
class Facet:
    """A sub-index: the mean of its items, where enough of them were answered."""

    id: str
    title: str
    items: tuple[str, ...]
    minimum_answered: int


@dataclass(frozen=True)
class Index:
    """0-100 points: the equal-weight mean of its facets, where enough of them exist."""

    id: str
    title: str
    facets: tuple[Facet, ...]
    minimum_facets: int
    rated: Literal["agency"] | None = None


@dataclass(frozen=True)
class SharePart:
    """Who is counted (`base`), who of them counts (`met`), and the number item that says how many times."""

    base: Rule
    met: Rule
    times: str | None = None


@dataclass(frozen=True)
class Share:
    """A ratio: the sum over its parts of `met` divided by the sum of `base`."""

    id: str
    title: str
    parts: tuple[SharePart, ...]


@dataclass(frozen=True)
class Survey:
    """A whole questionnaire; `text` is the YAML it came from and says all of it again."""

    id: str
    version: str
    title: str
    sections: tuple[Section, ...]
    items: Mapping[str, Item]
    scales: Mapping[str, Scale]
    indices: tuple[Index, ...] = ()
    shares: tuple[Share, ...] = ()
    short_form: tuple[str, ...] = ()
    introduction: str | None = None
    audio: tuple[str, ...] = ()
    # Not asked in this fielding: switched off, or waiting for their list (such as the areas of a community).
    set_aside: tuple[Item, ...] = ()
    text: str = field(default="", compare=False, repr=False)

    def __hash__(self) -> int:
        """Cheap, because what is worked out from a survey is kept by the survey and looked up at every answer."""
        return hash((self.id, self.version, len(self.items)))

    @property
    def key_variables(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items.values() if item.key_variable)
