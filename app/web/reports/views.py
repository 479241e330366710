"""The values of a report's page: parts with sentences and figures, in the page's language."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from app.web.reports.chart_geometry import ChartMark, ChartPoint


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing beside its numbers; `title` says the same in words."""

    title: str
    marks: tuple[ChartMark, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """A chart of several waves, above a table with the same figures; `ends` name the top and the bottom."""

    title: str
    points: tuple[ChartPoint, ...]
    ends: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def joins(self) -> tuple[tuple[float, float, float, float], ...]:
        """Return the lines between neighbors that may be compared."""
        return tuple(point.joins(before) for before, point in pairwise(self.points) if point.joined)


@dataclass(frozen=True, slots=True)
class ChartEntry:
    """One number of a row with its interval and notes; `tone` colors a clear difference."""

    words: str
    interval: str = ""
    notes: tuple[str, ...] = ()
    tone: str = ""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One row: a chart with its numbers, or the reason why it is hidden."""

    label: str
    chart: Chart | None = None
    entries: tuple[ChartEntry, ...] = ()
    withheld: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that belong together, under a heading where they need one."""

    heading: str
    lines: tuple[ReportLine, ...]

    @property
    def size(self) -> int:
        """Count the rows."""
        return len(self.lines)


@dataclass(frozen=True, slots=True)
class Key:
    """The meaning of a tone in the drawing."""

    tone: str
    words: str


@dataclass(frozen=True, slots=True)
class ReportFigure:
    """A table with drawn rows; `recipe` is the anchor of its method."""

    id: str
    title: str
    subject: str
    columns: tuple[str, ...]
    blocks: tuple[Block, ...]
    recipe: str
    axis: tuple[str, ...] = ()
    keys: tuple[Key, ...] = ()
    notes: tuple[str, ...] = ()
    curve: Curve | None = None


@dataclass(frozen=True, slots=True)
class AnsweredReply:
    """An organization's reply to a commitment."""

    who: str
    stance: str
    words: str
    lang: str
    direction: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A commitment that answers a finding, in the language in which it was written; labels are the reader's.

    `language` names it where it is not the reader's.
    """

    what: str
    lang: str
    direction: str
    agency: str
    state: str
    tone: str
    language: str
    facts: tuple[tuple[str, str], ...]
    texts: tuple[tuple[str, str], ...]
    proof: str
    replies: tuple[AnsweredReply, ...]


@dataclass(frozen=True, slots=True)
class AreaLine:
    """One part of the city in a list: its figure with interval, notes and reading, or why it is hidden."""

    label: str
    words: str
    interval: str = ""
    notes: tuple[str, ...] = ()
    finding: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class AreaShape:
    """One part of the city on a map; `bar` is the interval's low, high and value, and both ends of its scale."""

    number: int
    path: str
    tone: str
    x: float
    y: float
    bar: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class DrawnMap:
    """A map beside its list."""

    width: int
    height: int
    shapes: tuple[AreaShape, ...]


@dataclass(frozen=True, slots=True)
class ReportPart:
    """A heading with what stands under it; a folded one is opened by the reader."""

    id: str
    title: str
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    figures: tuple[ReportFigure, ...] = ()
    fold: str = ""
    answers: tuple[Answered, ...] = ()
    areas: tuple[AreaLine, ...] = ()
    map: DrawnMap | None = None


@dataclass(frozen=True, slots=True)
class MethodStatement:
    """A line of the method box: its name, its paragraphs, and a path of this service that one of them names."""

    name: str
    paragraphs: tuple[str, ...]
    path: str = ""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one kind of figure was made."""

    id: str
    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourcePart:
    """The whole part of one sample source, never mixed with another."""

    id: str
    title: str
    statement: str
    summary: tuple[str, ...]
    parts: tuple[ReportPart, ...]
    method: tuple[MethodStatement, ...]
    recipes: tuple[Recipe, ...]


@dataclass(frozen=True, slots=True)
class ReportLink:
    """A link."""

    address: str
    words: str


@dataclass(frozen=True, slots=True)
class ReportView:
    """The whole page of a report."""

    title: str
    community: str
    survey: str
    dates: str
    version: str
    fingerprint: str
    simulated: str
    introduction: tuple[str, ...]
    sources: tuple[SourcePart, ...]
    withheld: ReportPart
