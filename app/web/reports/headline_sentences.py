"""Say a report in one or two sentences: which agency is clearly trusted more, and where trust has changed."""

from __future__ import annotations

from collections.abc import Iterator

from app.web.reports.findings import change_sentences, distance
from app.web.reports.index_figures import in_order, other_agency
from app.web.reports.published_document import DocumentRow
from app.web.reports.row_writer import RowWriter
from app.web.reports.verdicts import read_difference


def write_headline(writer: RowWriter) -> str:
    """Return the headline of a source. Volunteers do not represent all residents, so theirs says only that."""
    if not writer.source.is_random:
        return " ".join(_levels(writer))
    return " ".join((*(_ranking(writer) or _levels(writer)), *change_sentences(writer)))


def _ranking(writer: RowWriter) -> list[str]:
    """The agencies that are clearly above all others; else the surest pair; else that no two differ."""
    clear = _clear_pairs(writer)
    agencies = _by_level(writer)
    for k in range(1, len(agencies)):
        above, below = agencies[:k], agencies[k:]
        if all((a, b) in clear for a in above for b in below):
            return [_higher(writer, above, below)]
    if clear:
        above_one, below_one = max(clear, key=lambda pair: distance(clear[pair].cell))
        return [_higher(writer, [above_one], [below_one])]
    return list(_no_difference(writer))


def _clear_pairs(writer: RowWriter) -> dict[tuple[str, str], DocumentRow]:
    """The pairs of agencies that clearly differ, the more trusted one first."""
    table = writer.find("agency_gaps")
    found = {}
    for row in table.rows if table else ():
        pair = (row.agency, other_agency(row))
        match read_difference(row.cell):
            case "higher":
                found[pair] = row
            case "lower":
                found[pair[::-1]] = row
    return found


def _by_level(writer: RowWriter) -> list[str]:
    table = writer.find("index")
    rows = [row for row in in_order(writer, table) if row.cell.shown] if table else []
    return [row.agency for row in sorted(rows, key=lambda row: -row.cell.value)]


def _higher(writer: RowWriter, above: list[str], below: list[str]) -> str:
    def listed(agencies: list[str]) -> str:
        ordered = [agency for agency in writer.contents.agencies if agency in agencies]
        return writer.phrasing.listed([writer.phrasing.short(agency) for agency in ordered])

    return writer.text("Trust in {more} is clearly higher than in {less}.", more=listed(above), less=listed(below))


def _no_difference(writer: RowWriter) -> Iterator[str]:
    table = writer.find("agency_gaps")
    read = [read_difference(row.cell) for row in table.rows] if table else []
    if read and all(found == "unclear" for found in read):
        if len(read) == 1:
            yield writer.text("There is no clear difference between the two agencies.")
        else:
            yield writer.text("There is no clear difference between any two agencies.")


def _levels(writer: RowWriter) -> list[str]:
    """The level of each agency, where nothing can be said about differences."""
    table = writer.find("index")
    rows = [row for row in in_order(writer, table) if row.cell.shown] if table else []
    return [
        writer.text(
            "{agency}: {value} of 100 points of trust.",
            agency=writer.phrasing.agency(row.agency),
            value=writer.phrasing.value(row.cell, "points"),
        )
        for row in rows
    ]
