"""The index of each agency, its facets, trust in institutions, and what changed since the wave before."""

from __future__ import annotations

from collections.abc import Iterator

from app.language.extraction import mark
from app.web.reports.phrasing import BANDS
from app.web.reports.published_document import Cell, Row, Table, read_levels
from app.web.reports.row_writer import Teller
from app.web.reports.verdicts import Reading, read_difference
from app.web.reports.views import Block, Entry, Figure, Key, Line, Part

TONES: dict[str, str] = {"low": "t1", "neutral": "t3", "high": "t5", "dont_know": "open"}
GAPS: dict[Reading, str] = {
    "higher": mark("clearly more trust"),
    "lower": mark("clearly less trust"),
    "unclear": mark("no clear difference"),
}
CHANGES: dict[Reading, str] = {
    "higher": mark("clearly up"),
    "lower": mark("clearly down"),
    "unclear": mark("no clear change"),
}


# --- the index and its facets


def headline_part(teller: Teller) -> Part | None:
    """The index of each agency, and what may be said about their order."""
    table = teller.find("index")
    if table is None:
        return None
    text = teller.text
    index = teller.speech.index(table.rows[0].term)
    lines = tuple(
        teller.dotted(teller.speech.agency(row.agency), row.cell, table.unit, teller.points)
        for row in in_order(teller, table)
    )
    return Part(
        teller.id("index"),
        text("Trust in each agency"),
        (
            text(
                "The {index} runs from 0 to 100. These are points, not per cent: more points, more trust.", index=index
            ),
        ),
        figures=(_pointed(teller, "index", index, text("Agency"), (Block("", lines),)),),
    )


def in_order(teller: Teller, table: Table) -> list[Row]:
    """The rows of a table in the order of the wave's agencies."""
    place = {agency: k for k, agency in enumerate(teller.contents.agencies)}
    return sorted(table.rows, key=lambda row: place.get(row.agency, len(place)))


def _pointed(teller: Teller, name: str, title: str, subject: str, blocks: tuple[Block, ...]) -> Figure:
    columns = (teller.text("Points"), teller.interval_name, teller.people_name)
    axis = teller.ticks(teller.points, "points")
    return Figure(teller.id(f"{name}-figure"), title, subject, columns, blocks, teller.how(name), axis)


def comparisons(teller: Teller) -> Iterator[str]:
    """Which agencies clearly differ; of all others, that they do not."""
    table = teller.find("agency_gaps")
    read = [(row, found) for row in table.rows if (found := read_difference(row.cell))] if table else []
    for row, reading in read:
        if reading != "unclear":
            first, second = row.agency, other_agency(row)
            more, less = (first, second) if reading == "higher" else (second, first)
            names = {"more": teller.speech.agency(more), "less": teller.speech.agency(less)}
            yield teller.text("Trust in {more} is clearly higher than in {less}.", **names)
    unclear = sum(reading == "unclear" for _, reading in read)
    if unclear and unclear == len(read) == 1:
        yield teller.text("There is no clear difference between the two agencies.")
    elif unclear and unclear == len(read):
        yield teller.text("There is no clear difference between any two agencies.")
    elif unclear:
        yield teller.text("Between all other pairs of agencies there is no clear difference.")


def other_agency(row: Row) -> str:
    """The agency that the row's own is compared with."""
    return read_levels(row.against or "").get("agency", "")


def agencies_part(teller: Teller) -> Part | None:
    """Each two agencies: their difference with its interval."""
    table = teller.find("agency_gaps")
    if table is None:
        return None
    text = teller.text
    axis = teller.even(row.cell for row in table.rows)
    columns = (text("Difference in points"), teller.simultaneous_name, teller.people_name, text("What it says"))
    figure = Figure(
        teller.id("agencies-figure"),
        text("Differences between agencies"),
        text("Agencies"),
        columns,
        (Block("", tuple(_pair_line(teller, table, row) for row in table.rows)),),
        teller.how("agencies"),
        teller.ticks(axis, table.unit, signed=True),
    )
    careful = text("A difference is called clear only when its interval, made for all pairs together, leaves out zero.")
    return Part(teller.id("agencies"), text("One agency beside the other"), (careful,), figures=(figure,))


