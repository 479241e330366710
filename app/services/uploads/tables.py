"""Check tables that operators upload, with every refused row and its reason, and store them on confirmation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby

from sqlalchemy import Engine

from app.errors import BadTable
from app.records.communities import agencies_of, get_community
from app.records.database import reading
from app.records.population import population_of
from app.services.common.actor import Actor
from app.services.common.audit_log import record_access
from app.services.communities.population import COLUMNS as POPULATION_COLUMNS
from app.services.communities.population import Level, read_levels, store_population
from app.services.communities.survey_levels import as_answers, known_levels
from app.services.communities.workforce import COLUMNS as STAFFING_COLUMNS
from app.services.communities.workforce import StaffLevel, read_staff, read_workforce, store_workforce
from app.services.scorecards.load import load_measures, preview_measures, sums_of
from app.services.scorecards.notes import ANSWERS, EVENTS, TARGETS, check_notes, load_notes
from app.services.scorecards.notes import NoteKind as NoteKind
from app.services.scorecards.upload_check import COLUMNS as MEASURE_COLUMNS
from app.services.scorecards.upload_check import NEEDED as MEASURE_NEEDED
from app.services.scorecards.upload_rows import check_size, read_noted, read_rows
from app.services.uploads.register_tables import register_tables
from app.services.uploads.uploaded_table import THE_FILE, RefusedRow, UploadedTable
from app.services.uploads.uploaded_table import Checked as Checked
from app.services.uploads.uploaded_table import TableKind as TableKind

LINE = re.compile(r"line (\d+): (.*)", re.S)


def check_upload(engine: Engine, kind: TableKind, upload: UploadedTable, actor: Actor) -> Checked:
    """Check a table without storing it."""
    try:
        check_size(THE_FILE, upload.text)
        checked = kind.check(engine, upload)
    except BadTable as refused:
        checked = Checked(refused=tuple(to_refused(refused.problems, upload.text)))
    facts = {"rows": len(checked.rows), "refused": len(checked.refused)}
    record_access(engine, f"{kind.name.partition(' ')[0]} checked", upload.community, actor, **facts)
    return checked


def store_upload(engine: Engine, kind: TableKind, upload: UploadedTable, actor: Actor) -> None:
    """Store a checked table. It is checked again, because the shown table came back through a browser."""
    check_size(THE_FILE, upload.text)
    checked = kind.check(engine, upload)
    if checked.refused:
        raise BadTable(THE_FILE, [each.why for each in checked.refused])
    kind.store(engine, upload, actor)


def to_refused(problems: Sequence[str], text: str) -> Iterator[RefusedRow]:
    lines = _lines(text)
    for problem in problems:
        found = LINE.match(problem)
        number = int(found[1]) if found else None
        text_of_line = lines[number - 1] if number and number <= len(lines) else ""
        yield RefusedRow(number, text_of_line[:200], found[2] if found else problem)


def _lines(text: str) -> list[str]:
    """Return the lines of a file: a cell may contain other line separators, such as U+2028."""
    return re.split(r"\r\n|\r|\n", text)


# --- population


def check_population(engine: Engine, upload: UploadedTable) -> Checked:
    levels, notes = _read_population(engine, upload)
    with reading(engine) as session:
        known = population_of(session, get_community(session, upload.community).id or 0)
    before = {variable: len(list(rows)) for variable, rows in groupby(known, key=lambda row: row.variable)}
    by_variable = groupby(sorted(levels, key=lambda each: each.variable), key=lambda each: each.variable)
    summary = [_describe_variable(variable, list(rows), before) for variable, rows in by_variable]
    return Checked(tuple(map(_population_row, levels)), tuple(summary), assumed=upload.described(*notes))


def _read_population(engine: Engine, upload: UploadedTable) -> tuple[tuple[Level, ...], tuple[str, ...]]:
    levels, notes = read_levels(THE_FILE, upload.text, upload.overlap)
    found, more = as_answers(THE_FILE, levels, known_levels(engine, upload.community))
    return found, (*notes, *more)


def _describe_variable(variable: str, levels: Sequence[Level], before: Mapping[str, int]) -> str:
    new = f"{variable}: {len(levels)} levels, {levels[0].source}, {levels[0].year}"
    return f"{new}; replaces {before[variable]} levels" if variable in before else f"{new}; new"


def _population_row(each: Level) -> tuple[str, ...]:
    amount = f"{each.count:g}" if each.count is not None else ""
    share = f"{each.share:g}" if each.share is not None else ""
    margin = f"{each.moe90:g}" if each.moe90 is not None else ""
    return each.variable, each.level, amount, share, margin, each.source, str(each.year)


def save_population(engine: Engine, upload: UploadedTable, actor: Actor) -> None:
    store_population(engine, upload.community, _read_population(engine, upload)[0], actor)


# --- staff


def check_staffing(engine: Engine, upload: UploadedTable) -> Checked:
    levels, notes = read_staff(THE_FILE, upload.text)
    with reading(engine) as session:
        known = {agency.slug for agency in agencies_of(session, get_community(session, upload.community).id or 0)}
    allowed = {slug for slug in known if upload.member.answers_for([f"{upload.community}/{slug}"])}
    foreign = sorted({each.agency for each in levels} - allowed)
    if foreign:
        names = ", ".join(sorted(allowed)) or "none"
        why = [f"expected agencies among {names}, found {', '.join(foreign)}"]
        return Checked(refused=tuple(to_refused(why, upload.text)))
    summary = (f"{agency}: {sum(each.agency == agency for each in levels)} lines" for agency in sorted(allowed))
    shown = tuple(each for each in summary if not each.endswith(": 0 lines"))
    return Checked(tuple(map(_staffing_row, levels)), shown, assumed=upload.described(*notes))


def _staffing_row(each: StaffLevel) -> tuple[str, ...]:
    return each.agency, each.variable, each.level, str(each.count), each.source, str(each.year), each.part


def save_staffing(engine: Engine, upload: UploadedTable, actor: Actor) -> None:
    store_workforce(engine, upload.community, read_workforce(THE_FILE, upload.text), actor)


# --- outcome measures


def check_measures(engine: Engine, upload: UploadedTable) -> Checked:
    rows, notes = read_noted(THE_FILE, upload.text.encode(), MEASURE_NEEDED)
    found = preview_measures(engine, upload.community, rows)
    lines = _lines(upload.text)
    refused = tuple(
        RefusedRow(each.line, lines[each.line - 1][:200] if 0 < each.line <= len(lines) else "", each.sentence)
        for each in found.refused
    )
    foreign = {
        each.agency for each in found.figures if not upload.member.answers_for([f"{upload.community}/{each.agency}"])
    }
    refused += tuple(RefusedRow(None, "", f"{agency} is not your agency") for agency in sorted(foreign))
    cells = tuple(tuple(row.get(name, "") for name in MEASURE_COLUMNS) for _, row in rows)
    return Checked(cells, tuple(sums_of(found)), refused, upload.described(*notes))


def save_measures(engine: Engine, upload: UploadedTable, actor: Actor) -> None:
    rows = read_rows(THE_FILE, upload.text.encode(), MEASURE_NEEDED)
    load_measures(engine, upload.community, rows, actor, "console")


# --- notes of a scorecard


def notes_table(notes: NoteKind, title: str, columns: tuple[str, ...], example: str, hint: str) -> TableKind:
    """Return the kind of table for notes about a whole community."""

    def check(engine: Engine, upload: UploadedTable) -> Checked:
        rows, assumed = read_noted(THE_FILE, upload.text.encode(), notes.needed)
        check_notes(notes, rows, THE_FILE, datetime.now(UTC).date())
        cells = tuple(tuple(row.get(name, "") for name in columns) for _, row in rows)
        return Checked(
            cells, (f"{len(rows)} {notes.name}; an existing one gets a new revision",), (), upload.described(*assumed)
        )

    def store(engine: Engine, upload: UploadedTable, actor: Actor) -> None:
        rows = read_rows(THE_FILE, upload.text.encode(), notes.needed)
        load_notes(engine, upload.community, notes, rows, actor, "console")

    return TableKind(notes.name, title, columns, f"{','.join(columns)}\n{example}", hint, check, store)


KINDS: Mapping[str, TableKind] = {
    kind.name: kind
    for kind in (
        notes_table(
            TARGETS,
            "Targets",
            TARGETS.needed,
            "1.1,80,2028,2026-05-04",
            "Agreed targets and their years.",
        ),
        notes_table(
            ANSWERS,
            "Attested answers",
            ANSWERS.needed,
            "point_person,yes,A. Lee at the front desk,en,Oversight board,2026-05-04",
            "Answers to the questions of a scorecard that a figure cannot answer.",
        ),
        notes_table(
            EVENTS,
            "Improvement log",
            (*EVENTS.needed, "worked", "did_not_work", "report"),
            "evening-hours,2026-03-02,en,Evening hours at the front desk,More people came,,",
            "The changes that the agency tried, what worked and what did not.",
        ),
        TableKind(
            "population",
            "Population",
            POPULATION_COLUMNS,
            "variable,level,count,share,moe90,source,year\nage,1,12400,,310,American Community Survey 2020-2024,2024",
            "Each level has a count or a share; it is the code of the answer in the survey. A variable replaces the "
            "same variable loaded before; others stay.",
            check_population,
            save_population,
        ),
        TableKind(
            "workforce",
            "Staff",
            STAFFING_COLUMNS,
            "agency,variable,level,count,source,year,part\npolice,race,3,212,Personnel office,2026,",
            "Counts of staff. `part` is empty for all staff, or is new hires, leavers, or a part such as "
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
            "Attested figures. An existing figure gets a new revision; nothing is overwritten. Everyone reads the "
            "reason in correction: name no one in it, and no number of people.",
            check_measures,
            save_measures,
        ),
        *register_tables().values(),
    )
}
