"""The figures of a report as pictures: each with its title, source, interval note and alternative text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape

from app.web.reports.cards import AgencyCard
from app.web.reports.matrix import GroupMatrix
from app.web.reports.page_set import (
    ReportContext,
    agency_pages,
    make_agency,
    make_details,
    make_frame,
    make_others,
    make_summary,
)
from app.web.reports.row_writer import RowWriter
from app.web.reports.views import AreaLine, ReportFigure, ReportLine, ReportPart

CARDS, MATRIX = "cards", "groups"
Shown = ReportFigure | ReportPart | GroupMatrix | tuple[AgencyCard, ...]
SVG_ROOT = re.compile(rb"<svg\b([^>]*)>")


@dataclass(frozen=True, slots=True)
class Picture:
    """One figure: `shown` is what is drawn, `words` say the same to a person who does not see it."""

    id: str
    kind: str
    title: str
    words: str
    note: str
    source: str
    shown: Shown


def list_pictures(context: ReportContext) -> Iterator[Picture]:
    """Yield every figure of every page."""
    summary, writer = make_summary(context), context.main
    title = context.phrasing.text("Trust in each agency")
    yield _picture(context, writer, CARDS, "cards", title, summary.cards, _card_words(summary.cards))
    if summary.matrix:
        groups = context.phrasing.text("Groups that trust more or less")
        yield _picture(context, writer, MATRIX, "matrix", groups, summary.matrix, _matrix_words(summary.matrix))
    for slug in agency_pages(context).values():
        page = make_agency(context, slug)
        for part in page.parts if page else ():
            title = f"{context.phrasing.agency(slug)}: {part.title}"
            if part.areas:
                yield _picture(context, writer, part.id, "areas", title, part, area_words(part))
            for figure in part.figures:
                yield _picture(context, writer, figure.id, "figure", title, figure, figure_words(figure))
    for teller, source in ((writer, make_details(context)), *zip(context.others, make_others(context), strict=True)):
        for part in source.parts:
            for figure in part.figures:
                yield _picture(context, teller, figure.id, "figure", part.title, figure, figure_words(figure))


@dataclass(frozen=True, slots=True)
class PictureBook:
    """All figures of a report in one language, by the name in their address."""

    context: ReportContext
    pictures: Mapping[str, Picture]


def collect_pictures(context: ReportContext) -> PictureBook:
    """Build every figure of a report once."""
    return PictureBook(context, {picture.id: picture for picture in list_pictures(context)})


def _picture(
    context: ReportContext, writer: RowWriter, id: str, kind: str, title: str,
    shown: Shown, words: str,
) -> Picture:  # fmt: skip
    several = kind == "matrix" or "-groups-" in id or "-agencies-" in id
    note = writer.simultaneous_name if several else writer.interval_name
    frame = make_frame(context)
    source = " · ".join(each for each in (frame.community, frame.title, frame.dates, frame.version) if each)
    return Picture(picture_name(id), kind, title, f"{title}. {words}", note, source, shown)


def picture_name(id: str) -> str:
    """Return the name of a figure in an address.

    >>> picture_name("address-sample-item-B1")
    'address-sample-item-b1'
    """
    return id.lower()


def _card_words(cards: tuple[AgencyCard, ...]) -> str:
    return "; ".join(f"{card.name}: {card.withheld or f'{card.level.words} ({card.level.interval})'}" for card in cards)


def _matrix_words(matrix: GroupMatrix) -> str:
    return "; ".join(
        f"{line.label}, {agency}: {cell.withheld or cell.words}"
        for block in matrix.blocks
        for line in block.lines
        for agency, cell in zip(matrix.agencies, line.cells, strict=True)
    )


def area_words(part: ReportPart) -> str:
    """Say every part of the city, with the words above the map."""
    return "; ".join(map(_area_words, part.areas))


def _area_words(line: AreaLine) -> str:
    figure = f"{line.words} ({line.interval})" if line.interval else line.words
    return f"{line.label}: {', '.join(each for each in (figure, line.finding) if each)}"


def figure_words(figure: ReportFigure) -> str:
    """Say every row of a figure."""
    return "; ".join(_line_words(block.heading, line) for block in figure.blocks for line in block.lines)


def _line_words(heading: str, line: ReportLine) -> str:
    name = f"{heading}, {line.label}" if heading else line.label
    values = (f"{each.words} ({each.interval})" if each.interval else each.words for each in line.entries)
    return f"{name}: {line.withheld or ', '.join(value for value in values if value)}"


def with_description(svg: bytes, picture: Picture, lang: str) -> bytes:
    """Name the drawing and say its figures, for programs that read it aloud."""
    opening = f' role="img" lang="{lang}" aria-labelledby="t d">'
    words = f'<title id="t">{escape(picture.title)}</title><desc id="d">{escape(picture.words)}</desc>'
    return SVG_ROOT.sub(lambda found: b"<svg" + found[1] + (opening + words).encode(), svg, count=1)
