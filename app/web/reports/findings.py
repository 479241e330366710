"""Choose what a report says first: a few ordinary sentences, by a table of rules, from verdicts that survived.

A sentence of a difference or change needs a verdict that was frozen with its figure and an interval that leaves out
zero. A part of the index is called the weakest or strongest only where its interval lies apart from all others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from app.language.extraction import mark
from app.web.reports.group_gaps import gap_tables, is_to_rest, may_name
from app.web.reports.index_figures import in_order
from app.web.reports.phrasing import capitalized, family_of
from app.web.reports.published_document import Cell, DocumentRow
from app.web.reports.row_writer import RowWriter
from app.web.reports.trend import find_break
from app.web.reports.verdicts import Reading, read_difference

MOST_FINDINGS = 5


@dataclass(frozen=True)
class Finding:
    """One sentence with the figures behind it; `family` keeps two sentences from saying almost the same."""

    kind: str
    sentence: str
    cells: tuple[Cell, ...] = ()
    signed: bool = False
    agency: str = ""
    reading: Reading = "unclear"
    family: str = ""


@dataclass(frozen=True)
class Rule:
    """One kind of finding: how candidates are found, surest first, and how many of them a page says."""

    kind: str
    most: int
    find: Callable[[RowWriter], Iterator[Finding]]


def find_findings(writer: RowWriter) -> tuple[Finding, ...]:
    """Return at most five findings in the order of the rules, one for each family of groups and agency."""
    chosen: list[Finding] = []
    for rule in RULES:
        chosen += _distinct(rule.find(writer))[: rule.most]
    return tuple(chosen[:MOST_FINDINGS])


def _distinct(found: Iterator[Finding]) -> list[Finding]:
    return list({each.family or each.sentence: each for each in reversed(list(found))}.values())[::-1]


def distance(cell: Cell) -> float:
    """Return how far the interval stays away from zero; negative where it does not."""
    low, high = cell.interval or (0.0, 0.0)
    return max(low, -high)


# --- groups

GAPS: dict[tuple[Reading, bool], str] = {
    ("lower", True): mark("{people} trust {agency} less than other residents do."),
    ("higher", True): mark("{people} trust {agency} more than other residents do."),
}
NAMED_GAPS: dict[tuple[Reading, bool], str] = {
    ("lower", True): mark("{agency}: trust is clearly lower among {groups} than among the others."),
    ("higher", True): mark("{agency}: trust is clearly higher among {groups} than among the others."),
    ("lower", False): mark("{agency}: trust is clearly lower than overall among {groups}."),
    ("higher", False): mark("{agency}: trust is clearly higher than overall among {groups}."),
}


def clear_gaps(writer: RowWriter, agency: str, direction: Reading) -> list[DocumentRow]:
    """Return the groups of an agency that clearly trust it more or less, the surest first."""
    rows = [row for _, table in gap_tables(writer) for row in table.of(agency=agency)]
    found = [row for row in rows if may_name(writer, row) and read_difference(row.cell) == direction]
    return sorted(found, key=lambda row: -distance(row.cell))


def _gap_findings(writer: RowWriter) -> Iterator[Finding]:
    directions: tuple[Reading, ...] = ("lower", "higher")
    rows = [
        (row, reading)
        for agency in writer.contents.agencies
        for reading in directions
        for row in clear_gaps(writer, agency, reading)
        if not row.cell.flags
    ]
    for row, reading in sorted(rows, key=lambda pair: -distance(pair[0].cell)):
        assert row.group is not None
        family = family_of(row.group[0])
        yield Finding("gap", _gap_sentence(writer, row, reading), (row.cell,), True, row.agency, reading, family)


def _gap_sentence(writer: RowWriter, row: DocumentRow, reading: Reading) -> str:
    assert row.group is not None
    to_rest, noun = is_to_rest(writer), writer.phrasing.noun(*row.group)
    if to_rest and writer.phrasing.has_noun(*row.group):
        words = writer.text(GAPS[reading, to_rest], people=noun, agency=writer.phrasing.short(row.agency))
    else:
        words = writer.text(NAMED_GAPS[reading, to_rest], agency=writer.phrasing.agency(row.agency), groups=noun)
    return capitalized(words)


# --- changes

CHANGES: dict[Reading, str] = {
    "higher": mark("Trust in {agencies} has risen since the previous survey round."),
    "lower": mark("Trust in {agencies} has fallen since the previous survey round."),
}
UNCHANGED = mark("Nothing has clearly changed since the previous survey round.")


def index_changes(writer: RowWriter) -> list[DocumentRow]:
    """Return the change of each agency's index, in the order of the round."""
    table, index = writer.find("changes"), writer.find("index")
    if table is None or index is None:
        return []
    return [row for row in in_order(writer, table) if row.term == index.rows[0].term]


