"""The values of a scorecard's page, in the page's language."""

from __future__ import annotations

from dataclasses import dataclass

from app.web.reports.views import Chart, ReportLine


@dataclass(frozen=True, slots=True)
class FigureView:
    """One figure: its value, how sure it is, whether it moved (`tone`: better, worse), and who stands for it."""

    title: str
    value: str
    interval: str = ""
    of: str = ""
    move: str = ""
    tone: str = ""
    period: str = ""
    source: str = ""
    notes: tuple[str, ...] = ()
    chart: Chart | None = None


@dataclass(frozen=True, slots=True)
class TableView:
    """Rows under a title; the first column names each row."""

    title: str
    subject: str
    columns: tuple[str, ...]
    lines: tuple[ReportLine, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReplyView:
    """An organization's reply to an entry."""

    who: str
    stance: str
    words: str
    lang: str
    direction: str


@dataclass(frozen=True, slots=True)
class MeasureView:
    """An outcome measure with what stands beside it; `missing` where it is not yet measured."""

    id: str
    title: str
    counted: tuple[str, ...]
    direction: str
    figure: FigureView | None
    missing: str
    target: str
    beside: tuple[FigureView, ...]
    tables: tuple[TableView, ...]
    trap: str
    replies: tuple[ReplyView, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """A statement that a named person confirmed, in its own language."""

    answer: str
    words: str
    lang: str
    direction: str
    who: str
    day: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One field of an entry. `own` text is in the language of the entry; an `address` is a link."""

    label: str
    value: str
    own: bool = False
    address: str = ""


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry of a register, in the language in which it was written."""

    id: str
    title: str
    lang: str
    direction: str
    facts: tuple[Fact, ...]
    replies: tuple[ReplyView, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkPart:
    """The entries of one register."""

    title: str
    entries: tuple[EntryView, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question of the blueprint with its answer, or that it is not yet measured."""

    text: str
    said: Said | None
    figures: tuple[FigureView, ...]
    missing: str
    entries: tuple[WorkPart, ...] = ()


@dataclass(frozen=True, slots=True)
class StepView:
    """One of the five steps."""

    id: str
    number: str
    title: str
    lead: str
    questions: tuple[QuestionView, ...]
    measures: tuple[MeasureView, ...]


@dataclass(frozen=True, slots=True)
class EventView:
    """A line of the improvement log, in the language in which it was written."""

    title: str
    day: str
    lang: str
    direction: str
    worked: str
    did_not_work: str
    report: str


@dataclass(frozen=True, slots=True)
class WorkSection:
    """Hold the promises, the work that was done, or the next steps."""

    id: str
    title: str
    parts: tuple[WorkPart, ...]


@dataclass(frozen=True, slots=True)
class CardView:
    """The whole page of a scorecard."""

    title: str
    community: str
    agency: str
    simulated: str
    lead: tuple[str, ...]
    version: str
    fingerprint: str
    steps: tuple[StepView, ...]
    events: tuple[EventView, ...]
    sections: tuple[WorkSection, ...]
    withdrawn: tuple[str, ...]
    withheld: tuple[str, ...]
