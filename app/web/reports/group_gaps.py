"""Who trusts more or less than everyone: each group's gap with its interval, agency by agency."""

from __future__ import annotations

from collections.abc import Iterator

from app.web.reports.index_figures import GAPS
from app.web.reports.published_document import Row, Table
from app.web.reports.row_writer import Teller, by_family
from app.web.reports.verdicts import read_difference
from app.web.reports.views import Block, Entry, Figure, Line, Part

GAP_TABLES, INDEX_TABLES, OTHER_TABLES = "gaps_by_", "index_by_", "other_indices_by_"


def groups_part(teller: Teller) -> Part | None:
    """One figure for each agency."""
    gaps = [(variable, row) for variable, table in teller.source.starting(GAP_TABLES) for row in table.rows]
    if not gaps:
        return None
    text = teller.text
    figures = tuple(
        _agency_figure(teller, agency, [(variable, row) for variable, row in gaps if row.agency == agency])
        for agency in teller.contents.agencies
        if any(row.agency == agency for _, row in gaps)
    )
    introduction = text(
        "Each group is compared with everyone who was asked about the same agency, not with another group."
    )
    careful = text(
        "A difference is called clear only when its interval leaves out zero. "
        "The intervals are wide enough to hold for all groups of a question together."
    )
    return Part(teller.id("groups"), text("Who trusts more, who trusts less"), (introduction, careful), figures=figures)


def _agency_figure(teller: Teller, agency: str, gaps: list[tuple[str, Row]]) -> Figure:
    text = teller.text
    axis = teller.even(row.cell for _, row in gaps)
    columns = (
        text("Difference from everyone, in points"),
        teller.simultaneous_name,
        teller.people_name,
        text("Points"),
        text("What it says"),
    )
    return Figure(
        teller.id(f"groups-{agency}"),
        teller.speech.agency(agency),
        text("Group"),
        columns,
        tuple(by_family(teller.speech, gaps, lambda row: _gap_line(teller, row, gaps))),
        teller.how("groups"),
        teller.ticks(axis, "points", signed=True),
    )


def _gap_line(teller: Teller, row: Row, gaps: list[tuple[str, Row]]) -> Line:
    axis = teller.even(each.cell for _, each in gaps)
    line = teller.dotted(teller.speech.group(row), row.cell, "points", axis, signed=True, rule=0)
    if not row.cell.shown:
        return line
    words = {reading: teller.text(word) for reading, word in GAPS.items()}
    return Line(line.label, line.chart, (*line.entries, _level(teller, row), teller.reading(row.cell, words)))


def _level(teller: Teller, row: Row) -> Entry:
    """The group's own index, where it is shown."""
    assert row.group is not None
    table = teller.find(f"{INDEX_TABLES}{row.group[0]}")
    found = next((each.cell for each in table.rows if each.domain == row.domain), None) if table else None
    return teller.entry(found, "points") if found else Entry("")


# --- in sentences


def gap_sentences(teller: Teller) -> Iterator[str]:
    """For each agency the groups that clearly differ from everyone, or that none does."""
    for agency in teller.contents.agencies:
        rows = [row for _, table in teller.source.starting(GAP_TABLES) for row in table.of(agency=agency)]
        if rows:
            yield from _agency_sentences(teller, agency, rows)


def _agency_sentences(teller: Teller, agency: str, rows: list[Row]) -> Iterator[str]:
    name, text = teller.speech.agency(agency), teller.text
    shown = [row for row in rows if row.cell.shown]
    if not shown:
        yield text("{agency}: the differences between groups are not shown, to protect people.", agency=name)
        return
    for direction in ("lower", "higher"):
        groups = [
            _who(teller, row) for row in shown if may_name(teller, row) and read_difference(row.cell) == direction
        ]
        if groups and direction == "lower":
            yield text(
                "{agency}: clearly less trust than everyone among {groups}.", agency=name, groups=_all(teller, groups)
            )
        elif groups:
            yield text(
                "{agency}: clearly more trust than everyone among {groups}.", agency=name, groups=_all(teller, groups)
            )
    if all(read_difference(row.cell) == "unclear" for row in shown):
        yield text("{agency}: no group that is shown differs clearly from everyone.", agency=name)


def may_name(teller: Teller, row: Row) -> bool:
    """Whether a sentence may point at a group: never at an area where people were not drawn at random."""
    return teller.source.is_random or (row.group is not None and row.group[0] != "area")


def _who(teller: Teller, row: Row) -> str:
    assert row.group is not None
    variable, level = row.group
    heading = teller.speech.variable(variable)
    return teller.text("“{group}” ({variable})", group=teller.speech.level(variable, level), variable=heading)


def _all(teller: Teller, groups: list[str]) -> str:
    return teller.speech.listed(groups)


# --- the other indices by group


def other_groups_part(teller: Teller) -> Part | None:
    """The indices that are not about one agency, group by group."""
    found = [(variable, row) for variable, table in teller.source.starting(OTHER_TABLES) for row in table.rows]
    if not found:
        return None
    terms = dict.fromkeys(row.term for _, row in found)
    figures = tuple(_other_figure(teller, term, [pair for pair in found if pair[1].term == term]) for term in terms)
    return Part(
        teller.id("other-groups"),
        teller.text("The other indices, group by group"),
        figures=figures,
        fold=teller.text("Show these figures"),
    )


def _other_figure(teller: Teller, term: str, found: list[tuple[str, Row]]) -> Figure:
    rule = _of_everyone(teller.find("other_indices"), term)
    columns = (teller.text("Points"), teller.interval_name, teller.people_name)
    blocks: tuple[Block, ...] = tuple(
        by_family(
            teller.speech,
            found,
            lambda row: teller.dotted(teller.speech.group(row), row.cell, "points", teller.points, rule=rule),
        )
    )
    notes = () if rule is None else (teller.text("The upright line marks everyone."),)
    return Figure(
        teller.id(f"other-{term}"),
        teller.speech.index(term),
        teller.text("Group"),
        columns,
        blocks,
        teller.how("index"),
        teller.ticks(teller.points, "points"),
        notes=notes,
    )


def _of_everyone(table: Table | None, term: str) -> float | None:
    cell = next((row.cell for row in table.of(term=term)), None) if table else None
    return cell.value if cell and cell.shown else None