def change_sentences(writer: RowWriter) -> Iterator[str]:
    """Say where trust has clearly risen or fallen, or that nothing has clearly changed."""
    read = [(row, read_difference(row.cell)) for row in index_changes(writer)]
    for reading, words in CHANGES.items():
        agencies = [writer.phrasing.short(row.agency) for row, found in read if found == reading]
        if agencies:
            yield writer.text(words, agencies=writer.phrasing.listed(agencies))
    if read and all(found == "unclear" for _, found in read):
        yield writer.text(UNCHANGED)


def _change_findings(writer: RowWriter) -> Iterator[Finding]:
    for row in sorted(index_changes(writer), key=lambda row: -distance(row.cell)):
        reading = read_difference(row.cell)
        if reading in CHANGES and not row.cell.flags:
            words = writer.text(CHANGES[reading], agencies=writer.phrasing.short(row.agency))
            yield Finding("change", words, (row.cell,), True, row.agency, reading)


# --- parts of the index

WEAKEST = mark("{facet} is the weakest part of trust in {agencies}.")
STRONGEST = mark("{facet} is the strongest part of trust in {agencies}.")


def is_apart(cell: Cell, others: Sequence[Cell], *, below: bool) -> bool:
    """Whether the interval lies wholly below (or above) every other one, all of them shown and without a flag.

    >>> is_apart(Cell(True, 40, 38, 42), [Cell(True, 50, 43, 57)], below=True)
    True
    >>> is_apart(Cell(True, 40, 38, 42), [Cell(True, 50, 42, 57)], below=True)
    False
    """
    if not others or not all(each.shown and each.interval and not each.flags for each in (cell, *others)):
        return False
    low, high = cell.interval or (0.0, 0.0)
    bounds = [each.interval or (0.0, 0.0) for each in others]
    return all(high < bound[0] if below else low > bound[1] for bound in bounds)


def extreme_facets(writer: RowWriter, *, below: bool) -> dict[str, list[DocumentRow]]:
    """Return the facets that lie apart from an agency's other facets, with the agencies where they do."""
    table = writer.find("facets")
    found: dict[str, list[DocumentRow]] = {}
    for agency in writer.contents.agencies if table and writer.source.is_random else ():
        rows = list(table.of(agency=agency)) if table else []
        for row in rows:
            others = [each.cell for each in rows if each is not row]
            if is_apart(row.cell, others, below=below) and _survives(writer, row, below=below):
                found.setdefault(row.term, []).append(row)
    return found


def _survives(writer: RowWriter, row: DocumentRow, *, below: bool) -> bool:
    """Whether the facet's difference from the others has a verdict, where the report compares them."""
    table = writer.find("facet_gaps")
    found = next((each for each in table.of(agency=row.agency, term=row.term)), None) if table else None
    return table is None or (found is not None and read_difference(found.cell) == ("lower" if below else "higher"))


def _facet_findings(writer: RowWriter) -> Iterator[Finding]:
    for below, words in ((True, WEAKEST), (False, STRONGEST)):
        found = extreme_facets(writer, below=below)
        for term, rows in sorted(found.items(), key=lambda pair: -len(pair[1])):
            agencies = writer.phrasing.listed([writer.phrasing.short(row.agency) for row in rows])
            sentence = writer.text(words, facet=writer.phrasing.index(term), agencies=agencies)
            yield Finding("facet", sentence, tuple(row.cell for row in rows), family=str(below))


# --- barriers and comparability


def _barrier_findings(writer: RowWriter) -> Iterator[Finding]:
    table = writer.find("share_barriers")
    for row in table.rows if table and writer.source.is_random else ():
        if row.cell.shown and row.cell.interval and not row.cell.flags:
            value = f"{writer.phrasing.value(row.cell, 'percent')} ({writer.phrasing.interval(row.cell, 'percent')})"
            name = writer.phrasing.name(f"share.{row.term}")
            yield Finding("barrier", writer.text("{name}: {value}", name=name, value=value))


def _comparability_findings(writer: RowWriter) -> Iterator[Finding]:
    reason = find_break(writer)
    if reason:
        sentence = writer.text(
            "This survey round cannot be compared with the one before: {reason}.", reason=writer.text(reason)
        )
        yield Finding("comparability", sentence)


RULES = (
    Rule("comparability", 1, _comparability_findings),
    Rule("gap", 2, _gap_findings),
    Rule("change", 1, _change_findings),
    Rule("facet", 1, _facet_findings),
    Rule("barrier", 1, _barrier_findings),
)
