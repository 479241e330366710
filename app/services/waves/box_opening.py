"""Open the ballot box, so that afterwards no one can know which person gave which answer.

    current ──> opening ──> opened ──> shut

A new box accepts answers before the old one is touched (current → opening). The answers move in one transaction,
shuffled and under new keys (opening → opened). Then the private keys of both holders are destroyed and all traces of
the order erased (→ shut). After an interruption the next call continues; of two calls at once, one moves the answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random, SystemRandom
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from app.errors import (
    BoxKeyMissing,
    BoxOpenedMeanwhile,
    BoxTooThin,
    EarlyOpeningRefused,
    HolderKeyMissing,
    OpenedTooSoon,
    TracesLeft,
)
from app.questionnaire.loading import load_survey
from app.questionnaire.packing import Layout, layout_of
from app.records import ballots
from app.records.audit_log import record_act
from app.records.ballots import CURRENT, OPENED, OPENING, SHUT, Box, Envelope, HeldBox, Response
from app.records.codes import mark_counted
from app.records.database import moving, reading, take_turn, writing
from app.records.order_erasure import JournalBusy, erase_order
from app.records.tokens import CountedToken, delete_token_secrets, delete_token_traces
from app.records.wave_lifecycle import OPEN, SMALLEST_BOX
from app.records.waves import Wave, get_wave
from app.services.backups.archive import write_backup
from app.services.ballots.box_keys import destroy_keys, find_sealing_keys, new_box
from app.services.ballots.envelopes import Ballot, seal
from app.services.ballots.mirror import LATEST, Mirror, MirroredEnvelope, erase_box
from app.services.common.actor import Actor
from app.services.holders.register import check_box
from app.services.holders.round_record import check_record
from app.services.waves.crowds import with_crowds
from app.services.waves.release_rule import OpeningDecision, can_open, decide_release, fewest_to_open
from app.services.waves.tallies import update_tallies
from app.services.waves.unsealing import NO_PASSPHRASE, Reading, Unlock, Unsealed, unseal
from app.settings import Settings

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Opening:
    """Count the results of an opening."""

    wave: str
    released: int = 0
    carried: int = 0
    thin: tuple[tuple[str, str], ...] = ()
    unreadable: int = 0

    def sentences(self) -> list[str]:
        """Return sentences for the operator, without exact numbers: those would show when an answer arrived.

        >>> Opening("w", released=47).sentences()
        ['At least 40 answers were unlocked. Their keys are destroyed.']
        """
        if not self.released:
            return ["There was nothing to unlock. An interrupted run, if there was one, is now finished."]
        at_least = self.released // SMALLEST_BOX * SMALLEST_BOX or "a few"
        lines = [f"At least {at_least} answers were unlocked. Their keys are destroyed."]
        if self.carried:
            lines.append(
                "Some answers stay sealed until more people of their sample source and part of the city answer."
            )
        if self.unreadable:
            count = "Fewer than 10" if self.unreadable < 10 else f"{self.unreadable // 10 * 10} or more"
            lines.append(f"{count} sealed answers could not be read and are not counted.")
        if self.thin:
            kinds = ", ".join(" / ".join(filter(None, kind)) for kind in self.thin)
            lines.append(f"The survey round is closed, so small groups of these kinds were unlocked too: {kinds}.")
        return lines


def open_boxes(
    engine: Engine,
    settings: Settings,
    slug: str,
    actor: Actor,
    chance: Random | None = None,
    progress: Progress = lambda step: None,
    unlock: Unlock = NO_PASSPHRASE,
) -> Opening:
    """Open what can be opened of a wave, with both holders' keys on this machine."""
    chance = chance or SystemRandom()
    finish_opened(engine, settings, slug)
    progress("taking new keys")
    _retire_current(engine, settings, slug, actor, unlock, chance)
    progress("unlocking and shuffling")
    opening = _open_retired(engine, settings, slug, actor, unlock, chance)
    progress("destroying the keys, erasing the order of arrival")
    finish_opened(engine, settings, slug)
    return opening


def boxes_of(session: Session, slug: str, status: str) -> list[Box]:
    wave_id = get_wave(session, slug).id
    assert wave_id is not None
    return ballots.boxes_with_status(session, wave_id, status)


# --- current → opening


