"""Write the public entries of registers as files: a calendar of meetings (RFC 5545) and a table of one register."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from app.services.registers.entries import Entry
from app.services.registers.fields import read_day
from app.services.registers.register_table import REGISTERS

LONGEST_LINE = 75  # bytes of a line of a calendar


def to_calendar(community: str, meetings: Sequence[Mapping[str, Any]], published_on: date) -> bytes:
    """Return the meetings as whole days of a calendar."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Commontrust//Meetings//EN", "CALSCALE:GREGORIAN"]
    for row in meetings:
        lines += _event(community, row, published_on)
    return "".join(f"{part}\r\n" for line in (*lines, "END:VCALENDAR") for part in _folded(line)).encode()


def _event(community: str, row: Mapping[str, Any], published_on: date) -> Iterator[str]:
    day = read_day(row["day"])
    if day is None:
        return
    uid = hashlib.sha256(f"{community}/{row['entry']}".encode()).hexdigest()[:24]
    yield from ("BEGIN:VEVENT", f"UID:{uid}@commontrust", f"DTSTAMP:{published_on:%Y%m%d}T000000Z")
    yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"
    for name, field in (("SUMMARY", "title"), ("DESCRIPTION", "decided")):
        if row.get(field):
            yield f"{name};LANGUAGE={row['lang']}:{_escaped(row[field])}"
    if row.get("minutes"):
        yield f"URL:{row['minutes']}"
    yield "END:VEVENT"


def _escaped(text: str) -> str:
    r"""Return text whose signs and line breaks cannot begin another property.

    >>> _escaped("a, b; c")
    'a\\, b\\; c'
    """
    plain = text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
    return "\\n".join(plain.splitlines())


def _folded(line: str) -> Iterator[str]:
    """Yield a line in parts of at most 75 bytes; a part that continues begins with a space."""
    start, size = "", 0
    for sign in line:
        length = len(sign.encode())
        if size + length > LONGEST_LINE:
            yield start
            start, size = " ", 1
        start, size = start + sign, size + length
    yield start


def to_table(register: str, rows: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """Return the public entries of a register as rows under a header; protected numbers stand in their own columns."""
    names = ["entry", "agency", "lang", *(field.name for field in REGISTERS[register].public)]
    more = dict.fromkeys(name for row in rows for name in row if name not in names and name != "replies")
    header = [*names, *more]
    return [header, *([_cell(row.get(name)) for name in header] for row in rows)]


def to_entry_table(register: str, entries: Sequence[Entry]) -> list[list[str]]:
    """Return all fields of the entries as rows under a header, in the form in which a table is loaded."""
    columns = REGISTERS[register].columns
    facts = ({"entry": each.slug, "agency": each.agency, "lang": each.lang, **each.values} for each in entries)
    return [list(columns), *([row.get(name, "") for name in columns] for row in facts)]


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def to_csv(rows: Sequence[Sequence[str]]) -> str:
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(rows)
    return file.getvalue()
