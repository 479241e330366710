"""Make a card for each agency: number, drawn interval, change in words, small trend, and who trusts it less or more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.web.reports.chart_geometry import Axis
from app.web.reports.findings import clear_gaps, index_changes
from app.web.reports.group_gaps import gap_tables
from app.web.reports.index_figures import CHANGES, in_order
from app.web.reports.phrasing import capitalized
from app.web.reports.published_document import DocumentRow
from app.web.reports.row_writer import RowWriter, ends_of
from app.web.reports.trend import trend_of
from app.web.reports.verdicts import Reading, read_difference
from app.web.reports.views import Chart, ChartEntry, Curve

CUT = (20.0, 80.0)  # every card of a report has one scale; a figure outside of it widens the scale of all


@dataclass(frozen=True, slots=True)
class GroupsLine:
    """The groups that clearly trust an agency less or more, in words."""

    tone: str
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class AgencyCard:
    """The first things to know about one agency."""

    id: str
    slug: str
    name: str
    level: ChartEntry
    interval_name: str
    strip: Chart | None = None
    ends: tuple[str, ...] = ()
    change: ChartEntry | None = None
    groups: tuple[GroupsLine, ...] = ()
    trend: Curve | None = None
    withheld: str = ""


def make_cards(writer: RowWriter) -> tuple[AgencyCard, ...]:
    """One card for each rated agency, in the order of the round."""
    table = writer.find("index")
    rows = in_order(writer, table) if table else []
    axis = card_axis(rows, writer.phrasing.turned)
    return tuple(_card(writer, row, axis) for row in rows)


def card_axis(rows: Iterable[DocumentRow], turned: bool) -> Axis:
    """Cut the scale to 20 to 80 for all cards, where every interval fits.

    >>> card_axis([], False)
    Axis(low=20.0, high=80.0, turned=False)
    """
    ends = [end for row in rows if row.cell.shown for end in ends_of(row.cell)]
    fits = all(CUT[0] <= end <= CUT[1] for end in ends)
    return Axis(*(CUT if fits else (0.0, 100.0)), turned)


def _card(writer: RowWriter, row: DocumentRow, axis: Axis) -> AgencyCard:
    phrasing, cell = writer.phrasing, row.cell
    id, name = writer.id(f"card-{row.agency}"), phrasing.agency(row.agency)
    if not cell.shown:
        return AgencyCard(id, row.agency, name, ChartEntry("–"), "", withheld=phrasing.withheld(cell))
    ticks = writer.ticks(axis, "points")
    return AgencyCard(
        id,
        row.agency,
        name,
        level=writer.entry(cell, "points"),
        interval_name=writer.interval_name,
        strip=Chart(phrasing.chart_title(cell, "points", ticks), axis.dot(cell.value, cell.interval)),
        ends=ticks,
        change=card_change(writer, row.agency),
        groups=tuple(groups_lines(writer, row.agency)),
        trend=trend_of(writer, row.agency),
    )


def card_change(writer: RowWriter, agency: str) -> ChartEntry | None:
    """The change since the round before in words, with its interval; None where the report has none."""
    row = next((row for row in index_changes(writer) if row.agency == agency), None)
    return change_entry(writer, row) if row else None


def change_entry(writer: RowWriter, row: DocumentRow) -> ChartEntry:
    """Write a change: its reading and points, its interval, or why it is not shown."""
    if not row.cell.shown:
        return ChartEntry(writer.phrasing.withheld(row.cell))
    reading = read_difference(row.cell)
    points = writer.phrasing.number(row.cell.value, "points", signed=True)
    words = writer.text("{name}: {value}", name=writer.text(CHANGES[reading]), value=points) if reading else points
    return ChartEntry(words, writer.phrasing.interval(row.cell, "points", signed=True), tone=reading or "")


LINES: tuple[tuple[Reading, str], ...] = (("lower", "clearly less trust"), ("higher", "clearly more trust"))


def groups_lines(writer: RowWriter, agency: str) -> list[GroupsLine]:
    """Name the groups that clearly trust the agency less or more, or say that no group clearly differs."""
    found = []
    for reading, name in LINES:
        groups = [row.group for row in clear_gaps(writer, agency, reading) if row.group]
        if groups:
            words = writer.phrasing.listed([writer.phrasing.noun(*group) for group in groups])
            found.append(GroupsLine(reading, capitalized(writer.text(name)), words))
    if not found and _has_verdicts(writer, agency):
        unclear = writer.text("no clear difference")
        found.append(GroupsLine("unclear", writer.text("Groups that trust more or less"), unclear))
    return found


def _has_verdicts(writer: RowWriter, agency: str) -> bool:
    rows = [row for _, table in gap_tables(writer) for row in table.of(agency=agency)]
    return any(read_difference(row.cell) for row in rows)