def _retire_current(
    engine: Engine, settings: Settings, slug: str, actor: Actor, unlock: Unlock, chance: Random
) -> None:
    """Close the current box if it can be opened."""
    with reading(engine) as session:
        wave, current = get_wave(session, slug), boxes_of(session, slug, CURRENT)
        interrupted = bool(boxes_of(session, slug, OPENING))
        if wave.status == OPEN and not interrupted:
            check_can_open_early(wave, actor.now.date())
            envelopes = ballots.envelopes_in(session, [box.id for box in current])
            if len(envelopes) < fewest_to_open(wave.box_size):
                raise BoxTooThin(slug, fewest_to_open(wave.box_size))
            found = _unseal(session, settings, wave, current, envelopes, unlock, chance)
            if not can_open(found.ballots, wave.box_size):
                raise BoxTooThin(slug, fewest_to_open(wave.box_size))
    if wave.status != OPEN or not interrupted:
        retire(engine, settings, slug, current)


def check_can_open_early(wave: Wave, today: date) -> None:
    """Raise the reason why an open wave cannot be opened yet."""
    if not wave.second_holder:
        raise EarlyOpeningRefused(wave.slug)
    first = wave.opened_on + timedelta(days=wave.days_sealed) if wave.opened_on else today
    if today < first:
        raise OpenedTooSoon(wave.slug, first)


def retire(engine: Engine, settings: Settings, slug: str, current: Sequence[Box]) -> None:
    """Put a new box in the place of the current one; a closed wave needs none."""
    with reading(engine) as session:
        is_open = get_wave(session, slug).status == OPEN
    if not is_open:
        with writing(engine) as session:
            _retire(session, current)
        return
    with new_box(engine, settings, slug) as (session, box):
        _retire(session, current)
        session.add(box)


def _retire(session: Session, current: Sequence[Box]) -> None:
    for box in current:
        box = session.get_one(Box, box.id)
        if box.status != CURRENT:
            raise BoxOpenedMeanwhile(box.id)
        box.status = OPENING
    session.flush()


# --- opening → opened


def _open_retired(
    engine: Engine, settings: Settings, slug: str, actor: Actor, unlock: Unlock, chance: Random
) -> Opening:
    with reading(engine) as session:
        wave, boxes = get_wave(session, slug), boxes_of(session, slug, OPENING)
        envelopes = ballots.envelopes_in(session, [box.id for box in boxes])
        if not boxes:
            return Opening(slug)
        try:
            unsealed = _unseal(session, settings, wave, boxes, envelopes, unlock, chance)
        except (BoxKeyMissing, HolderKeyMissing):
            # A key that another process has destroyed after opening the box is no loss.
            with reading(engine) as later:
                check_still_opening(later, slug, [box.id for box in boxes])
            raise
    return store_answers(engine, settings, slug, actor, [box.id for box in boxes], unsealed, chance)


def _unseal(
    session: Session,
    settings: Settings,
    wave: Wave,
    boxes: Sequence[Box],
    envelopes: Sequence[Envelope],
    unlock: Unlock,
    chance: Random,
) -> Unsealed:
    holders = (wave.operator_holder, wave.second_holder)
    check_promises(session, settings, wave, boxes)
    return unseal(settings, boxes, envelopes, Reading.of(session, wave), unlock, holders, chance)


def check_promises(session: Session, settings: Settings, wave: Wave, boxes: Sequence[Box]) -> None:
    """Refuse to open boxes of a wave whose record someone changed: other rules would read the answers."""
    for box in boxes:
        if box.second_key is not None:
            check_box(settings.secret, HeldBox.of(box, wave))
    check_record(session, wave)


def check_still_opening(session: Session, slug: str, box_ids: Sequence[str]) -> None:
    opening = {box.id for box in boxes_of(session, slug, OPENING)}
    for box_id in box_ids:
        if box_id not in opening:
            raise BoxOpenedMeanwhile(box_id)


