"""The report in plain sentences, made from the numbers alone: who answered, how much trust, how sure, what is clear."""

from __future__ import annotations

from collections.abc import Iterator

from app.web.reports.group_gaps import gap_sentences
from app.web.reports.index_figures import comparisons, in_order
from app.web.reports.published_document import Cell, Row
from app.web.reports.row_writer import Teller
from app.web.reports.verdicts import read_difference


def summarize(teller: Teller) -> tuple[str, ...]:
    """The sentences in order."""
    return (
        *_who(teller),
        *_levels(teller),
        *comparisons(teller),
        *_changes(teller),
        *gap_sentences(teller),
    )


def _who(teller: Teller) -> Iterator[str]:
    n = teller.source.facts.get("respondents")
    if n is None:
        yield teller.text("Too few people answered in this way to tell how many.")
        return
    people = teller.speech.people(n)
    if teller.source.is_random:
        yield teller.text("About {n} people answered. They were drawn at random from a list of addresses.", n=people)
    else:
        yield teller.text(
            "About {n} people answered. They were not drawn at random, so they do not stand for all residents.",
            n=people,
        )
    rate = teller.source.facts.get("response_rate")
    if rate and rate["percent"] is not None:
        share = teller.speech.number(rate["percent"], "percent")
        yield teller.text("About {share} of the invited addresses answered.", share=share)


def _levels(teller: Teller) -> Iterator[str]:
    table = teller.find("index")
    for row in in_order(teller, table) if table else ():
        yield _level(teller, row)


def _level(teller: Teller, row: Row) -> str:
    agency, cell = teller.speech.agency(row.agency), row.cell
    if not cell.shown:
        return teller.text("{agency}: not shown, {reason}.", agency=agency, reason=teller.speech.reason(cell.reason))
    facts = {"agency": agency, "value": teller.speech.value(cell, "points"), **_bounds(teller, cell)}
    if cell.interval is None:
        return teller.text("{agency}: {value} of 100 points of trust.", **facts)
    if teller.source.is_random:
        return teller.text(
            "{agency}: {value} of 100 points of trust. With the margin of sampling error: {low} to {high} points.",
            **facts,
        )
    return teller.text(
        "{agency}: {value} of 100 points of trust among those who chose to answer. Modelled interval: {low} "
        "to {high} points.",
        **facts,
    )


def _bounds(teller: Teller, cell: Cell, *, signed: bool = False) -> dict[str, str]:
    low, high = cell.interval or (0.0, 0.0)
    return {name: teller.speech.number(x, "points", signed=signed) for name, x in (("low", low), ("high", high))}


def _changes(teller: Teller) -> Iterator[str]:
    table, index = teller.find("changes"), teller.find("index")
    term = index.rows[0].term if index else ""
    for row in in_order(teller, table) if table else ():
        if row.term == term and row.cell.shown:
            yield _change(teller, row)


def _change(teller: Teller, row: Row) -> str:
    agency, reading = teller.speech.agency(row.agency), read_difference(row.cell)
    if reading == "unclear":
        return teller.text("{agency}: no clear change since the wave before.", agency=agency)
    points = teller.speech.number(abs(row.cell.value), "points")
    facts = {"agency": agency, "points": points, **_bounds(teller, row.cell, signed=True)}
    if reading == "higher":
        return teller.text("{agency}: up by {points} points since the wave before (interval {low} to {high}).", **facts)
    return teller.text("{agency}: down by {points} points since the wave before (interval {low} to {high}).", **facts)
