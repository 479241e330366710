"""The index with all answers, and without those that may be a machine's or a careless person's."""

from __future__ import annotations

from collections.abc import Iterator

from app.web.reports.index_figures import in_order
from app.web.reports.phrasing import CLEAR
from app.web.reports.published_document import Row
from app.web.reports.row_writer import Teller
from app.web.reports.views import Block, Figure, Line, Part


def quality_part(teller: Teller) -> Part | None:
    """Both figures of each agency, one under the other. Where they differ much, the answers need a second look."""
    every, clear = teller.find("index"), teller.find("index_without_doubtful")
    if every is None or clear is None:
        return None
    text = teller.text
    blocks = tuple(
        Block(teller.speech.agency(row.agency), tuple(_lines(teller, row, next(clear.of(agency=row.agency), None))))
        for row in in_order(teller, every)
    )
    figure = Figure(
        teller.id("quality-figure"),
        text("With and without marked answers"),
        text("Answers"),
        (text("Points"), teller.interval_name, teller.people_name),
        blocks,
        teller.how("index"),
        teller.ticks(teller.points, "points"),
    )
    paragraphs = (
        text(
            "Some answers carry a mark: they look as if a program gave them, or a person in great haste. "
            "None was removed. Here the index stands with them and without them."
        ),
        _marked(teller),
    )
    return Part(teller.id("quality"), text("With and without marked answers"), paragraphs, figures=(figure,))


def _lines(teller: Teller, every: Row, clear: Row | None) -> Iterator[Line]:
    yield teller.dotted(teller.text("All answers"), every.cell, "points", teller.points)
    if clear is not None:
        yield teller.dotted(teller.text(CLEAR), clear.cell, "points", teller.points)


def _marked(teller: Teller) -> str:
    n = teller.source.facts.get("doubtful")
    if n is None:
        return teller.text("Marked answers: too few to show.")
    return teller.text("Marked answers, rounded: {n}.", n=teller.speech.people(n))