def store_answers(
    engine: Engine,
    settings: Settings,
    slug: str,
    actor: Actor,
    box_ids: Sequence[str],
    unsealed: Unsealed,
    chance: Random,
) -> Opening:
    """Store the answers of boxes and delete their envelopes, in one transaction."""
    with moving(engine) as session:
        wave = get_wave(session, slug)
        check_still_opening(session, slug, box_ids)
        release = decide_release(unsealed.ballots, wave.box_size, wave.status == OPEN, chance)
        _store_released(session, wave, release, chance)
        update_tallies(session, wave)
        ballots.delete_envelopes(session, box_ids)
        mark_counted(session, _id(wave))
        ballots.store_rows(session, CountedToken, [{"mark": each, "wave_id": wave.id} for each in unsealed.tokens])
        take_turn(session)  # as late as possible: residents wait from here until the commit
        _carry(session, settings, wave, release, chance)
        if wave.status != OPEN:
            ballots.delete_spent_numbers(session, _id(wave))
            delete_token_secrets(session, _id(wave))
            delete_token_traces(session, _id(wave))
        for box_id in box_ids:
            session.get_one(Box, box_id).status = OPENED
        opening = Opening(slug, len(release.released), len(release.carried), release.thin, unsealed.unreadable)
        # The log must not show small or exact numbers of people.
        facts = {"released": opening.released - opening.released % 5, "carried": bool(opening.carried)}
        facts |= {"unreadable": opening.unreadable - opening.unreadable % 5} if opening.unreadable else {}
        record_act(session, actor.name, "box opened", slug, actor.now, **facts)
    return opening


def _id(wave: Wave) -> int:
    assert wave.id is not None
    return wave.id


def _store_released(session: Session, wave: Wave, release: OpeningDecision, chance: Random) -> None:
    """Store the answers in an order and under keys that are independent of their envelopes."""
    labelled = with_crowds(release.released, chance)
    shuffled = chance.sample(labelled, len(labelled))
    layout = layout_of(load_survey(wave.survey_text))
    ballots.store_rows(session, Response, [_to_row(wave, layout, ballot, chance) for ballot in shuffled])


def _carry(session: Session, settings: Settings, wave: Wave, release: OpeningDecision, chance: Random) -> None:
    """Seal the answers that wait to the keys of the current box."""
    if not release.carried:
        return
    box = ballots.find_current_box(session, _id(wave))
    assert box is not None, "an open wave has a current box"
    keys = find_sealing_keys(settings.secret, HeldBox.of(box, wave))
    sealed = [seal(each, keys) for each in chance.sample(release.carried, len(release.carried))]
    rows = [{"key": chance.randbytes(16), "box_id": box.id, "sealed": each} for each in sealed]
    ballots.store_rows(session, Envelope, rows)
    mirrored = [
        MirroredEnvelope(box.id, box.wave_id, box.public_key, each, second_key=box.second_key) for each in sealed
    ]
    Mirror(settings.mirror_dir).write(mirrored)


def _to_row(wave: Wave, layout: Layout, ballot: Ballot, chance: Random) -> dict[str, Any]:
    return {
        "key": chance.randbytes(16),
        "wave_id": wave.id,
        "source": ballot.source,
        "stratum": ballot.stratum,
        "agency": ballot.agency,
        "codes": layout.pack(ballot.answers),
        "flags": " ".join(ballot.flags),
    }


# --- opened → shut


def finish_opened(engine: Engine, settings: Settings, slug: str) -> None:
    """Destroy the keys of boxes whose answers are stored, and erase their traces. Repeating it is safe.

    The opened answers should exist twice before their sealed copy is erased, so the backup comes first. Every key is
    destroyed before a failure of another step is reported.
    """
    with reading(engine) as session:
        wave, boxes = get_wave(session, slug), boxes_of(session, slug, OPENED)
        is_over = wave.status != OPEN
    if not boxes:
        return
    with ExitStack() as rest:
        rest.callback(_erase, engine, boxes[0], is_over)
        for box in boxes:
            rest.callback(erase_box, settings.mirror_dir, box.id)
            rest.callback(destroy_keys, settings, box)
        if settings.mirror_dir is not None:
            write_backup(engine, settings, settings.mirror_dir / LATEST, datetime.now(UTC))
    with writing(engine) as session:
        for box in boxes:
            session.get_one(Box, box.id).status = SHUT


def _erase(engine: Engine, box: Box, is_over: bool) -> None:
    try:
        erase_order(engine, box.wave_id, is_over)
    except JournalBusy as error:
        raise TracesLeft(box.id, str(error)) from error
