"""The values of each template: one frozen dataclass for each, and nothing else reaches it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal

from markupsafe import Markup

from app.language.languages import Direction, get_language

if TYPE_CHECKING:
    from app.services.waves.open_waves import PageKeys

LEAVE_TO = "https://www.wikipedia.org/"  # neutral in every language, and nothing odd on a phone


@dataclass(frozen=True)
class Screen:
    """The values of every page; `lang` chooses the language."""

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
    """One box to tick; `apart` stands off the scale (don't know, prefer not to answer).

    `end` is the label of the first or last number of a scale.
    """

    id: str
    value: str
    words: str
    exclusive: bool
    apart: bool
    any_direction: bool
    end: str = ""


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

    `row` marks a scale of bare numbers on paper. `layout` holds the classes of a row on a screen: how many columns, and
    from which width; it is empty where the answers are a list at every width.
    """

    code: str
    number: int
    words: str
    hint: str | None
    condition: str | None
    template: str
    input: Literal["radio", "checkbox", "select"]
    row: bool
    layout: str
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
    """A section of the questionnaire. `screens` holds its questions as a phone shows them, one screen after another."""

    id: str
    title: str
    introduction: str | None
    condition: str | None
    sensitive: bool
    support: str | None
    questions: tuple[SurveyQuestion, ...]
    next: str
    rated: bool  # whether it names the rated agency
    screens: tuple[tuple[SurveyQuestion, ...], ...] = ()


@dataclass(frozen=True)
class ProblemView:
    """An answer error: its field, the input to link to, the question's words and the sentence; empty where absent."""

    field: str
    place: str
    about: str
    words: str


@dataclass(frozen=True)
class FactsView:
    """Facts of the first page: minutes, sponsor, last day, day and place of the results, in the page's language."""

    minutes: int
    asked_by: str = ""
    last_day: str = ""
    results_day: str = ""
    place: str = ""


@dataclass(frozen=True)
class StartAgain:
    """The fields that open a new page for the next person at a help point."""

    address: str
    desk: str
    mode: str
    lang: str


@dataclass(frozen=True)
class SurveyScreen(Screen):
    """The resident's document. With nothing filled in it is the page as it is first opened."""

    template: ClassVar[str] = "survey.html"
    styles: ClassVar[tuple[str, ...]] = ("site.css", "survey.css")
    scripts: ClassVar[tuple[str, ...]] = ("leave.js", "seal.js", "survey.js")

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
    facts: FactsView
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
    keys: PageKeys | None = None  # without them the server seals
    tokens: str = ""  # the hash of the keys that sign tokens; without it a code is sent beside its sealed answers
    filler: str = ""  # of random length, to be sent with the answers
    undecided: bool = False  # the page asks for the code, which decides the agency, before any question


@dataclass(frozen=True)
class TokenScreen(SurveyScreen):
    """The document of a survey round whose codes buy blind-signed tokens."""

    scripts: ClassVar[tuple[str, ...]] = ("leave.js", "seal.js", "token.js", "survey.js")


@dataclass(frozen=True)
class PaperEntryScreen(SurveyScreen):
    """Enter a paper form: the whole form at once, with the numbers that are printed on it."""

    scripts: ClassVar[tuple[str, ...]] = ("leave.js",)
    mode: ClassVar[str] = "paper"


@dataclass(frozen=True)
class TelephoneScreen(SurveyScreen):
    """Read the questions aloud over the telephone."""

    mode: ClassVar[str] = "telephone"


@dataclass(frozen=True)
class InterviewScreen(SurveyScreen):
    """Answer beside a helper: the person answers sensitive parts alone, and the page then hides them."""

    scripts: ClassVar[tuple[str, ...]] = ("leave.js", "handover.js", "seal.js", "survey.js")
    mode: ClassVar[str] = "interview"


@dataclass(frozen=True)
class KioskScreen(SurveyScreen):
    """Answer on a shared device."""

    scripts: ClassVar[tuple[str, ...]] = ("leave.js", "seal.js", "survey.js", "kiosk.js")
    mode: ClassVar[str] = "kiosk"


@dataclass(frozen=True)
class DeskScreen(Screen):
    """For staff: ask for the help point's code, then for how the next person answers."""

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
        ("paper", "From a paper form", "Enter the ticked answers, with the numbers beside the boxes."),
        ("telephone", "By telephone", "Read the questions aloud and tick the answers."),
        ("interview", "Beside the person", "The person answers sensitive parts alone; the page then hides them."),
        (
            "kiosk",
            "On this device, one person after the other",
            "The page clears itself after a minute without a touch.",
        ),
    )


@dataclass(frozen=True)
class PaperScreen(Screen):
    """The questionnaire to print and fill in with a pen. `mark` identifies the form for the staff."""

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
class AgencyChoiceScreen(Screen):
    """Shown at the open address of a survey round about several agencies: a link to the questions about each."""

    template: ClassVar[str] = "agencies.html"
    styles: ClassVar[tuple[str, ...]] = ("site.css", "survey.css")
    scripts: ClassVar[tuple[str, ...]] = ("leave.js",)

    address: str
    community: Named
    language_links: tuple[LanguageLink, ...]
    agencies: tuple[Named, ...]
    contact: str
    code_policy: str = "none"
    leave_to: str = LEAVE_TO


@dataclass(frozen=True)
class ThanksScreen(Screen):
    """Shown after the answers are stored. It contains none of them."""

    template: ClassVar[str] = "thanks.html"
    styles: ClassVar[tuple[str, ...]] = ("site.css", "survey.css")
    scripts: ClassVar[tuple[str, ...]] = ("leave.js",)

    contact: str
    facts: FactsView
    support: tuple[str, ...] = ()
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
    """A survey round that accepts answers now."""

    address: str
    community: Named
    language_links: tuple[LanguageLink, ...]

    def speaks(self, lang: str) -> bool:
        """Return whether the round offers a language; where not, its own languages are the links."""
        return any(link.code == lang for link in self.language_links)


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
    """The front page."""

    template: ClassVar[str] = "home.html"

    language_links: tuple[LanguageLink, ...]
    waves: tuple[OpenWaveLink, ...]
    reports: tuple[PublicationLink, ...]
    data: Link | None = None


@dataclass(frozen=True)
class AnonymityScreen(Screen):
    """How answers stay anonymous."""

    template: ClassVar[str] = "anonymity.html"

    language_links: tuple[LanguageLink, ...]


@dataclass(frozen=True)
class Operation:
    """One thing a machine can ask."""

    method: str
    path: str
    summary: str
    parameters: tuple[str, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True)
class ApiExample:
    """A program that reads the API, in one language."""

    ending: str
    language: str
    code: str


@dataclass(frozen=True)
class ApiScreen(Screen):
    """The description of the API, without a third party's script."""

    template: ClassVar[str] = "api.html"

    version: str
    operations: tuple[Operation, ...]
    examples: tuple[ApiExample, ...]
