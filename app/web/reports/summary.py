"""Summarize the report in plain sentences: respondents, level of trust, margins, clear differences."""

from __future__ import annotations

from collections.abc import Iterator

from app.language.extraction import mark
from app.services.reports.response_rates import RATE_WITHHELD
from app.web.reports.group_gaps import gap_sentences
from app.web.reports.index_figures import comparisons, in_order
from app.web.reports.published_document import OTHER, Cell, DocumentRow
from app.web.reports.row_writer import RowWriter
from app.web.reports.sampling_method import MIXED, WITHHELD, is_by_letter
from app.web.reports.verdicts import read_difference


def summarize(writer: RowWriter) -> tuple[str, ...]:
    """The sentences in order."""
    return (
        *describe_people(writer),
        *_levels(writer),
        *comparison_count(writer),
        *comparisons(writer),
        *_changes(writer),
        *gap_sentences(writer),
    )


def describe_people(writer: RowWriter) -> Iterator[str]:
    """How many answered, and whether they represent all residents."""
    n = writer.source.facts.get("respondents")
    if n is None:
        yield writer.text("Too few people answered in this way to show how many.")
        return
    people = writer.phrasing.people(n)
    if writer.source.is_random:
        yield writer.text("About {n} people answered, of those picked at random from a list of addresses.", n=people)
    elif is_by_letter(writer):
        yield writer.text("About {n} people answered. They were invited by letter.", n=people)
    elif writer.source.id == OTHER:
        yield writer.text("People who answered, rounded: {n}.", n=people)
        yield writer.text(MIXED)
    else:
        yield writer.text(
            "About {n} people answered. They were not picked at random, so they do not represent all residents.",
            n=people,
        )
    if RATE_WITHHELD in writer.source.facts:
        yield writer.text(WITHHELD)
    rate = writer.source.facts.get("response_rate")
    if rate and rate["percent"] is not None:
        share = writer.phrasing.number(rate["percent"], "percent")
        yield writer.text("About {share} of the invited addresses answered.", share=share)


def _levels(writer: RowWriter) -> Iterator[str]:
    table = writer.find("index")
    for row in in_order(writer, table) if table else ():
        yield _level(writer, row)


def comparison_count(writer: RowWriter) -> Iterator[str]:
    """How many comparisons there were, and how many are clear: chance alone makes some of many look so."""
    looked, clear = (int(writer.source.facts.get(name) or 0) for name in ("compared", "clear"))
    if looked:
        yield from _counted(writer, looked, clear)


def _counted(writer: RowWriter, looked: int, clear: int) -> Iterator[str]:
    people = writer.phrasing.people
    yield writer.plural("We looked at {n} comparison.", "We looked at {n} comparisons.", looked, n=people(looked))
    yield writer.plural("{n} of them is clear.", "{n} of them are clear.", clear, n=people(clear))


# Where comparisons stand, by the beginning of their table's name.
PLACES: dict[str, str] = {
    "agency_gaps": mark("Differences between agencies"),
    "rest_gaps_by_": mark("Groups that trust more or less"),
    "changes": mark("Changes since the previous survey round"),
    "facet_gaps": mark("Parts of trust"),
    "institution_gaps": mark("Trust in public institutions"),
    "drivers": mark("Links with trust"),
}


def list_comparisons(writer: RowWriter) -> Iterator[str]:
    """Write for each part of the report how many comparisons stand there, and how many of them are clear."""
    for start, title in PLACES.items():
        tables = (table for name, table in writer.source.tables.items() if name.startswith(start))
        read = [read_difference(row.cell) for table in tables for row in table.rows]
        looked, clear = sum(each is not None for each in read), sum(each in ("higher", "lower") for each in read)
        if looked:
            count = " ".join(_counted(writer, looked, clear))
            yield writer.text("{name}: {value}", name=writer.text(title), value=count)


def _level(writer: RowWriter, row: DocumentRow) -> str:
    agency, cell = writer.phrasing.agency(row.agency), row.cell
    if not cell.shown:
        return writer.text("{agency}: not shown, {reason}.", agency=agency, reason=writer.phrasing.reason(cell.reason))
    facts = {"agency": agency, "value": writer.phrasing.value(cell, "points"), **_bounds(writer, cell)}
    if cell.interval is None:
        return writer.text("{agency}: {value} of 100 points of trust.", **facts)
    if writer.source.is_random:
        return writer.text(
            "{agency}: {value} of 100 points of trust. With the margin of sampling error: {low} to {high} points.",
            **facts,
        )
    return writer.text(
        "{agency}: {value} of 100 points of trust among people who chose to answer. Likely range: {low} to {high} "
        "points.",
        **facts,
    )


def _bounds(writer: RowWriter, cell: Cell, *, signed: bool = False) -> dict[str, str]:
    low, high = cell.interval or (0.0, 0.0)
    return {name: writer.phrasing.number(x, "points", signed=signed) for name, x in (("low", low), ("high", high))}


def _changes(writer: RowWriter) -> Iterator[str]:
    table, index = writer.find("changes"), writer.find("index")
    term = index.rows[0].term if index else ""
    for row in in_order(writer, table) if table else ():
        if row.term == term and read_difference(row.cell) is not None:
            yield _change(writer, row)


def _change(writer: RowWriter, row: DocumentRow) -> str:
    agency, reading = writer.phrasing.agency(row.agency), read_difference(row.cell)
    if reading == "unclear":
        return writer.text("{agency}: no clear change since the previous survey round.", agency=agency)
    points = writer.phrasing.number(abs(row.cell.value), "points")
    facts = {"agency": agency, "points": points, **_bounds(writer, row.cell, signed=True)}
    if reading == "higher":
        return writer.text(
            "{agency}: up by {points} points since the previous survey round (interval {low} to {high}).", **facts
        )
    return writer.text(
        "{agency}: down by {points} points since the previous survey round (interval {low} to {high}).", **facts
    )
