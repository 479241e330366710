"""Read the headline of a published report for programs and terminals: each agency's index by sample, and its change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.disclosure import PublishedReport
from analysis.disclosure.cells import Cell as Cell
from analysis.disclosure.tables import ProtectedTable
from app.services.reports.publish import FrozenReport


@dataclass(frozen=True)
class HeadlineFigure:
    """Hold a figure. With `is_drawn`, people were drawn at random and the interval is a margin of sampling error."""

    source: str
    agency: str
    term: str
    is_drawn: bool
    index: Cell
    change: Cell | None


def agencies_of(frozen: FrozenReport) -> tuple[str, ...]:
    """Return the rated agencies as `community/agency`."""
    slugs = frozen.report.document["catalogue"]["variables"].get("agency", ())
    return tuple(f"{frozen.community}/{slug}" for slug in slugs)


def is_drawn(report: PublishedReport, source: str) -> bool:
    """Return whether the report names the people of a source as drawn at random."""
    sections = {section["name"]: section for section in report.document["sections"]}
    facts = sections.get(f"{source}.method", {"facts": {}})["facts"]
    return bool(facts.get("probability", {"value": "no"})["value"] == "yes")


def read_headline(frozen: FrozenReport) -> list[HeadlineFigure]:
    tables = {table.id: table for table in frozen.report.tables}
    names = [section["name"] for section in frozen.report.document["sections"]]
    sources = (name.removesuffix(".headline") for name in names if name.endswith(".headline"))
    return [figure for source in sources for figure in _of_source(source, tables, frozen)]


def _of_source(source: str, tables: dict[str, ProtectedTable], frozen: FrozenReport) -> Iterator[HeadlineFigure]:
    drawn = is_drawn(frozen.report, source)
    changes = tables.get(f"{source}.changes")
    changed = {(row.domain, row.term): row.cell for row in changes.rows} if changes else {}
    where = {each["id"]: each["where"] for each in frozen.report.document["catalogue"]["domains"]}
    for row in tables[f"{source}.index"].rows if f"{source}.index" in tables else ():
        agency = where[row.domain]["agency"][0]
        yield HeadlineFigure(source, agency, row.term, drawn, row.cell, changed.get((row.domain, row.term)))
