"""Sign the sentences of a round in a language: each needs a reviewer who did not translate it, and another person."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine

from app.language.review_state import ADJUDICATED, PRETESTED, REVIEWED, STEPS, digest_of, signer_key
from app.records.audit_log import record_act
from app.records.database import writing
from app.records.sign_offs import SignOff
from app.records.waves import get_wave
from app.services.accounts.second_person import check_counts
from app.services.common.actor import Actor
from app.services.translations.sign_offs import LONGEST_NAME, SignatureRefused
from app.services.translations.workbench import (
    CHECKED,
    MISSING,
    SIGNED,
    STALE,
    TRANSLATED,
    Workbench,
    WorkSentence,
    read_workbench,
)

# The states of the sentences that a step signs.
OPEN_TO: dict[str, tuple[str, ...]] = {REVIEWED: (TRANSLATED,), ADJUDICATED: (CHECKED,), PRETESTED: (SIGNED,)}


def find_next_step(bench: Workbench) -> str:
    """Return the step that a round in a language needs next: the first whose sentences are not signed."""
    return next((step for step in (REVIEWED, ADJUDICATED) if find_unsigned(bench, step)), PRETESTED)


def find_unsigned(bench: Workbench, step: str) -> list[WorkSentence]:
    """Return the sentences that a step would sign."""
    return [each for each in bench.sentences if each.state in OPEN_TO[step]]


def find_unseen(bench: Workbench, step: str, signer: str) -> list[WorkSentence]:
    """Return the sentences that a person must look at before signing a step."""
    return [each for each in find_unsigned(bench, step) if signer_key(signer) not in each.seen_by]


def find_obstacle_of(bench: Workbench, step: str, signer: str) -> str | None:
    """Return the reason why a person cannot sign a step now, or None."""
    missing = bench.count(MISSING) + bench.count(STALE)
    if missing:
        return f"expected a translation of every sentence, found {missing} without one"
    wanted = find_unsigned(bench, step)
    if step != REVIEWED and (early := bench.count(TRANSLATED) + (bench.count(CHECKED) if step == PRETESTED else 0)):
        return f"expected the step before to be signed, found {early} sentences without it"
    if not wanted:
        return "expected sentences that wait for this step, found none"
    return _find_same_person(wanted, step, signer) or _describe_unseen(find_unseen(bench, step, signer))


def _find_same_person(wanted: Sequence[WorkSentence], step: str, signer: str) -> str | None:
    me = signer_key(signer)
    if step == REVIEWED:
        own = sum(bool(each.translator) and signer_key(each.translator) == me for each in wanted)
        return f"expected another person than the translator, who made {own} of these sentences" if own else None
    if step == ADJUDICATED:
        own = sum(each.reviewers == {me} for each in wanted)
        return f"expected another person than the reviewer, who signed {own} of these sentences" if own else None
    return None


def _describe_unseen(unseen: Sequence[WorkSentence]) -> str | None:
    return f"expected you to look at every sentence, found {len(unseen)} to look at" if unseen else None


def sign_round(engine: Engine, slug: str, language: str, step: str, role: str, actor: Actor) -> int:
    """Sign what waits for a step, as it is now, and return the number of sentences."""
    with writing(engine) as session:
        check_counts(session, actor.name)
        wave = get_wave(session, slug)
        bench = read_workbench(session, wave, language)
        if step not in STEPS:
            raise SignatureRefused(language, bench.catalog, step, f"expected one of {', '.join(STEPS)}")
        if not 0 < len(role.strip()) <= LONGEST_NAME:
            reason = f"expected a role of 1 to {LONGEST_NAME} letters, got {len(role.strip())}"
            raise SignatureRefused(language, bench.catalog, step, reason)
        if obstacle := find_obstacle_of(bench, step, actor.name):
            raise SignatureRefused(language, bench.catalog, step, obstacle)
        signed = sorted(each.fingerprint for each in find_unsigned(bench, step))
        row = SignOff(
            language=language,
            domain=bench.catalog,
            step=step,
            signer=actor.name,
            role=role.strip(),
            signed_on=actor.now.date(),
            digest=digest_of(signed),
            sentences=signed,
        )
        session.add(row)
        facts = {"step": step, "sentences": len(signed), "digest": row.digest}
        record_act(session, actor.name, "translation signed", f"{slug}/{language}", actor.now, **facts)
        return len(signed)
