"""Check and store the entries of registers. A change is a new revision, and nothing is overwritten."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine
from sqlmodel import Session

from app.errors import BadTable, Refused
from app.language.languages import LANGUAGES
from app.records.audit_log import record_act
from app.records.communities import agencies_of, get_community
from app.records.database import reading, writing
from app.records.register_entries import RegisterEntry, add_entry, entries_of, newest_entries, revisions_of
from app.records.waves import waves_of
from app.services.common.actor import Actor
from app.services.registers.fields import YES, find_problem, read_count, read_counts, read_day, read_money, read_names
from app.services.registers.finding_reference import find_reference_problem
from app.services.registers.measure_numbers import read_measure_numbers
from app.services.registers.register_table import FIGURES, Register, get_register
from app.services.waves.plan_file import is_slug

Row = Mapping[str, str]
Rows = Sequence[tuple[int, Row]]

NEEDED = ("entry",)
PUBLIC_NAME = "public_name"


class NotYours(Refused):
    """Refuse an entry of another agency or organization."""

    def __init__(self, agency: str) -> None:
        self.agency = agency
        super().__init__(f"Expected an entry of your own agency or organization, got one of {agency or 'none'}.")


@dataclass(frozen=True)
class Entry:
    """Hold an entry in force."""

    register: str
    slug: str
    agency: str
    values: Mapping[str, str]
    lang: str
    entered_on: date
    revision: int

    @classmethod
    def of(cls, row: RegisterEntry) -> Entry:
        return cls(row.kind, row.slug, row.agency, row.values, row.lang, row.entered_on, row.revision)

    def get(self, name: str) -> str:
        return self.values.get(name, "")

    @property
    def public_name(self) -> str:
        """Return the name of the entry for everyone. A log of records requests would name who asked by its number."""
        return self.get(PUBLIC_NAME) or self.slug

    def day(self, name: str) -> date:
        return read_day(self.get(name)) or date.max

    def number(self, name: str) -> float:
        text = self.get(name)
        return float(read_count(text) or read_money(text) or 0.0) if text else 0.0

    def is_yes(self, name: str) -> bool:
        return self.get(name) == YES

    def names(self, name: str) -> tuple[str, ...]:
        return read_names(self.get(name))

    def counts(self, name: str) -> dict[str, int]:
        return read_counts(self.get(name)) or {}


@dataclass(frozen=True)
class Known:
    """Hold what entries are checked against."""

    agencies: Collection[str]
    entries: Mapping[str, Mapping[str, RegisterEntry]]
    today: date
    rounds: Collection[str] = ()
    measures: Collection[str] = ()


def list_entries(engine: Engine, community: str, registers: Collection[str] | None = None) -> list[Entry]:
    with reading(engine) as session:
        return read_entries(session, get_community(session, community).id or 0, registers)


def read_entries(session: Session, community_id: int, registers: Collection[str] | None = None) -> list[Entry]:
    return [Entry.of(row) for row in entries_of(session, community_id, registers)]


def former_cohorts(session: Session, community_id: int, entries: Sequence[Entry]) -> dict[str, tuple[Entry, ...]]:
    """Return the earlier revisions of each cohort that was corrected."""
    corrected = [entry for entry in entries if entry.register == "cohorts" and entry.revision > 1]
    return {
        entry.slug: tuple(
            Entry.of(row)
            for row in revisions_of(session, community_id, "cohorts", entry.slug)
            if row.revision < entry.revision and not row.withdrawn
        )
        for entry in corrected
    }


def check_entries(engine: Engine, community: str, name: str, rows: Rows, today: date, source: str) -> None:
    """Refuse invalid rows, all of them at once; nothing is stored."""
    with reading(engine) as session:
        _check(get_register(name), rows, _known(session, get_community(session, community).id or 0, today), source)


def store_entries(
    engine: Engine,
    community: str,
    name: str,
    rows: Rows,
    actor: Actor,
    source: str,
    own: Collection[str] | None = None,
    act: str = "entry entered",
) -> int:
    """Store the entries of these rows, all or none; `own` are the agencies for which the actor may enter."""
    register = get_register(name)
    with writing(engine) as session:
        community_id = get_community(session, community).id or 0
        known = _known(session, community_id, actor.now.date())
        _check(register, rows, known, source)
        stored = known.entries.get(name, {})
        for _, row in rows:
            entry = _to_entry(register, row, stored.get(row["entry"]), community_id, actor)
            if own is not None and not {entry.agency, *_agency_of(stored.get(row["entry"]))} <= set(own):
                raise NotYours(entry.agency)
            add_entry(session, entry)
        record_act(session, actor.name, act, community, actor.now, register=name, rows=len(rows), source=source)
    return len(rows)


def next_slug(entries: Sequence[Entry], name: str) -> str:
    """Return the name of the next entry of a register, such as commitments-4."""
    numbers = [int(end) for each in entries if (end := each.slug.removeprefix(f"{name}-")).isdecimal()]
    return f"{name}-{max(numbers, default=0) + 1}"


def _known(session: Session, community_id: int, today: date) -> Known:
    entries: dict[str, dict[str, RegisterEntry]] = {}
    for row in newest_entries(session, community_id):
        entries.setdefault(row.kind, {})[row.slug] = row
    agencies = [agency.slug for agency in agencies_of(session, community_id)]
    rounds = [wave.slug for wave in waves_of(session, community_id)]
    return Known(agencies, entries, today, rounds, read_measure_numbers())


def _agency_of(entry: RegisterEntry | None) -> tuple[str, ...]:
    return (entry.agency,) if entry else ()


def _to_entry(
    register: Register, row: Row, before: RegisterEntry | None, community_id: int, actor: Actor
) -> RegisterEntry:
    withdrawn = row.get("withdraw") == YES
    values = {field.name: row[field.name] for field in register.fields if row.get(field.name)}
    if register.name == "requests":
        values[PUBLIC_NAME] = (before.values.get(PUBLIC_NAME) if before else None) or secrets.token_hex(4)
    return RegisterEntry(
        community_id=community_id,
        kind=register.name,
        slug=row["entry"],
        agency=before.agency if withdrawn and before else row.get("agency", ""),
        values=before.values if withdrawn and before else values,
        lang=before.lang if withdrawn and before else row.get("lang") or "en",
        entered_by=actor.name,
        entered_on=actor.now.date(),
        withdrawn=withdrawn,
        revision=before.revision + 1 if before else 1,
    )


def _check(register: Register, rows: Rows, known: Known, source: str) -> None:
    problems = [f"line {line}: {problem}" for line, row in rows for problem in _problems(register, row, known)]
    seen: set[str] = set()
    for line, row in rows:
        if row["entry"] in seen:
            problems.append(f"line {line}: expected each entry once, found {row['entry']!r} again")
        seen.add(row["entry"])
    if problems:
        raise BadTable(source, problems)


def _problems(register: Register, row: Row, known: Known) -> Iterator[str]:
    """Yield what is wrong with a row."""
    if not is_slug(row["entry"]) or len(row["entry"]) > 80:
        yield f"expected lower case letters, digits and dashes in entry, found {row['entry']!r}"
    if row.get("withdraw", "") not in ("", YES):
        yield f"expected {YES!r} or nothing in withdraw, found {row['withdraw']!r}"
    if row.get("withdraw") == YES:
        before = known.entries.get(register.name, {}).get(row["entry"])
        if before is None or before.withdrawn:
            yield f"expected a stored entry to withdraw, found {row['entry']!r}"
        return
    if register.name != "replies" and row.get("agency", "") not in known.agencies:
        yield f"expected an agency of the community in agency, found {row.get('agency', '')!r}"
    if (row.get("lang") or "en") not in LANGUAGES:
        yield f"expected one of {', '.join(LANGUAGES)} in lang, found {row['lang']!r}"
    for field in register.fields:
        problem = find_problem(field, row.get(field.name, ""), known.today)
        if problem:
            yield problem
    for rule in register.needs:
        if row.get(rule.field, "") in rule.values and not row.get(rule.needed):
            yield f"expected something in {rule.needed}, because {rule.field} is {row[rule.field]}, found nothing"
    yield from _together(register.name, row, known)


def _together(name: str, row: Row, known: Known) -> Iterator[str]:
    """Yield what does not fit other entries or other fields of the row."""
    if name == "meetings":
        yield from _attendance(row, known)
    if name == "commitments":
        problem = find_reference_problem(row.get("finding", ""), known.rounds, known.agencies)
        yield from (problem,) if problem else ()
    if name in ("meetings", "improvements"):
        yield from _unknown(read_names(row.get("organizations", "")), "organizations", known)
    if name == "replies":
        yield from _about(row, known)
    if name in ("requests", "replies") and row.get("organization"):
        yield from _unknown((row["organization"],), "organizations", known)
    for first, last in (("asked", "answered"), ("promised", "by")):
        days = read_day(row.get(first, "")), read_day(row.get(last, ""))
        if days[0] and days[1] and days[1] < days[0]:
            yield f"expected a day from {days[0]} on in {last}, found {days[1]}"


def _about(row: Row, known: Known) -> Iterator[str]:
    about, named = row.get("about", ""), row.get("about_entry", "")
    if about == FIGURES and named not in known.measures:
        yield f"expected the number of a measure such as 5.2 in about_entry, found {named!r}"
    if about != FIGURES and named not in known.entries.get(about, {}):
        yield f"expected an entry of {about} in about_entry, found {named!r}"


def _attendance(row: Row, known: Known) -> Iterator[str]:
    taken = read_counts(row.get("attendance", "")) or {}
    groups = known.entries.get("groups", {})
    yield from _unknown(taken, "groups", known)
    day = read_day(row.get("day", ""))
    if taken and day and day > known.today:
        yield f"expected no attendance before the meeting on {day}, found some"
    for group, count in taken.items():
        seats = read_count(groups[group].values.get("seats", "")) if group in groups else None
        if seats is not None and count > seats:
            yield f"expected at most the {seats} seats of {group} in attendance, found {count}"


def _unknown(names: Collection[str], register: str, known: Known) -> Iterator[str]:
    there = {slug for slug, row in known.entries.get(register, {}).items() if not row.withdrawn}
    for name in names:
        if name not in there:
            yield f"expected an entry of the register {register}, found {name!r}: enter it there first"
