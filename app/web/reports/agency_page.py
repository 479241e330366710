"""Make the page of one agency: its level beside the others, its parts, rounds, groups and questions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.web.reports.answered import Commitments, unplaced, with_answers
from app.web.reports.area_map import Shapes, areas_part
from app.web.reports.cards import AgencyCard, change_entry, make_cards
from app.web.reports.findings import STRONGEST, WEAKEST, extreme_facets
from app.web.reports.index_figures import average_note, facets_to_others, in_order, other_agency
from app.web.reports.item_figures import rated_part
from app.web.reports.parts import AGENCY, PARTS
from app.web.reports.published_document import DocumentRow, DocumentTable
from app.web.reports.row_writer import RowWriter
from app.web.reports.tidy_figures import tidy_part
from app.web.reports.verdicts import read_difference
from app.web.reports.views import Answered, Block, ChartEntry, ReportFigure, ReportLine, ReportPart

OWN_FORM = ("facets", "changes")  # tables that the page of an agency shows in one figure of its own


@dataclass(frozen=True, slots=True)
class AgencyPage:
    """One agency: its card, sentences that compare it with the others, and its parts."""

    card: AgencyCard
    sentences: tuple[str, ...]
    parts: tuple[ReportPart, ...]
    answers: tuple[Answered, ...] = ()


def make_agency_page(
    writer: RowWriter, slug: str, commitments: Commitments = (), shapes: Shapes | None = None
) -> AgencyPage | None:
    """Return the page of a rated agency, or None where the report has no index of it."""
    card = next((card for card in make_cards(writer) if card.slug == slug), None)
    if card is None:
        return None
    own = narrow(writer, slug)
    kept = tuple(
        part
        for each in PARTS
        if each.page == AGENCY and not set(each.tables) & set(OWN_FORM) and (part := each.build(own))
    )
    found = (parts_part(own, slug), *kept, areas_part(own, slug, shapes), rated_part(own))
    parts = tuple(tidy_part(part) for part in found if part)
    phrasing = writer.phrasing
    return AgencyPage(
        card,
        tuple(_sentences(writer, slug)),
        with_answers(parts, phrasing, commitments, slug),
        unplaced(parts, phrasing, commitments, slug),
    )


def narrow(writer: RowWriter, slug: str) -> RowWriter:
    """Leave only the figures of one agency in the report."""
    tables = {name: _rows_of(table, slug) for name, table in writer.source.tables.items()}
    kept = {name: table for name, table in tables.items() if table.rows}
    variables = {**writer.contents.variables, "agency": (slug,)}
    return replace(
        writer, source=replace(writer.source, tables=kept), contents=replace(writer.contents, variables=variables)
    )


def _rows_of(table: DocumentTable, slug: str) -> DocumentTable:
    return replace(table, rows=tuple(row for row in table.rows if row.agency == slug))


# --- beside the other agencies


def _sentences(writer: RowWriter, slug: str) -> Iterator[str]:
    """Name the agencies that are clearly above or below this one."""
    table = writer.find("agency_gaps")
    above: list[str] = []
    below: list[str] = []
    for row in in_order(writer, table) if table else ():
        pair = (row.agency, other_agency(row))
        reading = read_difference(row.cell)
        if slug in pair and reading in ("higher", "lower"):
            more, less = pair if reading == "higher" else pair[::-1]
            (below if more == slug else above).append(less if more == slug else more)
    own = writer.phrasing.short(slug)
    if below:
        yield _higher(writer, own, _listed(writer, below))
    if above:
        yield _higher(writer, _listed(writer, above), own)


def _listed(writer: RowWriter, agencies: list[str]) -> str:
    return writer.phrasing.listed([writer.phrasing.short(agency) for agency in agencies])


def _higher(writer: RowWriter, more: str, less: str) -> str:
    return writer.text("Trust in {more} is clearly higher than in {less}.", more=more, less=less)


# --- the parts of trust


def parts_part(writer: RowWriter, slug: str) -> ReportPart | None:
    """Each part of the index with its level and its change."""
    facets, changes = writer.find("facets"), writer.find("changes")
    if facets is None:
        return None
    changed = {row.term: row for row in changes.rows} if changes else {}
    text = writer.text
    more = (text("Change since the previous survey round"),) if changes else ()
    figure = ReportFigure(
        writer.id(f"parts-{slug}"),
        text("Parts of the index"),
        text("Part of the index"),
        (text("Points"), writer.interval_name, writer.people_name, *more),
        (Block("", tuple(_part_line(writer, facets, row, changed) for row in facets.rows)),),
        writer.how("facets"),
        writer.ticks(writer.points, "points"),
    )
    introduction = text("The index is the mean of these parts. Each runs from 0 to 100 points.")
    points = (*_extremes(writer), *average_note(writer, "facet_gaps"))
    return ReportPart(
        writer.id(f"facets-{slug}"),
        text("Parts of trust"),
        (introduction, *points),
        figures=(figure, *(replace(each, id=f"{each.id}-{slug}") for each in facets_to_others(writer))),
    )


def _part_line(
    writer: RowWriter, table: DocumentTable, row: DocumentRow, changed: dict[str, DocumentRow]
) -> ReportLine:
    line = writer.dotted(writer.phrasing.index(row.term), row.cell, table.unit, writer.points)
    if not changed or line.withheld:
        return line
    change = changed.get(row.term)
    return replace(line, entries=(*line.entries, change_entry(writer, change) if change else ChartEntry("–")))


def _extremes(writer: RowWriter) -> Iterator[str]:
    for below, words in ((True, WEAKEST), (False, STRONGEST)):
        for term, rows in extreme_facets(writer, below=below).items():
            agency = writer.phrasing.short(rows[0].agency)
            yield writer.text(words, facet=writer.phrasing.index(term), agencies=agency)
