"""Choose what everyone may read of the registers: public fields, protected numbers, and both sides of a dispute."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.services.registers.cohorts import cohort_figures, to_public
from app.services.registers.derivation import Work, working_days
from app.services.registers.entries import Entry
from app.services.registers.register_table import FIGURES, REGISTERS

OWN_PLACE = ("replies", "comments")  # shown beside what they are about


def public_registers(work: Work, agency: str = "") -> dict[str, list[dict[str, Any]]]:
    """Return the public entries of each register, of all agencies or of one, with their replies and comments."""
    replies = [_reply(entry, work) for entry in work.of("replies")]
    found = {}
    for name in REGISTERS:
        if name not in OWN_PLACE:
            entries = [entry for entry in work.of(name) if not agency or entry.agency == agency]
            rows = [_public(entry, work) | _protected(entry, work) for entry in entries]
            # By public names: the order of the entries themselves would show which request came first.
            found[name] = [_with_replies(row, name, replies) for row in sorted(rows, key=lambda row: row["entry"])]
    found[FIGURES] = [] if agency else [each for each in replies if each["about"] == FIGURES]
    found["comments"] = [] if agency else [_comment(entry) for entry in work.of("comments") if is_shown(entry)]
    return found


def is_shown(comment: Entry) -> bool:
    return comment.get("decision") == "shown"


def _comment(entry: Entry) -> dict[str, Any]:
    return {name: entry.get(name) for name in ("about", "kind", "words")} | {"lang": entry.lang}


def _public(entry: Entry, work: Work) -> dict[str, Any]:
    values = {field.name: entry.get(field.name) for field in REGISTERS[entry.register].public if entry.get(field.name)}
    facts = {"entry": entry.public_name, "agency": entry.agency, "lang": entry.lang, "revision": entry.revision}
    return facts | values | _computed(entry, work)


def _reply(entry: Entry, work: Work) -> dict[str, Any]:
    """Return a reply that names what it is about by its public name."""
    public = _public(entry, work)
    about = next((each for each in work.of(public["about"]) if each.slug == public["about_entry"]), None)
    if about is None or about.public_name == about.slug:
        return public
    named = f"{about.register}-{about.public_name}-{public['organization']}"
    return {**public, "entry": named, "about_entry": about.public_name}


def _computed(entry: Entry, work: Work) -> dict[str, Any]:
    if entry.register == "requests":
        answered = entry.get("outcome") != "waiting" and entry.get("answered")
        asked = {"asked": entry.get("asked")[:7]}  # the month: a day could name who asked
        return asked | ({"days": working_days(entry.day("asked"), entry.day("answered"))} if answered else {})
    return {}


def _protected(entry: Entry, work: Work) -> dict[str, Any]:
    return to_public(cohort_figures(entry, work.former_of(entry))) if entry.register == "cohorts" else {}


def _with_replies(row: dict[str, Any], register: str, replies: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    own = [each for each in replies if (each["about"], each["about_entry"]) == (register, row["entry"])]
    return {**row, "replies": own} if own else row


def names_of(entries: Iterable[Entry]) -> dict[str, str]:
    """Return the names of organizations by their entry."""
    return {entry.slug: entry.get("name") for entry in entries}
