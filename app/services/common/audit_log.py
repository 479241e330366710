"""Search the audit log, and check that no line of it was changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from app.records.audit_log import AuditEvent, Search, acts, count_acts, find_break, names_in_acts, record_act
from app.records.audit_seal import FIRST, find_seal_fault, renew_seal
from app.records.database import reading, writing
from app.services.common.actor import Actor

SHOWN = 200


@dataclass(frozen=True)
class AuditPage:
    """Hold the latest acts of a search, with the names for its filters."""

    acts: tuple[AuditEvent, ...]
    found: int
    actors: tuple[str, ...]
    known: tuple[str, ...]

    @property
    def actors_to_choose(self) -> list[tuple[str, str]]:
        return [(name, name) for name in self.actors]

    @property
    def acts_to_choose(self) -> list[tuple[str, str]]:
        return [(name, name) for name in self.known]


@dataclass(frozen=True)
class ChainProof:
    """Hold the check of the log. `fingerprint` covers the whole log; `noted` shows whether an earlier one is in it."""

    count: int
    fingerprint: str
    broken: AuditEvent | None
    noted: bool | None
    seal: str = ""  # how the log differs from its seal

    @property
    def holds(self) -> bool:
        return self.broken is None and self.noted is not False and not self.seal


def find_acts(engine: Engine, search: Search) -> AuditPage:
    with reading(engine) as session:
        found = acts(session, search, newest=SHOWN)
        actors, known = names_in_acts(session)
        return AuditPage(tuple(found), count_acts(session, search), tuple(actors), tuple(known))


def all_acts(engine: Engine, search: Search) -> list[AuditEvent]:
    with reading(engine) as session:
        return acts(session, search)


def prove(engine: Engine, noted: str, actor: Actor) -> ChainProof:
    """Check the chain from its first line, and its seal, which shows that the end was cut off or all was rewritten.

    A fingerprint noted elsewhere shows even that someone put back an earlier state of the whole database.
    """
    with reading(engine) as session:
        chain = acts(session)
        fault = find_seal_fault(session, chain)
    hashes = {event.hash for event in chain}
    fingerprint = chain[-1].hash if chain else FIRST
    proof = ChainProof(len(chain), fingerprint, find_break(chain), noted in hashes if noted else None, fault)
    with writing(engine) as session:
        record_act(session, actor.name, "log verified", "audit log", actor.now, holds=proof.holds, lines=proof.count)
    return proof


def seal_again(engine: Engine, actor: Actor) -> ChainProof:
    """Seal the log as it is, and say so in the log. Returns what was wrong before."""
    with writing(engine) as session:
        chain = acts(session)
        fingerprint = chain[-1].hash if chain else FIRST
        proof = ChainProof(len(chain), fingerprint, find_break(chain), None, find_seal_fault(session, chain))
        renew_seal(session, chain)
        record_act(session, actor.name, "log sealed", "audit log", actor.now, lines=proof.count, was=proof.seal)
    return proof


def record_access(engine: Engine, act: str, subject: str, actor: Actor, **facts: object) -> None:
    """Record an act that changed nothing, such as a file that was checked or downloaded."""
    with writing(engine) as session:
        record_act(session, actor.name, act, subject, actor.now, **facts)


def acts_since(engine: Engine, act: str, since: datetime) -> int:
    with reading(engine) as session:
        return count_acts(session, Search(act=act, since=since.date()))
