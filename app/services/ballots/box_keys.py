"""Make the boxes of a wave, check their public keys before sealing, and destroy their private keys."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy import Engine
from sqlmodel import Session

from app.records.ballots import Box, HeldBox, find_current_box
from app.records.database import writing
from app.records.wave_lifecycle import OPEN
from app.records.waves import Wave, get_wave, waves_with_status
from app.services.ballots.envelopes import SealingKeys
from app.services.ballots.single_keys import destroy_box_key, key_path, load_box_key, new_key
from app.services.holders.identity import key_id
from app.services.holders.key_files import folders_in
from app.services.holders.register import WaveHolders, box_seal, check_box, make_box
from app.services.holders.round_record import check_record
from app.settings import Settings


def find_sealing_keys(secret: bytes, held: HeldBox) -> SealingKeys:
    """Return the public keys to seal with. Raises `BoxKeysForged` for keys that this service did not store."""
    check_box(secret, held)
    return SealingKeys(held.box.id, held.box.public_key, held.box.second_key)


@contextmanager
def new_box(engine: Engine, settings: Settings, slug: str) -> Iterator[tuple[Session, Box]]:
    """Open the transaction that adds a new box to a wave, with unused keys of its holders.

    A wave of an earlier version keeps one envelope; its current box, which this service sealed, says so.
    """
    with ExitStack() as stack:
        session = stack.enter_context(writing(engine))
        wave = get_wave(session, slug)
        if wave.second_holder:
            _check_wave(session, settings, wave)
            holders = WaveHolders(wave.operator_holder, wave.second_holder)
            yield session, make_box(session, settings, wave, holders, secrets.token_hex(8))
        else:
            _check_is_single(session, settings, wave)
            key = stack.enter_context(new_key(settings.key_dir))
            box = Box(id=key.box_id, wave_id=wave.id or 0, public_key=key.public)
            box.seal = box_seal(settings.secret, box, "", "")
            yield session, box


def _check_wave(session: Session, settings: Settings, wave: Wave) -> None:
    """Refuse to seal a new box over other keys for tokens, or another record, than the current one has."""
    current = find_current_box(session, wave.id or 0)
    if current is not None:
        check_box(settings.secret, HeldBox.of(current, wave))
    check_record(session, wave)


def _check_is_single(session: Session, settings: Settings, wave: Wave) -> None:
    """Refuse to go on with one envelope where the database alone says that the wave never had two."""
    current = find_current_box(session, wave.id or 0)
    if current is not None:
        check_box(settings.secret, HeldBox(current, wave.operator_holder, wave.second_holder))


def seal_single_boxes(engine: Engine, settings: Settings) -> list[str]:
    """Seal boxes of an earlier version whose private key on this machine shows that they are genuine.

    Returns the names of their waves, which keep one envelope.
    """
    with writing(engine) as session:
        found = [(wave, find_current_box(session, wave.id or 0)) for wave in waves_with_status(session, (OPEN,))]
        old = [(wave.slug, box) for wave, box in found if box is not None and _is_old(settings, box)]
        for _, box in old:
            box.seal = box_seal(settings.secret, box, "", "")
    return [slug for slug, _ in old]


def _is_old(settings: Settings, box: Box) -> bool:
    if box.seal is not None or box.second_key is not None or not key_path(settings.key_dir, box.id).exists():
        return False
    return load_box_key(settings.key_dir, box.id).public_key.encode() == box.public_key


def is_operator_key_here(settings: Settings, box_id: str, public: bytes, second: bytes | None) -> bool:
    """Return whether this machine has the operator's private key of a box."""
    if second is None:
        return key_path(settings.key_dir, box_id).exists()
    return any(folder.has_key(key_id(public)) for folder in folders_in(settings.key_dir))


def destroy_keys(settings: Settings, box: Box) -> None:
    """Destroy every private key of a box on this machine, each whatever happens to the others."""
    with ExitStack() as rest:
        rest.callback(destroy_box_key, settings.key_dir, box.id)
        if box.second_key is None:
            return
        for folder in folders_in(settings.key_dir):
            for public in (box.public_key, box.second_key):
                rest.callback(folder.destroy_key, key_id(public))
