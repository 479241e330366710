"""What a report's page may show: parts with sentences and figures, every word and number already in its language."""

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
    """Several waves side by side, drawn over the table that tells the same; `ends` name the top and the bottom."""

    title: str
    points: tuple[ChartPoint, ...]
    ends: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def joins(self) -> tuple[tuple[float, float, float, float], ...]:
        """Lines between neighbours that may be compared."""
        return tuple(point.joins(before) for before, point in pairwise(self.points) if point.joined)


@dataclass(frozen=True, slots=True)
class ChartEntry:
    """One number of a row with its interval and what must be known about it; `tone` where it tells something apart."""

    words: str
    interval: str = ""
    notes: tuple[str, ...] = ()
    tone: str = ""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One row: drawn and told, or withheld with the reason."""

    label: str
    chart: Chart | None = None
    entries: tuple[ChartEntry, ...] = ()
    withheld: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that belong together, under a heading where they need one."""

    heading: str
    lines: tuple[ReportLine, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """What a tone of the drawing stands for."""

    tone: str
    words: str


@dataclass(frozen=True, slots=True)
class ReportFigure:
    """A table whose rows are drawn; `recipe` is the anchor that tells how it was made."""

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
class ReportPart:
    """A heading with what stands under it; a folded one is opened by the reader."""

    id: str
    title: str
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    figures: tuple[ReportFigure, ...] = ()
    fold: str = ""


@dataclass(frozen=True, slots=True)
class MethodStatement:
    """A line of the method box: what is told, and the paragraphs that tell it."""

    name: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one kind of figure was made."""

    id: str
    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourcePart:
    """All that is told about one sample source, never mixed with another."""

    id: str
    title: str
    statement: str
    summary: tuple[str, ...]
    parts: tuple[ReportPart, ...]
    method: tuple[MethodStatement, ...]
    recipes: tuple[Recipe, ...]


@dataclass(frozen=True, slots=True)
class ReportLink:
    """A way to somewhere."""

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
