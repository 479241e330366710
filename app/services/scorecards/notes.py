"""Store the notes of a scorecard: targets, attested answers and the improvement log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from app.errors import BadTable
from app.language.languages import LANGUAGES
from app.records.audit_log import record_act
from app.records.communities import get_community
from app.records.database import writing
from app.records.measures import (
    ImprovementEvent,
    MeasureTarget,
    Statement,
    events_of,
    statements_of,
    targets_of,
)
from app.services.common.actor import Actor
from app.services.scorecards.definitions import Measure, load_definitions
from app.services.scorecards.upload_check import YES, parse_number, read_day
from app.services.scorecards.upload_rows import Row, Rows
from app.services.waves.plan_file import is_slug

LONGEST_TEXT = 600
LONGEST_PLAN = 30  # years from an agreement to the year of its target
OWN_COLUMNS = ("id", "community_id", "revision", "withdrawn")


@dataclass(frozen=True)
class NoteKind:
    """Describe one kind of note: its columns, how a row is read, and its rows in force."""

    name: str
    needed: tuple[str, ...]
    read: Callable[[Row, date], Iterator[str]]
    table: type[MeasureTarget] | type[Statement] | type[ImprovementEvent]
    to_columns: Callable[[Row], dict[str, Any]]
    in_force: Callable[[Session, int], Mapping[str, Any]]
    key: str


def load_notes(engine: Engine, community: str, kind: NoteKind, rows: Rows, actor: Actor, source: str) -> int:
    """Store the notes of these rows; an existing note gets a new revision, also to withdraw it."""
    check_notes(kind, rows, source, actor.now.date())
    with writing(engine) as session:
        found = get_community(session, community)
        assert found.id is not None
        known = kind.in_force(session, found.id)
        _check_withdrawals(kind, rows, known, source)
        for _, row in rows:
            before = known.get(row[kind.key])
            columns = _columns_of(before) if is_withdrawal(row) else kind.to_columns(row)
            revision = before.revision + 1 if before else 1
            facts: dict[str, Any] = {"community_id": found.id, "revision": revision, "withdrawn": is_withdrawal(row)}
            session.add(kind.table(**columns, **facts))
        record_act(session, actor.name, f"{kind.name} loaded", community, actor.now, rows=len(rows), source=source)
    return len(rows)


def is_withdrawal(row: Row) -> bool:
    return row.get("withdraw") == YES


def _check_withdrawals(kind: NoteKind, rows: Rows, known: Mapping[str, Any], source: str) -> None:
    """Refuse to withdraw what is not there."""
    gone = [(line, row[kind.key]) for line, row in rows if is_withdrawal(row)]
    problems = [
        f"line {line}: expected a stored {kind.key} to withdraw, found {key!r}"
        for line, key in gone
        if key not in known or known[key].withdrawn
    ]
    if problems:
        raise BadTable(source, problems)


def _columns_of(before: Any) -> dict[str, Any]:
    return {name: value for name, value in before.model_dump().items() if name not in OWN_COLUMNS}


def check_notes(kind: NoteKind, rows: Rows, source: str, today: date) -> None:
    """Refuse invalid rows, all of them at once."""
    problems = [
        f"line {line}: {problem}" for line, row in rows if not is_withdrawal(row) for problem in kind.read(row, today)
    ]
    seen: set[str] = set()
    for line, row in rows:
        if row[kind.key] in seen:
            problems.append(f"line {line}: expected each {kind.key} once, found {row[kind.key]!r} again")
        seen.add(row[kind.key])
    if problems:
        raise BadTable(source, problems)


def _texts(row: Row, longest: Mapping[str, int]) -> Iterator[str]:
    for name, most in longest.items():
        if not 0 < len(row[name]) <= most:
            yield f"expected 1 to {most} characters in {name}, found {len(row[name])}"


def _day(row: Row, name: str, today: date) -> Iterator[str]:
    day = read_day(row[name])
    if day is None:
        yield f"expected a day such as 2026-03-31 in {name}, found {row[name]!r}"
    elif day > today:
        yield f"expected a day until {today} in {name}, found {day}"


def _language(row: Row) -> Iterator[str]:
    if row["lang"] not in LANGUAGES:
        yield f"expected one of {', '.join(LANGUAGES)} in lang, found {row['lang']!r}"


def _read_target(row: Row, today: date) -> Iterator[str]:
    measures = load_definitions().measures
    if row["measure"] not in measures:
        yield f"expected one of {', '.join(measures)}, found {row['measure']!r}"
    yield from _target_value(row, measures.get(row["measure"]))
    yield from _day(row, "agreed_on", today)
    agreed = read_day(row["agreed_on"])
    first = agreed.year if agreed else today.year
    if not (row["by_year"].isdecimal() and len(row["by_year"]) == 4):
        yield f"expected a year in by_year, found {row['by_year']!r}"
    elif not first <= int(row["by_year"]) <= first + LONGEST_PLAN:
        yield f"expected a year from {first} to {first + LONGEST_PLAN} in by_year, found {row['by_year']}"


def _target_value(row: Row, measure: Measure | None) -> Iterator[str]:
    value = parse_number(row["value"])
    if value is None:
        yield f"expected a number of 0 or more in value, found {row['value']!r}"
    elif measure and measure.most is not None and value > measure.most:
        yield f"expected at most {measure.most:g} in value, because {measure.id} cannot be above it, found {value:g}"


def _to_target(row: Row) -> dict[str, Any]:
    return {
        "measure": row["measure"],
        "value": float(row["value"]),
        "by_year": int(row["by_year"]),
        "agreed_on": read_day(row["agreed_on"]),
    }


def _read_answer(row: Row, today: date) -> Iterator[str]:
    statements = load_definitions().statements
    if row["question"] not in statements:
        yield f"expected one of {', '.join(statements)}, found {row['question']!r}"
    if row["answer"] not in ("yes", "no"):
        yield f"expected yes or no in answer, found {row['answer']!r}"
    yield from _texts(row, {"words": LONGEST_TEXT, "attested_by": 120})
    yield from _language(row)
    yield from _day(row, "attested_on", today)


def _to_answer(row: Row) -> dict[str, Any]:
    texts = {name: row[name] for name in ("question", "words", "lang", "attested_by")}
    return {**texts, "answer": row["answer"] == "yes", "attested_on": read_day(row["attested_on"])}


def _read_event(row: Row, today: date) -> Iterator[str]:
    if not is_slug(row["event"]):
        yield f"expected lower case letters, digits and dashes in event, found {row['event']!r}"
    yield from _texts(row, {"title": 200})
    for name in ("worked", "did_not_work"):
        if len(row.get(name, "")) > LONGEST_TEXT:
            yield f"expected at most {LONGEST_TEXT} characters in {name}, found {len(row[name])}"
    if row.get("report") and not row["report"].startswith("https://"):
        yield f"expected an address that begins with https:// in report, found {row['report']!r}"
    yield from _language(row)
    yield from _day(row, "held_on", today)


def _to_event(row: Row) -> dict[str, Any]:
    texts = {name: row.get(name, "") for name in ("title", "worked", "did_not_work", "report", "lang")}
    return {**texts, "slug": row["event"], "held_on": read_day(row["held_on"])}


def _events(session: Session, community_id: int) -> Mapping[str, ImprovementEvent]:
    return {event.slug: event for event in events_of(session, community_id)}


TARGETS = NoteKind(
    "targets", ("measure", "value", "by_year", "agreed_on"), _read_target, MeasureTarget, _to_target, targets_of,
    "measure",
)  # fmt: skip
ANSWERS = NoteKind(
    "answers", ("question", "answer", "words", "lang", "attested_by", "attested_on"), _read_answer, Statement,
    _to_answer, statements_of, "question",
)  # fmt: skip
EVENTS = NoteKind(
    "events", ("event", "held_on", "lang", "title"), _read_event, ImprovementEvent, _to_event, _events, "event"
)
