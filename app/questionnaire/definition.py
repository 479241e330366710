"""The parts of a survey as frozen values, and the places that every kind of question fills.

`loading` makes them from a file; `path` and `answers` walk them; `wording` puts them in a language; `kinds` holds one
module for each kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from app.questionnaire.problems import ProblemList
from app.questionnaire.rules import Operator, Rule
from app.questionnaire.shape import Field

# Codes that stand apart from every scale, the same in every survey, file and table.
NO_ANSWER = -5  # asked, left empty
WITHHELD = -6  # only in releases
PREFER_NOT = -7
DONT_KNOW = -8
NOT_ASKED = -9  # off the path, or not in this form

# Contexts of words that no catalog of a survey holds: `wording` takes them from the pages' catalog and the calendar.
INTERFACE, MONTH = "interface", "month"


@dataclass(frozen=True)
class Option:
    """One thing to choose. Without a context its text stands as it is in every language (digits, names of areas).

    `names` are pairs of a language and the name there, where a fielding gives a name for each (areas of a community).

    `people` is a noun phrase for those who chose it ("people aged 65 or older"), for the sentences of reports.
    """

    code: int
    text: str
    exclusive: bool = False
    context: str | None = None
    people: str | None = None
    names: tuple[tuple[str, str], ...] = ()


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
class Part:
    """The place of an item in a question that has several items: the question's code and the words of this one."""

    question: str
    option: Option


@dataclass(frozen=True)
class FileItem:
    """One item of a file while its kind reads it: its fields, the survey's scales and lists, and where problems go."""

    code: str
    line: int
    fields: Mapping[str, Any]
    scales: Mapping[str, Scale]
    lists: Mapping[str, tuple[Option, ...]]
    problems: ProblemList

    def refuse(self, message: str) -> None:
        self.problems.add(self.line, self.code, message)


Row = dict[str, str]
Choices = Mapping[int, str | dict[str, object]]


@dataclass(frozen=True)
class ChoiceList:
    """A row of a form: its options by their codes, and every name in the form with its code."""

    options: Choices
    codes: Mapping[str, int]


@dataclass(frozen=True)
class FileMaking:
    """The functions that read a kind from a survey file.

    `fields` are those that the kind adds to an item; `words` the fields whose mappings translators see, each with the
    prefix of its codes. `read` gives what can be chosen, `check` what does not fit together, and `split` the items
    that the question becomes (one, or one for each column).
    """

    fields: tuple[Field, ...]
    words: tuple[tuple[str, str], ...]
    read: Callable[[FileItem], tuple[Option, ...]]
    check: Callable[[Item], Iterator[str]]
    split: Callable[[Item, FileItem], tuple[Item, ...]]


@dataclass(frozen=True)
class Answering:
    """The meaning of answers to a kind.

    `operators` are those of conditions, and `code_of` gives the code that a number in a condition means. `find_problem`
    looks at all items of a question together and gives a name in `problems`, whose values are sentences of the
    `interface` catalog. `simulate` gives one possible answer from numbers between 0 and 1.
    """

    takes_several: bool
    operators: frozenset[Operator]
    code_of: Callable[[int], int]
    find_problem: Callable[[Sequence[Item], Mapping[str, Sequence[int]]], str | None]
    problems: tuple[tuple[str, str], ...]
    simulate: Callable[[Sequence[Item], Callable[[], float]], dict[str, list[int]]]


@dataclass(frozen=True)
class Showing:
    """A kind on the screen and on paper: a template in `templates/questions` with the macros `screen` and `paper`.

    `hint` is a sentence of the `interface` catalog, shown where the item has no note of its own.
    """

    template: str
    input: Literal["radio", "checkbox", "select"]
    hint: str | None


@dataclass(frozen=True)
class Data:
    """A kind in data files: `columns` gives a column for each option, or one (None) for the item."""

    columns: Callable[[Item], tuple[int | None, ...]]
    measure: Literal["nominal", "ordinal"]


@dataclass(frozen=True)
class Workbook:
    """A kind in XLSForm: the word of its type, its constraint, and the fields that its rows give back to a file.

    `takes` are the types of other tools that become this kind. `read` takes the rows of one question, ours or another
    tool's, each with its choices; it raises `NotUnderstood` for a row that the kind cannot hold.
    """

    type_word: str
    takes: tuple[str, ...]
    constraint: Callable[[Item, Sequence[Item]], str | None]
    read: Callable[[Sequence[Row], Sequence[ChoiceList]], dict[str, Any]]


@dataclass(frozen=True)
class Reporting:
    """A kind in a report: how the answers to an item are counted (None: not reported), and the figure of a question.

    A question with several items and a `figure` is shown in one; all others have a figure for each item.
    """

    counted: Callable[[Item], Literal["scale", "single", "multiple"] | None]
    figure: str | None


@dataclass(frozen=True, repr=False)
class Kind:
    """A kind of question. Every place is required: a kind that lacks one cannot be made."""

    name: str
    file: FileMaking
    answer: Answering
    show: Showing
    data: Data
    workbook: Workbook
    report: Reporting

    def __repr__(self) -> str:
        return f"<{self.name}>"

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def takes_several(self) -> bool:
        """Whether several options may be chosen in one item."""
        return self.answer.takes_several


@dataclass(frozen=True)
class Item:
    """One column of answers (several where options add up), and the question that it belongs to.

    Made by `for_each`, its `parent` is the code written in the file and `of_option` its option. In a question with
    several items, such as a grid, `part` names the question and holds the words of this item. `span` holds the first
    and last month (`2015-03`) of a date. Others can see the answer to a `visible` item, so data sets treat it as a key.
    """

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
    visible: bool = False
    construct: str | None = None
    dont_know: bool = False
    prefer_not: bool = False
    parent: str | None = None
    of_option: Option | None = None
    part: Part | None = None
    span: tuple[str, str] | None = None

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
    def question(self) -> str:
        """The code of the question as the page asks it."""
        return self.part.question if self.part else self.code

    @property
    def context(self) -> str:
        """The name under which its sentences stand in the catalogs."""
        return self.part.question if self.part else self.parent or self.code

    @property
    def columns(self) -> tuple[int | None, ...]:
        """The options that have a column of their own, or None for one column."""
        return self.kind.data.columns(self)


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
    # By language, where the plan of a fielding gives the line; None where the section has its own.
    support_lines: Mapping[str, str] | None = None


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
    """The people counted (`base`), those of them who count (`met`), and the number item that gives how many times."""

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
    """A whole questionnaire; `text` is the YAML it came from, with everything in it."""

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
    # Name of its folder and translation catalogs: those of a later version differ from its id.
    catalog: str = ""
    # Not asked in this fielding: switched off, or waiting for their list (such as the areas of a community).
    set_aside: tuple[Item, ...] = ()
    # Translations that the file itself brings, by language and context; they stand before those of the catalogs.
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    text: str = field(default="", compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "catalog", self.catalog or self.id)

    def __hash__(self) -> int:
        """Hash a survey cheaply: caches look up what was worked out from a survey at every answer."""
        return hash((self.id, self.version, len(self.items)))

    @property
    def key_variables(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items.values() if item.key_variable)

    @cached_property
    def questions(self) -> Mapping[str, tuple[Item, ...]]:
        """The items of each question, in the order of the page."""
        found: dict[str, tuple[Item, ...]] = {}
        for item in self.items.values():
            found[item.question] = (*found.get(item.question, ()), item)
        return found

    @cached_property
    def compound(self) -> tuple[tuple[Item, ...], ...]:
        """The questions whose items are checked together."""
        return tuple(items for items in self.questions.values() if len(items) > 1)
