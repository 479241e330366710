"""What each template may show: one frozen dataclass a template, and nothing else ever reaches it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from markupsafe import Markup

from app.language.languages import Direction, get_language

LEAVE_TO = "https://www.wikipedia.org/"  # neutral in every language, and nothing odd on a phone


@dataclass(frozen=True)
class Screen:
    """What every page shows. `lang` chooses the words."""

    template: ClassVar[str]
    styles: ClassVar[tuple[str, ...]] = ("site.css", "public.css")
    scripts: ClassVar[tuple[str, ...]] = ()
    mode: ClassVar[str] = "open"

    lang: str

    @property
    def direction(self) -> Direction:
        return get_language(self.lang).direction


@dataclass(frozen=True)
class LanguageLink:
    """A language to choose, under its own name."""

    code: str
    name: str
    direction: Direction


@dataclass(frozen=True)
class Named:
    """A name that may be in another language than the page around it."""

    words: str
    lang: str


@dataclass(frozen=True)
class Choice:
    """One box to tick; `apart` stands off the scale (don't know, prefer not to answer)."""

    id: str
    value: str
    words: str
    exclusive: bool
    apart: bool
    any_direction: bool


@dataclass(frozen=True)
class SurveyItem:
    """One field of a question; `label` is empty where the question has only one."""

    code: str
    label: str
    any_direction: bool
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class SurveyQuestion:
    """One question; `template` in `questions` shows it, `condition` is the instruction on paper.

    `row` marks a scale of bare numbers; `columns` is how many words fit side by side on a phone, 0 where they do not.
    """

    code: str
    number: int
    words: str
    hint: str | None
    condition: str | None
    template: str
    input: Literal["radio", "checkbox", "select"]
    row: bool
    columns: int
    ends: tuple[str, str] | None
    items: tuple[SurveyItem, ...]

    @property
    def choices(self) -> tuple[Choice, ...]:
        return self.items[0].choices

    @property
    def first(self) -> str:
        """The id of the first input, to which an error leads."""
        return self.items[0].code if self.input == "select" else self.choices[0].id


@dataclass(frozen=True)
class SurveyPart:
    """A section of the questionnaire."""

    id: str
    title: str
    introduction: str | None
    condition: str | None
    sensitive: bool
    support: str | None
    questions: tuple[SurveyQuestion, ...]
    next: str


@dataclass(frozen=True)
class ProblemView:
    """A slip: its field, the input it leads to, the question's own words and what is wrong. Empty where it has none."""

    field: str
    place: str
    about: str
    words: str


@dataclass(frozen=True)
class StartAgain:
    """What begins a new page for the next person at a desk."""

    address: str
    desk: str
    mode: str
    lang: str


@dataclass(frozen=True)
class SurveyScreen(Screen):
    """The resident's document. With nothing filled in it is the page as it is first opened."""

    template: ClassVar[str] = "survey.html"
    styles: ClassVar[tuple[str, ...]] = ("site.css", "survey.css")
    scripts: ClassVar[tuple[str, ...]] = ("leave.js", "survey.js")

    address: str
    number: str
    agency: str
    community: Named
    introduction: str | None
    language_links: tuple[LanguageLink, ...]
    parts: tuple[SurveyPart, ...]
    rules: str
    skips: str
    draft: bool
    contact: str
    code_policy: str
    code: str = ""
    at: str = "0"
    chosen: Mapping[str, frozenset[str]] = field(default_factory=dict)
    problems: tuple[ProblemView, ...] = ()
    wrong: Mapping[str, str] = field(default_factory=dict)
    asked: bool = False
    leave_to: str = LEAVE_TO
    voices: str = ""
    audio: str = ""
    start_again: StartAgain | None = None
    closed: tuple[str, ...] = ()


@dataclass(frozen=True)
class PaperEntryScreen(SurveyScreen):
    """What stands on a paper form, typed in: the whole form at once, with the numbers that stand on paper."""

    scripts: ClassVar[tuple[str, ...]] = ("leave.js",)
    mode: ClassVar[str] = "paper"


@dataclass(frozen=True)
class TelephoneScreen(SurveyScreen):
    """Read aloud by somebody else."""

    mode: ClassVar[str] = "telephone"


@dataclass(frozen=True)
class InterviewScreen(SurveyScreen):
    """With a helper beside: sensitive parts are handed over, and come back closed."""

    scripts: ClassVar[tuple[str, ...]] = ("leave.js", "handover.js", "survey.js")
    mode: ClassVar[str] = "interview"


@dataclass(frozen=True)
class KioskScreen(SurveyScreen):
    """On a device that many use one after the other."""

    scripts: ClassVar[tuple[str, ...]] = ("leave.js", "survey.js", "kiosk.js")
    mode: ClassVar[str] = "kiosk"


@dataclass(frozen=True)
class DeskScreen(Screen):
    """For staff: the code of a desk is asked for, then how the next person answers."""

    template: ClassVar[str] = "desk.html"
    styles: ClassVar[tuple[str, ...]] = ("site.css", "desk.css")

    address: str
    paper: str
    community: Named
    language_links: tuple[LanguageLink, ...]
    agencies: tuple[tuple[str, Named], ...]
    desk: str = ""
    is_wrong: bool = False
    modes: tuple[tuple[str, str, str], ...] = (
        ("paper", "From a paper form", "Type in what is crossed, with the numbers beside the boxes."),
        ("telephone", "By telephone", "Read the questions aloud and tick what is said."),
        ("interview", "Beside the person", "Sensitive parts are handed over and come back closed."),
        ("kiosk", "On this device, one after the other", "It clears itself after a minute without a touch."),
    )


@dataclass(frozen=True)
class PaperScreen(Screen):
    """The questionnaire to print and to fill in with a pen. `mark` tells a member of staff which form it is."""

    template: ClassVar[str] = "paper.html"
    styles: ClassVar[tuple[str, ...]] = ("site.css", "paper.css")

    community: Named
    introduction: str | None
    parts: tuple[SurveyPart, ...]
    draft: bool
    contact: str
    code_policy: str
    square: Markup
    mark: str


@dataclass(frozen=True)
class ThanksScreen(Screen):
    """Shown once the answers are safe; says nothing of them."""

    template: ClassVar[str] = "thanks.html"
    styles: ClassVar[tuple[str, ...]] = ("site.css", "survey.css")
    scripts: ClassVar[tuple[str, ...]] = ("leave.js",)

    contact: str
    leave_to: str = LEAVE_TO
    start_again: StartAgain | None = None


@dataclass(frozen=True)
class KioskThanksScreen(ThanksScreen):
    """The thanks on a device that many use."""

    scripts: ClassVar[tuple[str, ...]] = ("leave.js", "kiosk.js")


@dataclass(frozen=True)
class RefusedScreen(Screen):
    """A request that was not carried out, in plain words."""

    template: ClassVar[str] = "refused.html"
    scripts: ClassVar[tuple[str, ...]] = ("leave.js",)

    kind: str
    reference: str = ""
    leave_to: str = LEAVE_TO


@dataclass(frozen=True)
class OpenWaveLink:
    """A wave that takes answers now."""

    address: str
    community: Named
    language_links: tuple[LanguageLink, ...]


@dataclass(frozen=True)
class Link:
    """Somewhere to go, in words."""

    address: str
    words: str


@dataclass(frozen=True)
class PublicationLink:
    """A report that anyone can read."""

    address: str
    title: str
    day: str


@dataclass(frozen=True)
class HomeScreen(Screen):
    """The front door."""

    template: ClassVar[str] = "home.html"

    language_links: tuple[LanguageLink, ...]
    waves: tuple[OpenWaveLink, ...]
    reports: tuple[PublicationLink, ...]
    data: Link | None = None


@dataclass(frozen=True)
class Operation:
    """One thing a machine can ask."""

    method: str
    path: str
    summary: str
    parameters: tuple[str, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True)
class ApiScreen(Screen):
    """The description of the interface for machines, without anybody else's script."""

    template: ClassVar[str] = "api.html"

    version: str
    operations: tuple[Operation, ...]
