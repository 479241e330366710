"""Open the ballot box, so that afterwards no one can know which person gave which answer.

    current ──> opening ──> opened ──> shut

A new box accepts answers before the old one is touched (current → opening). The answers move in one transaction,
shuffled and under new keys (opening → opened). Then all traces of their order are erased and the private key is
destroyed (→ shut). After an interruption the next call continues; of two calls at once, one moves the answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random, SystemRandom
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from app.errors import BoxDamaged, BoxKeyMissing, BoxOpenedMeanwhile, BoxTooThin, TracesLeft
from app.questionnaire.loading import load_survey
from app.questionnaire.packing import Layout, layout_of
from app.records import ballots
from app.records.audit_log import record_act
from app.records.ballots import CURRENT, OPENED, OPENING, SHUT, Box, Envelope, Response
from app.records.database import reading, writing
from app.records.order_erasure import JournalBusy, erase_order
from app.records.wave_lifecycle import OPEN, SMALLEST_BOX
from app.records.waves import Wave, get_wave
from app.services.backups.archive import write_backup
from app.services.ballots.envelopes import Ballot, destroy_box_key, find_ballot, load_box_key, new_key, seal
from app.services.ballots.mirror import LATEST, Mirror, MirroredEnvelope, erase_box
from app.services.common.actor import Actor
from app.services.waves.crowds import with_crowds
from app.services.waves.tallies import update_tallies
from app.settings import Settings

Progress = Callable[[str], None]


@dataclass(frozen=True)
class OpeningDecision:
    """Decide about the ballots of opened boxes: `carried` ones wait for more of their kind in the next box."""

    released: tuple[Ballot, ...]
    carried: tuple[Ballot, ...]
    thin: tuple[tuple[str, str], ...]  # kinds of sample released below the box size, after closing


@dataclass(frozen=True)
class Opening:
    """Count the results of an opening."""

    wave: str
    released: int = 0
    carried: int = 0
    thin: tuple[tuple[str, str], ...] = ()

    def sentences(self) -> list[str]:
        """Return sentences for the operator, without exact numbers: those would show when an answer arrived.

        >>> Opening("w", released=47).sentences()
        ['At least 40 answers were unlocked. Their key is destroyed.']
        """
        if not self.released:
            return ["There was nothing to unlock. An interrupted run, if there was one, is now finished."]
        at_least = self.released // SMALLEST_BOX * SMALLEST_BOX or "a few"
        lines = [f"At least {at_least} answers were unlocked. Their key is destroyed."]
        if self.carried:
            lines.append(
                "Some answers stay sealed until more people of their sample source and part of the city answer."
            )
        if self.thin:
            kinds = ", ".join(" / ".join(filter(None, kind)) for kind in self.thin)
            lines.append(f"The survey round is closed, so small groups of these kinds were unlocked too: {kinds}.")
        return lines


def decide_release(found: Sequence[Ballot], box_size: int, is_open: bool) -> OpeningDecision:
    """Release answers together with at least `box_size` of their kind of sample, because a code shows its kind.

    After the wave is closed no more will come, and all are released.
    """
    sizes = Counter(ballot.sample for ballot in found)
    thin = {sample for sample, size in sizes.items() if size < box_size}
    if not is_open:
        return OpeningDecision(tuple(found), (), tuple(sorted(thin)))
    released = tuple(ballot for ballot in found if ballot.sample not in thin)
    carried = tuple(ballot for ballot in found if ballot.sample in thin)
    return OpeningDecision(released, carried, ())


def open_boxes(
    engine: Engine,
    settings: Settings,
    slug: str,
    actor: Actor,
    chance: Random | None = None,
    progress: Progress = lambda step: None,
) -> Opening:
    """Open what can be opened of a wave, and finish what an earlier call had to leave."""
    _finish_opened(engine, settings, slug)
    progress("creating a new key")
    _retire_current(engine, settings, slug)
    progress("unlocking and shuffling")
    opening = _move_answers(engine, settings, slug, actor, chance or SystemRandom())
    progress("erasing the order of arrival, destroying the key")
    _finish_opened(engine, settings, slug)
    return opening


def _boxes(session: Session, slug: str, status: str) -> list[Box]:
    wave_id = get_wave(session, slug).id
    assert wave_id is not None
    return ballots.boxes_with_status(session, wave_id, status)


def _retire_current(engine: Engine, settings: Settings, slug: str) -> None:
    """Close the current box if it can be opened, after creating the next one."""
    with reading(engine) as session:
        wave, current = get_wave(session, slug), _boxes(session, slug, CURRENT)
        interrupted = bool(_boxes(session, slug, OPENING))
        if wave.status == OPEN and not interrupted:
            _check_is_full(session, settings, current, wave)
    if wave.status != OPEN:
        with writing(engine) as session:
            _retire(session, current)
    elif not interrupted:
        with new_key(settings.key_dir) as key, writing(engine) as session:
            _retire(session, current)
            session.add(Box(id=key.box_id, wave_id=current[0].wave_id, public_key=key.public))


def _check_is_full(session: Session, settings: Settings, current: Sequence[Box], wave: Wave) -> None:
    envelopes = ballots.envelopes_in(session, [box.id for box in current])
    if len(envelopes) < wave.box_size:
        raise BoxTooThin(wave.slug, wave.box_size)
    sizes = Counter(ballot.sample for ballot in _unseal(settings, envelopes))
    if max(sizes.values()) < wave.box_size:
        raise BoxTooThin(wave.slug, wave.box_size)


def _retire(session: Session, current: Sequence[Box]) -> None:
    for box in current:
        box = session.get_one(Box, box.id)
        if box.status != CURRENT:
            raise BoxOpenedMeanwhile(box.id)
        box.status = OPENING
    session.flush()


def _move_answers(engine: Engine, settings: Settings, slug: str, actor: Actor, chance: Random) -> Opening:
    with reading(engine) as session:
        box_ids = [box.id for box in _boxes(session, slug, OPENING)]
        envelopes = ballots.envelopes_in(session, box_ids)
    if not box_ids:
        return Opening(slug)
    found = _unseal_or_yield(engine, settings, slug, envelopes)
    with writing(engine) as session:
        wave = get_wave(session, slug)
        _check_still_opening(session, slug, box_ids)
        release = decide_release(found, wave.box_size, wave.status == OPEN)
        _store(session, wave, release, chance, Mirror(settings.mirror_dir))
        update_tallies(session, wave)
        ballots.delete_envelopes(session, box_ids)
        if wave.status != OPEN:
            ballots.delete_spent_numbers(session, _id(wave))
        for box_id in box_ids:
            session.get_one(Box, box_id).status = OPENED
        opening = Opening(slug, len(release.released), len(release.carried), release.thin)
        # The log must not show small or exact numbers of people.
        facts = {"released": opening.released - opening.released % 5, "carried": bool(opening.carried)}
        record_act(session, actor.name, "box opened", slug, actor.now, **facts)
    return opening


def _id(wave: Wave) -> int:
    assert wave.id is not None
    return wave.id


def _unseal_or_yield(engine: Engine, settings: Settings, slug: str, envelopes: Sequence[Envelope]) -> list[Ballot]:
    """Return the ballots. A key that another process has destroyed after opening the box is no loss."""
    try:
        return _unseal(settings, envelopes)
    except BoxKeyMissing as error:
        with reading(engine) as session:
            _check_still_opening(session, slug, [error.box])
        raise


def _check_still_opening(session: Session, slug: str, box_ids: Sequence[str]) -> None:
    opening = {box.id for box in _boxes(session, slug, OPENING)}
    for box_id in box_ids:
        if box_id not in opening:
            raise BoxOpenedMeanwhile(box_id)


def _unseal(settings: Settings, envelopes: Sequence[Envelope]) -> list[Ballot]:
    keys = {box_id: load_box_key(settings.key_dir, box_id) for box_id in {each.box_id for each in envelopes}}
    found = [find_ballot(each.sealed, keys[each.box_id]) for each in envelopes]
    damaged = [each.box_id for each, ballot in zip(envelopes, found, strict=True) if ballot is None]
    if damaged:
        raise BoxDamaged(damaged[0])
    return [ballot for ballot in found if ballot is not None]


def _store(session: Session, wave: Wave, release: OpeningDecision, chance: Random, mirror: Mirror) -> None:
    """Store the answers in an order and under keys that are independent of their envelopes."""
    labelled = with_crowds(release.released, chance)
    shuffled = chance.sample(labelled, len(labelled))
    layout = layout_of(load_survey(wave.survey_text))
    ballots.store_rows(session, Response, [_to_row(wave, layout, ballot, chance) for ballot in shuffled])
    if not release.carried:
        return
    box = ballots.find_current_box(session, _id(wave))
    assert box is not None, "an open wave has a current box"
    carried = chance.sample(release.carried, len(release.carried))
    sealed = [seal(each, box.public_key) for each in carried]
    rows = [{"key": chance.randbytes(16), "box_id": box.id, "sealed": each} for each in sealed]
    ballots.store_rows(session, Envelope, rows)
    mirror.write([MirroredEnvelope(box.id, box.wave_id, box.public_key, each) for each in sealed])


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


def _finish_opened(engine: Engine, settings: Settings, slug: str) -> None:
    """Erase the traces of boxes whose answers are stored, and their keys. Repeating it is safe."""
    with reading(engine) as session:
        box_ids = [box.id for box in _boxes(session, slug, OPENED)]
    if not box_ids:
        return
    if settings.mirror_dir is not None:
        # The opened answers must exist twice before their sealed copy is erased.
        write_backup(engine, settings, settings.mirror_dir / LATEST, datetime.now(UTC))
    try:
        erase_order(engine)
    except JournalBusy as error:
        raise TracesLeft(box_ids[0], str(error)) from error
    finally:
        for box_id in box_ids:
            erase_box(settings.mirror_dir, box_id)
            destroy_box_key(settings.key_dir, box_id)
    with writing(engine) as session:
        for box_id in box_ids:
            session.get_one(Box, box_id).status = SHUT
