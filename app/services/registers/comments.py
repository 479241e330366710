"""Receive comments from anyone without an account, and let two people decide which ones are shown.

A comment has no name, no network address and no day: only the month in which it came. Its entry has a random name, and
the audit log has no line for it.
"""

from __future__ import annotations

import secrets
from datetime import date
from typing import Literal

from sqlalchemy import Engine
from sqlmodel import Session

from app.errors import NotFound, Refused
from app.records.audit_log import record_act
from app.records.communities import get_community
from app.records.database import reading, writing
from app.records.register_entries import RegisterEntry, add_entry, entries_of, rewrite_entries
from app.services.accounts.second_person import check_counts
from app.services.common.actor import Actor
from app.services.registers.entries import Entry
from app.services.registers.fields import read_names

COMMENTS = "comments"
KINDS = ("comment", "dispute", "ask")
LONGEST, LONGEST_SUBJECT = 1000, 120
MOST_WAITING = 500  # of one community; more than this is a flood
DECIDING = 2  # people

Slip = Literal["empty", "too_long", "full"]
Side = Literal["for", "against"]
DECISIONS = {"for": "shown", "against": "refused"}


class AlreadySaid(Refused):
    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"Expected a second person to decide, got {name} again.")


def receive_comment(
    engine: Engine, community: str, about: str, kind: str, words: str, lang: str, today: date
) -> Slip | None:
    """Store a comment that waits for two people, or return why not."""
    words, about = words.strip(), about.strip()
    if not words or not about or kind not in KINDS:
        return "empty"
    if len(words) > LONGEST or len(about) > LONGEST_SUBJECT:
        return "too_long"
    with writing(engine) as session:
        community_id = get_community(session, community).id or 0
        if len(_waiting(session, community_id)) >= MOST_WAITING:
            return "full"
        add_entry(
            session,
            RegisterEntry(
                community_id=community_id, kind=COMMENTS, slug=secrets.token_hex(8), lang=lang,
                values={"about": about, "kind": kind, "words": words}, entered_on=today.replace(day=1),
            ),
        )  # fmt: skip
        rewrite_entries(session, COMMENTS)
    return None


def list_waiting(engine: Engine, community: str) -> list[Entry]:
    with reading(engine) as session:
        return [Entry.of(row) for row in _waiting(session, get_community(session, community).id or 0)]


def decide_comment(engine: Engine, community: str, slug: str, side: Side, actor: Actor) -> bool:
    """Note one person's decision; return whether two people have now decided alike.

    Raises
    ------
    AlreadySaid
        The person has decided on this comment before.
    NotConfirmed
        A second operator has not confirmed the person's account.
    """
    with writing(engine) as session:
        check_counts(session, actor.name)
        community_id = get_community(session, community).id or 0
        found = next((row for row in _waiting(session, community_id) if row.slug == slug), None)
        if found is None:
            raise NotFound("waiting comment", slug)
        names = {each: read_names(found.values.get(each, "")) for each in DECISIONS}
        if any(actor.name in each for each in names.values()):
            raise AlreadySaid(actor.name)
        agreed = (*names[side], actor.name)
        values = {**found.values, side: ", ".join(agreed)}
        is_decided = len(agreed) >= DECIDING
        if is_decided:
            values["decision"] = DECISIONS[side]
        add_entry(
            session,
            RegisterEntry(
                community_id=community_id, kind=COMMENTS, slug=slug, lang=found.lang, values=values,
                entered_on=found.entered_on, revision=found.revision + 1,
            ),
        )  # fmt: skip
        rewrite_entries(session, COMMENTS)
        record_act(session, actor.name, "comment decided", community, actor.now, entry=slug, decision=DECISIONS[side])
    return is_decided


def _waiting(session: Session, community_id: int) -> list[RegisterEntry]:
    return [row for row in entries_of(session, community_id, (COMMENTS,)) if not row.values.get("decision")]