def _pair_line(teller: Teller, table: Table, row: Row) -> Line:
    axis = teller.even(each.cell for each in table.rows)
    names = {"first": teller.speech.agency(row.agency), "second": teller.speech.agency(other_agency(row))}
    label = teller.text("{first}, compared with {second}", **names)
    line = teller.dotted(label, row.cell, table.unit, axis, signed=True, rule=0)
    words = {reading: teller.text(word) for reading, word in GAPS.items()}
    more = (teller.reading(row.cell, words),) if row.cell.shown else ()
    return Line(line.label, line.chart, (*line.entries, *more), line.withheld)


def facets_part(teller: Teller) -> Part | None:
    """Each facet, agency by agency."""
    table = teller.find("facets")
    if table is None:
        return None
    blocks = tuple(_facet_block(teller, table, term) for term in dict.fromkeys(row.term for row in table.rows))
    text = teller.text
    return Part(
        teller.id("facets"),
        text("What trust is made of"),
        (text("The index is the mean of these parts. Each runs from 0 to 100 points."),),
        figures=(_pointed(teller, "facets", text("Parts of the index"), text("Agency"), blocks),),
    )


def _facet_block(teller: Teller, table: Table, term: str) -> Block:
    rows = [row for row in in_order(teller, table) if row.term == term]
    return Block(
        teller.speech.index(term),
        tuple(teller.dotted(teller.speech.agency(row.agency), row.cell, table.unit, teller.points) for row in rows),
    )


# --- changes


def changes_part(teller: Teller) -> Part | None:
    """The index and its facets against the wave before."""
    table = teller.find("changes")
    if table is None:
        return None
    axis = teller.even(row.cell for row in table.rows)
    blocks = tuple(
        Block(
            teller.speech.agency(agency),
            tuple(_change_line(teller, table, row) for row in table.of(agency=agency)),
        )
        for agency in dict.fromkeys(row.agency for row in in_order(teller, table))
    )
    text = teller.text
    columns = (text("Change in points"), teller.interval_name, teller.people_name, text("What it says"))
    figure = Figure(
        teller.id("changes-figure"),
        text("Change since the wave before"),
        text("Index"),
        columns,
        blocks,
        teller.how("changes"),
        teller.ticks(axis, table.unit, signed=True),
    )
    return Part(
        teller.id("changes"),
        text("What changed since the wave before"),
        (text("A change is called clear only when its interval leaves out zero. Otherwise it may be chance."),),
        figures=(figure,),
    )


def _change_line(teller: Teller, table: Table, row: Row) -> Line:
    axis = teller.even(each.cell for each in table.rows)
    line = teller.dotted(teller.speech.index(row.term), row.cell, table.unit, axis, signed=True, rule=0)
    words = {reading: teller.text(word) for reading, word in CHANGES.items()}
    more = (teller.reading(row.cell, words),) if row.cell.shown else ()
    return Line(line.label, line.chart, (*line.entries, *more), line.withheld)


# --- institutions


def institutions_part(teller: Teller) -> Part | None:
    """Trust in each institution in four bands, and its mean."""
    table = teller.find("institutions")
    if table is None:
        return None
    text = teller.text
    codes = dict.fromkeys(row.term.partition(":")[0] for row in table.rows)
    lines = tuple(_institution_line(teller, table, code) for code in codes)
    keys = tuple(Key(TONES[band], text(words)) for band, words in BANDS.items())
    figure = Figure(
        teller.id("institutions-figure"),
        text("Trust from 0 to 10, in bands"),
        text("Question"),
        (*(key.words for key in keys), text("Mean, 0 to 100 points"), teller.people_name),
        (Block("", lines),),
        teller.how("institutions"),
        teller.ticks(teller.points, "percent"),
        keys,
    )
    introduction = text(
        "People told their trust from 0 (not at all) to 10 (completely). The bars show shares of people."
    )
    return Part(teller.id("institutions"), text("Trust in public institutions"), (introduction,), figures=(figure,))


def _institution_line(teller: Teller, table: Table, code: str) -> Line:
    hidden = Cell(shown=False, reason="not_estimable")
    found = {row.term.partition("=")[2]: row for row in table.rows if row.term.startswith(f"{code}:")}
    mean = next((row.cell for row in _scores(teller, code)), None)
    score = (teller.entry(mean, "points"),) if mean else (Entry(""),)
    parts = [(found[band].cell if band in found else hidden, TONES[band]) for band in BANDS]
    return teller.stacked(teller.speech.item(code), parts, [teller.text(words) for words in BANDS.values()], score)


def _scores(teller: Teller, code: str) -> Iterator[Row]:
    table = teller.find("institution_scores")
    return table.of(term=f"{code}:score") if table else iter(())
