"""Tables that operators upload: looked at first, with every refused row and why, and stored when they say so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Engine

from app.errors import BadTable
from app.records.communities import agencies_of, get_community
from app.records.database import reading
from app.records.population import population_of
from app.services.accounts.permissions import Member
from app.services.common.actor import Actor
from app.services.common.audit_log import record_look
from app.services.communities.population import COLUMNS as POPULATION_COLUMNS
from app.services.communities.population import Level, read_population, store_population
from app.services.communities.workforce import COLUMNS as STAFFING_COLUMNS
from app.services.communities.workforce import StaffLevel, read_workforce, store_workforce
from app.services.scorecards.load import load_measures, preview_measures, sums_of
from app.services.scorecards.notes import ANSWERS, EVENTS, TARGETS, check_notes, load_notes
from app.services.scorecards.notes import NoteKind as NoteKind
from app.services.scorecards.upload_check import COLUMNS as MEASURE_COLUMNS
from app.services.scorecards.upload_check import NEEDED as MEASURE_NEEDED
from app.services.scorecards.upload_rows import read_rows

LINE = re.compile(r"line (\d+): (.*)", re.S)
THE_FILE = "the file"


@dataclass(frozen=True)
class RefusedRow:
    """A line that is not taken, as it stands in the file, and why; no line where it is about the whole file."""

    line: int | None
    text: str
    why: str


@dataclass(frozen=True)
class Checked:
    """What loading a table would do. Only a table without a refused row can be stored."""

    rows: tuple[tuple[str, ...], ...] = ()
    says: tuple[str, ...] = ()
    refused: tuple[RefusedRow, ...] = ()


@dataclass(frozen=True)
class UploadedTable:
    """A table for a community, and who brings it."""

    community: str
    text: str
    member: Member
    overlap: bool = False


@dataclass(frozen=True)
class TableKind:
    """A kind of table: its columns, an example, how it is checked and stored."""

    name: str
    title: str
    columns: tuple[str, ...]
    example: str
    hint: str
    check: Callable[[Engine, UploadedTable], Checked]
    store: Callable[[Engine, UploadedTable, Actor], None]


def check_upload(engine: Engine, kind: TableKind, upload: UploadedTable, actor: Actor) -> Checked:
    """Look at a table and store nothing of it."""
    try:
        checked = kind.check(engine, upload)
    except BadTable as refused:
        checked = Checked(refused=tuple(to_refused(refused.problems, upload.text)))
    facts = {"rows": len(checked.rows), "refused": len(checked.refused)}
    record_look(engine, f"{kind.name} checked", upload.community, actor, **facts)
    return checked


def store_upload(engine: Engine, kind: TableKind, upload: UploadedTable, actor: Actor) -> None:
    """Store a table that was looked at. It is checked again: what was shown came back through a browser."""
    checked = kind.check(engine, upload)
    if checked.refused:
        raise BadTable(THE_FILE, [each.why for each in checked.refused])
    kind.store(engine, upload, actor)


def to_refused(problems: Sequence[str], text: str) -> Iterator[RefusedRow]:
    lines = text.splitlines()
    for problem in problems:
        found = LINE.match(problem)
        number = int(found[1]) if found else None
        there = lines[number - 1] if number and number <= len(lines) else ""
        yield RefusedRow(number, there[:200], found[2] if found else problem)


# --- who lives in a community


def check_population(engine: Engine, upload: UploadedTable) -> Checked:
    levels = read_population(THE_FILE, upload.text, upload.overlap)
    with reading(engine) as session:
        known = population_of(session, get_community(session, upload.community).id or 0)
    before = {variable: len(list(rows)) for variable, rows in groupby(known, key=lambda row: row.variable)}
    by_variable = groupby(sorted(levels, key=lambda each: each.variable), key=lambda each: each.variable)
    says = [_describe_variable(variable, list(rows), before) for variable, rows in by_variable]
    return Checked(tuple(map(_population_row, levels)), tuple(says))


def _describe_variable(variable: str, levels: Sequence[Level], before: Mapping[str, int]) -> str:
    new = f"{variable}: {len(levels)} levels, {levels[0].source}, {levels[0].year}"
    return f"{new}; takes the place of {before[variable]} levels" if variable in before else f"{new}; new"


def _population_row(each: Level) -> tuple[str, ...]:
    amount = f"{each.count:g}" if each.count is not None else ""
    share = f"{each.share:g}" if each.share is not None else ""
    margin = f"{each.moe90:g}" if each.moe90 is not None else ""
    return each.variable, each.level, amount, share, margin, each.source, str(each.year)


def save_population(engine: Engine, upload: UploadedTable, actor: Actor) -> None:
    store_population(engine, upload.community, read_population(THE_FILE, upload.text, upload.overlap), actor)


# --- who works in its agencies


def check_staffing(engine: Engine, upload: UploadedTable) -> Checked:
    levels = read_workforce(THE_FILE, upload.text)
    with reading(engine) as session:
        known = {agency.slug for agency in agencies_of(session, get_community(session, upload.community).id or 0)}
    mine = {slug for slug in known if upload.member.answers_for([f"{upload.community}/{slug}"])}
    strange = sorted({each.agency for each in levels} - mine)
    if strange:
        told = ", ".join(sorted(mine)) or "none"
        why = [f"expected agencies among {told}, found {', '.join(strange)}"]
        return Checked(refused=tuple(to_refused(why, upload.text)))
    says = (f"{agency}: {sum(each.agency == agency for each in levels)} lines" for agency in sorted(mine))
    return Checked(tuple(map(_staffing_row, levels)), tuple(each for each in says if not each.endswith(": 0 lines")))


def _staffing_row(each: StaffLevel) -> tuple[str, ...]:
    return each.agency, each.variable, each.level, str(each.count), each.source, str(each.year), each.part


def save_staffing(engine: Engine, upload: UploadedTable, actor: Actor) -> None:
    store_workforce(engine, upload.community, read_workforce(THE_FILE, upload.text), actor)


# --- outcome measures


def check_measures(engine: Engine, upload: UploadedTable) -> Checked:
    rows = read_rows("the file.csv", upload.text.encode(), MEASURE_NEEDED)
    found = preview_measures(engine, upload.community, rows)
    lines = upload.text.splitlines()
    refused = tuple(
        RefusedRow(each.line, lines[each.line - 1][:200] if 0 < each.line <= len(lines) else "", each.sentence)
        for each in found.refused
    )
    strange = {
        each.agency for each in found.figures if not upload.member.answers_for([f"{upload.community}/{each.agency}"])
    }
    refused += tuple(RefusedRow(None, "", f"{agency} is not your agency") for agency in sorted(strange))
    told = tuple(tuple(row.get(name, "") for name in MEASURE_COLUMNS) for _, row in rows)
    return Checked(told, tuple(sums_of(found)), refused)


def save_measures(engine: Engine, upload: UploadedTable, actor: Actor) -> None:
    rows = read_rows("the file.csv", upload.text.encode(), MEASURE_NEEDED)
    load_measures(engine, upload.community, rows, actor, "console")


# --- what a scorecard says beside its figures


def of_notes(notes: NoteKind, title: str, columns: tuple[str, ...], example: str, hint: str) -> TableKind:
    """A table of notes about a whole community."""

    def check(engine: Engine, upload: UploadedTable) -> Checked:
        rows = read_rows("the file.csv", upload.text.encode(), notes.needed)
        check_notes(notes, rows, THE_FILE)
        told = tuple(tuple(row.get(name, "") for name in columns) for _, row in rows)
        return Checked(told, (f"{len(rows)} {notes.name}; one that is there already gets a new revision",))

    def store(engine: Engine, upload: UploadedTable, actor: Actor) -> None:
        rows = read_rows("the file.csv", upload.text.encode(), notes.needed)
        load_notes(engine, upload.community, notes, rows, actor, "console")

    return TableKind(notes.name, title, columns, f"{','.join(columns)}\n{example}", hint, check, store)


KINDS: Mapping[str, TableKind] = {
    kind.name: kind
    for kind in (
        of_notes(
            TARGETS,
            "Targets",
            TARGETS.needed,
            "1.1,80,2028,2026-05-04",
            "What was agreed to be reached, and by when.",
        ),
        of_notes(
            ANSWERS,
            "Answers that somebody stands for",
            ANSWERS.needed,
            "point_person,yes,A. Lee at the front desk,en,Oversight board,2026-05-04",
            "To the questions of a scorecard that a figure cannot answer.",
        ),
        of_notes(
            EVENTS,
            "Improvement log",
            (*EVENTS.needed, "worked", "did_not_work", "report"),
            "evening-hours,2026-03-02,en,Evening hours at the front desk,More people came,,",
            "What was tried, what worked and what did not.",
        ),
        TableKind(
            "population",
            "Who lives here",
            POPULATION_COLUMNS,
            "variable,level,count,share,moe90,source,year\nage,1,12400,,310,American Community Survey 2020-2024,2024",
            "Each level has a count or a share; it is the code of the answer in the survey. A variable takes the place "
            "of the same variable loaded before; others stay.",
            check_population,
            save_population,
        ),
        TableKind(
            "workforce",
            "Who works in its agencies",
            STAFFING_COLUMNS,
            "agency,variable,level,count,source,year,part\npolice,race,3,212,Personnel office,2026,",
            "Counts of staff. `part` is empty for all staff, or says new hires, leavers, or a part such as "
            "role=frontline.",
            check_staffing,
            save_staffing,
        ),
        TableKind(
            "measures",
            "Outcome measures",
            MEASURE_COLUMNS,
            "measure,agency,period,version,numerator,denominator,unknown,source,attested_by,attested_on\n"
            "1.1,police,2026-Q1,1,120,200,4,Training log,Training office,2026-04-10",
            "Figures that somebody stands for. A figure that is there already gets a new revision; nothing is "
            "overwritten.",
            check_measures,
            save_measures,
        ),
    )
}
