"""Tidy a figure: say a note of all its figures once under the table, and leave out a column that is empty."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from app.web.reports.phrasing import capitalized
from app.web.reports.views import Block, ChartEntry, ReportFigure, ReportLine, ReportPart

FEWEST = 4  # figures that share a note before it moves under the table


def tidy_part(part: ReportPart) -> ReportPart:
    """Tidy every figure of a part."""
    return replace(part, figures=tuple(map(tidy_figure, part.figures)))


def tidy_figure(figure: ReportFigure) -> ReportFigure:
    """Move shared notes under the table, then leave out empty columns.

    A cell alone names its note where any other cell lacks it, so the table never says more than its cells.
    """
    return _without_empty_columns(_with_shared_notes(figure))


def _lines(figure: ReportFigure) -> list[ReportLine]:
    return [line for block in figure.blocks for line in block.lines if line.entries]


def _noted(line: ReportLine) -> Iterator[ChartEntry]:
    """Yield the entries that a note can stand at: the first one, and each with an interval or a note."""
    for place, entry in enumerate(line.entries):
        if place == 0 or entry.interval or entry.notes:
            yield entry


def _with_shared_notes(figure: ReportFigure) -> ReportFigure:
    entries = [entry for line in _lines(figure) for entry in _noted(line)]
    if len(entries) < FEWEST:
        return figure
    shared = [note for note in entries[0].notes if all(note in entry.notes for entry in entries)]
    if not shared:
        return figure

    def without(entry: ChartEntry) -> ChartEntry:
        return replace(entry, notes=tuple(note for note in entry.notes if note not in shared))

    bare = _with_entries(figure, lambda line: tuple(map(without, line.entries)))
    return replace(bare, notes=(*figure.notes, *map(capitalized, shared)))


def _without_empty_columns(figure: ReportFigure) -> ReportFigure:
    lines = _lines(figure)
    whole = bool(lines) and all(len(line.entries) == len(figure.columns) for line in lines)
    kept = [k for k in range(len(figure.columns)) if not whole or any(_is_filled(line.entries[k]) for line in lines)]
    if len(kept) == len(figure.columns):
        return figure
    columns = tuple(figure.columns[k] for k in kept)
    return replace(_with_entries(figure, lambda line: _chosen(line.entries, kept)), columns=columns)


def _chosen(entries: Sequence[ChartEntry], kept: Sequence[int]) -> tuple[ChartEntry, ...]:
    return tuple(entries[k] for k in kept)


def _is_filled(entry: ChartEntry) -> bool:
    return bool(entry.words or entry.interval or entry.notes)


def _with_entries(figure: ReportFigure, change: Callable[[ReportLine], tuple[ChartEntry, ...]]) -> ReportFigure:
    def changed(line: ReportLine) -> ReportLine:
        return replace(line, entries=change(line)) if line.entries else line

    blocks = tuple(Block(block.heading, tuple(map(changed, block.lines))) for block in figure.blocks)
    return replace(figure, blocks=blocks)
