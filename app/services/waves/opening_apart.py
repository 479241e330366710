"""Do the operator's halves of an opening with a second holder on another machine: write a file, read the answer."""

from __future__ import annotations

from pathlib import Path
from random import Random, SystemRandom

from sqlalchemy import Engine
from sqlmodel import Session

from app.errors import BoxOpenedMeanwhile, BoxTooThin, EarlyOpeningRefused, HolderKeyMissing, HolderRefused
from app.records import ballots
from app.records.audit_log import record_act
from app.records.ballots import CURRENT, OPENING, Box
from app.records.database import reading, writing
from app.records.holders import find_holder
from app.records.wave_lifecycle import OPEN
from app.records.waves import Wave, get_wave
from app.services.ballots.envelopes import InnerEnvelope
from app.services.common.actor import Actor
from app.services.holders.identity import key_id
from app.services.holders.key_files import find_folder, write_new
from app.services.holders.register import is_genuine
from app.services.waves.box_opening import (
    Opening,
    boxes_of,
    check_can_open_early,
    check_promises,
    finish_opened,
    retire,
    store_answers,
)
from app.services.waves.cosigning import CosignedFile, SealedFile, hide_agency
from app.services.waves.release_rule import fewest_to_open
from app.services.waves.unsealing import NO_PASSPHRASE, Reading, Unlock, remove_outer, second_keys
from app.settings import Settings


def export_sealed(
    engine: Engine,
    settings: Settings,
    slug: str,
    actor: Actor,
    target: Path,
    unlock: Unlock = NO_PASSPHRASE,
    chance: Random | None = None,
) -> int:
    """Write the file for the second holder and return the number of sealed answers in it.

    The boxes stay in the opening until the second holder's answer is read; until then the file can be written again.
    """
    finish_opened(engine, settings, slug)
    with reading(engine) as session:
        wave, current = get_wave(session, slug), boxes_of(session, slug, CURRENT)
        interrupted = bool(boxes_of(session, slug, OPENING))
        if not wave.second_holder:
            raise EarlyOpeningRefused(slug)
        if wave.status == OPEN and not interrupted:
            check_can_open_early(wave, actor.now.date())
            _check_is_full(session, wave, current)
    if wave.status != OPEN or not interrupted:
        retire(engine, settings, slug, current)
    file = _make_file(engine, settings, slug, unlock, chance or SystemRandom())
    write_new(target, file.to_bytes())
    with writing(engine) as session:
        record_act(session, actor.name, "box exported", slug, actor.now, holder=file.holder)
    return len(file.envelopes)


def _check_is_full(session: Session, wave: Wave, current: list[Box]) -> None:
    """Compare the number of envelopes alone: their kinds are sealed to the second holder's opening."""
    fewest = fewest_to_open(wave.box_size)
    if ballots.count_envelopes(session, [box.id for box in current]) < fewest:
        raise BoxTooThin(wave.slug, fewest)


def _make_file(engine: Engine, settings: Settings, slug: str, unlock: Unlock, chance: Random) -> SealedFile:
    with reading(engine) as session:
        wave, boxes = get_wave(session, slug), boxes_of(session, slug, OPENING)
        envelopes = ballots.envelopes_in(session, [box.id for box in boxes])
        if not boxes:
            raise BoxTooThin(slug, fewest_to_open(wave.box_size))
        inner = remove_outer(settings, boxes, envelopes, wave.operator_holder, unlock, chance)
        reply_key = boxes[0].public_key
        hidden = [(box, InnerEnvelope(hide_agency(each.labels, reply_key, slug), each.sealed)) for box, each in inner]
        return SealedFile(slug, wave.second_holder, reply_key, second_keys(boxes), hidden)


def import_cosigned(
    engine: Engine,
    settings: Settings,
    slug: str,
    actor: Actor,
    source: Path,
    unlock: Unlock = NO_PASSPHRASE,
    chance: Random | None = None,
) -> Opening:
    """Read the second holder's file and store its answers."""
    chance = chance or SystemRandom()
    file = CosignedFile.of(source)
    if file.wave != slug:
        raise HolderRefused(f"answers of {slug!r}", f"those of {file.wave!r}")
    with reading(engine) as session:
        wave, boxes = get_wave(session, slug), boxes_of(session, slug, OPENING)
        if not boxes:
            raise BoxOpenedMeanwhile(slug)
        texts = file.open(_identity(session, settings, wave), _reply_key(settings, wave, boxes[0], unlock))
        count = ballots.count_envelopes(session, [box.id for box in boxes])
        if len(texts) != count:
            raise HolderRefused("as many answers as were sealed", "another number")
        check_promises(session, settings, wave, boxes)
        unsealed = Reading.of(session, wave).read(texts)
    opening = store_answers(engine, settings, slug, actor, [box.id for box in boxes], unsealed, chance)
    finish_opened(engine, settings, slug)
    return opening


def _identity(session: Session, settings: Settings, wave: Wave) -> bytes:
    holder = find_holder(session, wave.second_holder)
    if holder is None or not is_genuine(settings.secret, holder):
        raise HolderRefused("the second holder as this service registered it", "another row in the database")
    return holder.identity


def _reply_key(settings: Settings, wave: Wave, box: Box, unlock: Unlock) -> bytes:
    folder = find_folder(settings.key_dir, wave.operator_holder)
    if folder is None:
        raise HolderKeyMissing("the operator", wave.operator_holder, settings.key_dir)
    return folder.unlock(unlock.operator).load_key(key_id(box.public_key))
