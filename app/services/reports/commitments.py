"""Choose the commitments that stand beside the figures of a report: those that answer a finding of a round before it.

They are frozen with the report. They hold what agencies and organizations wrote themselves, and nothing of an answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlmodel import Session

from app.records.register_entries import entries_of
from app.records.waves import Wave
from app.services.registers.entries import Entry
from app.services.registers.finding_reference import read_finding
from app.services.registers.register_table import REGISTERS

USED = ("commitments", "organizations", "replies")


def list_answers(session: Session, wave: Wave, before: list[Wave], today: date) -> list[dict[str, Any]]:
    """Return the public fields of each commitment with its finding and replies, the newest promise first."""
    rounds = {other.slug for other in before}
    entries = [Entry.of(row) for row in entries_of(session, wave.community_id, USED)]
    known = [entry for entry in entries if entry.register == "commitments" and entry.entered_on <= today]
    found = [entry for entry in known if read_finding(entry.get("finding")).round in rounds]
    replies = [entry for entry in entries if entry.register == "replies"]
    names = {entry.slug: entry.get("name") for entry in entries if entry.register == "organizations"}
    ordered = sorted(found, key=lambda entry: (entry.get("promised"), entry.slug), reverse=True)
    return [{**_facts(entry), "replies": list(_replies(entry, replies, names))} for entry in ordered]


def _facts(entry: Entry) -> dict[str, Any]:
    public = {field.name: entry.get(field.name) for field in REGISTERS["commitments"].public}
    values = {name: value for name, value in public.items() if value}
    return {"entry": entry.slug, "agency": entry.agency, "lang": entry.lang, "finding": entry.get("finding")} | values


def _replies(entry: Entry, replies: list[Entry], names: Mapping[str, str]) -> Iterator[dict[str, str]]:
    for each in replies:
        if (each.get("about"), each.get("about_entry")) == ("commitments", entry.slug):
            organization = each.get("organization")
            yield {
                "organization": names.get(organization, organization),
                "stance": each.get("stance"),
                "words": each.get("words"),
                "lang": each.lang,
            }
