"""Register the holders of a service and hand out their one-time keys, each to one box.

A writer of the database could add a holder or a key. So each holder carries a seal that is keyed with the
service's SECRET, each key the signature of its holder, and each box a seal over all of its keys.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from app.errors import BoxKeysForged, HolderRefused, HoldersMissing
from app.records.audit_log import record_act
from app.records.ballots import Box, HeldBox
from app.records.database import reading, writing
from app.records.holders import Holder, HolderKey, count_unused, find_holder, list_holders, unused_keys
from app.records.waves import Wave
from app.services.common.actor import Actor
from app.services.holders.identity import (
    OPERATOR,
    ROLES,
    SECOND,
    fingerprint_of,
    is_signed,
    key_statement,
)
from app.services.holders.key_files import SignedKey, UnlockedHolder, find_folder
from app.settings import Settings

LONGEST_NAME = 120
FEW_KEYS = 3  # with fewer unused keys a holder should make more


@dataclass(frozen=True)
class PublicHolder:
    """Hold all that others may know of a holder, as its file carries it."""

    name: str
    role: str
    identity: bytes
    keys: tuple[SignedKey, ...]

    @property
    def fingerprint(self) -> str:
        return fingerprint_of(self.identity)

    def to_bytes(self) -> bytes:
        keys = [[key.public.hex(), key.signature.hex()] for key in self.keys]
        document = {"name": self.name, "role": self.role, "identity": self.identity.hex(), "keys": keys}
        return json.dumps(document, indent=1, ensure_ascii=False).encode()


def publish_keys(holder: UnlockedHolder, count: int) -> PublicHolder:
    """Make one-time keys and return their public halves."""
    folder = holder.folder
    return PublicHolder(folder.name, folder.role, folder.identity, tuple(holder.make_keys(count)))


def read_public(source: Path) -> PublicHolder:
    """Read the public file of a holder."""
    try:
        return to_public(json.loads(source.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise HolderRefused("a public file that `commontrust holder new` made", f"{source}") from None


def to_public(document: Any) -> PublicHolder:
    """Return a holder from the document of its file; raise `KeyError`, `TypeError` or `ValueError` for another one."""
    keys = tuple(SignedKey(bytes.fromhex(public), bytes.fromhex(signed)) for public, signed in document["keys"])
    return PublicHolder(document["name"], document["role"], bytes.fromhex(document["identity"]), keys)


def add_holder(engine: Engine, settings: Settings, holder: PublicHolder, actor: Actor) -> int:
    """Register a holder, or add keys to a registered one, and return the number of new keys."""
    _check(holder)
    with writing(engine) as session:
        known = find_holder(session, holder.fingerprint)
        if known is None:
            _check_name(session, holder)
            session.add(_to_row(settings.secret, holder, actor))
            session.flush()
        elif not is_genuine(settings.secret, known):
            raise HolderRefused("a holder as this service registered it", "another row in the database")
        new = [key for key in holder.keys if session.get(HolderKey, key.id) is None]
        session.add_all(_key_row(holder, key) for key in new)
        facts = {"role": holder.role, "fingerprint": holder.fingerprint, "keys": len(new)}
        record_act(session, actor.name, "holder added", holder.name, actor.now, **facts)
    return len(new)


def _check(holder: PublicHolder) -> None:
    if holder.role not in ROLES or not 0 < len(holder.name) <= LONGEST_NAME:
        raise HolderRefused(f"a name of at most {LONGEST_NAME} characters and a role", f"{holder.role!r}")
    for key in holder.keys:
        if not is_signed(holder.identity, key_statement(holder.role, key.public), key.signature):
            raise HolderRefused("keys with the signature of their holder", "a key with another signature")


def _check_name(session: Session, holder: PublicHolder) -> None:
    if any(each.name == holder.name for each in list_holders(session)):
        raise HolderRefused("a name that no other holder has", f"{holder.name!r}")


def _to_row(secret: bytes, holder: PublicHolder, actor: Actor) -> Holder:
    return Holder(
        fingerprint=holder.fingerprint,
        role=holder.role,
        name=holder.name,
        identity=holder.identity,
        seal=_holder_seal(secret, holder.fingerprint, holder.role, holder.name),
        added_on=actor.now.date(),
    )


def _key_row(holder: PublicHolder, key: SignedKey) -> HolderKey:
    return HolderKey(id=key.id, fingerprint=holder.fingerprint, public_key=key.public, signature=key.signature)


# --- seals of this service


def _seal(secret: bytes, label: str, *parts: object) -> bytes:
    return hmac.digest(secret, json.dumps([label, *parts]).encode(), hashlib.sha256)


def _holder_seal(secret: bytes, fingerprint: str, role: str, name: str) -> bytes:
    return _seal(secret, "holder", fingerprint, role, name)


def is_genuine(secret: bytes, holder: Holder) -> bool:
    """Return whether this service registered the holder."""
    wanted = _holder_seal(secret, holder.fingerprint, holder.role, holder.name)
    return hmac.compare_digest(holder.seal, wanted) and fingerprint_of(holder.identity) == holder.fingerprint


def box_seal(secret: bytes, box: Box, operator: str, second: str, tokens: str = "", record: str = "") -> bytes:
    """Return the seal of a box: over its keys and holders, the keys that sign tokens, and the record of its wave.

    Boxes of an earlier version cover no record, and those of a wave without tokens no keys.
    """
    keys = [part.hex() if part else None for part in (box.public_key, box.second_key, box.signatures)]
    later = [*([tokens] if tokens else []), *(["record", record] if record else [])]
    return _seal(secret, "box", box.id, box.wave_id, operator, second, *keys, *later)


def check_box(secret: bytes, held: HeldBox) -> None:
    """Refuse public keys that this service did not put into the box, or that belong to other holders."""
    if held.box.seal is None or not hmac.compare_digest(held.box.seal, box_seal(secret, *held)):
        raise BoxKeysForged(held.box.id)


# --- keys for a box


@dataclass(frozen=True)
class WaveHolders:
    """Hold the fingerprints of the two holders of a wave."""

    operator: str
    second: str


def choose_holders(session: Session, settings: Settings, wave: str, second: str | None = None) -> WaveHolders:
    """Choose the holders of a new wave: the operator, and the second holder by name or the one added last."""
    operators = [each for each in list_holders(session, OPERATOR) if is_genuine(settings.secret, each)]
    seconds = [each for each in list_holders(session, SECOND) if is_genuine(settings.secret, each)]
    named = [each for each in seconds if second in (None, each.name)]
    for role, found in (("operator", operators), ("second holder", named)):
        if not found:
            raise HoldersMissing(wave, f"no {role}")
    return WaveHolders(operators[-1].fingerprint, named[-1].fingerprint)


def pin_holders(session: Session, settings: Settings, wave: Wave, second: str | None = None) -> WaveHolders:
    """Write both holders into the record of a wave before it opens. Letters show the second holder's fingerprint.

    Holders that are in the record already stay, unless another one is named.
    """
    pinned = WaveHolders(wave.operator_holder, wave.second_holder)
    if pinned.second and second is None:
        return pinned
    holders = choose_holders(session, settings, wave.slug, second)
    wave.operator_holder, wave.second_holder = holders.operator, holders.second
    return holders


def make_box(session: Session, settings: Settings, wave: Wave, holders: WaveHolders, box_id: str) -> Box:
    """Return a new box with an unused key of each holder. The caller's transaction marks them as used."""
    operator = _take_key(session, settings, wave.slug, holders.operator, OPERATOR, box_id)
    second = _take_key(session, settings, wave.slug, holders.second, SECOND, box_id)
    assert wave.id is not None
    box = Box(
        id=box_id,
        wave_id=wave.id,
        public_key=operator.public_key,
        second_key=second.public_key,
        signatures=operator.signature + second.signature,
    )
    box.seal = box_seal(settings.secret, box, holders.operator, holders.second, wave.token_keys, wave.record_digest)
    return box


def _take_key(session: Session, settings: Settings, wave: str, fingerprint: str, role: str, box_id: str) -> HolderKey:
    holder = find_holder(session, fingerprint)
    if holder is None or holder.role != role or not is_genuine(settings.secret, holder):
        raise HoldersMissing(wave, f"no {role} that this service registered")
    for key in unused_keys(session, fingerprint):
        if is_usable(settings, holder, key):
            key.box_id = box_id
            return key
    raise HoldersMissing(wave, f"no unused key of {holder.name!r}")


def is_usable(settings: Settings, holder: Holder, key: HolderKey) -> bool:
    """Return whether the holder signed the key and, where its private half belongs here, still has it."""
    folder = find_folder(settings.key_dir, holder.fingerprint)
    if folder is not None and not folder.has_key(key.id):
        return False
    return is_signed(holder.identity, key_statement(holder.role, key.public_key), key.signature)


# --- the state of the holders


@dataclass(frozen=True)
class HolderStatus:
    """Describe a holder for the operator."""

    name: str
    role: str
    fingerprint: str
    unused: int
    is_here: bool
    is_wrapped: bool
    is_genuine: bool

    def sentence(self) -> str:
        where = "keys on this machine" if self.is_here else "keys on another machine"
        wrapped = ", under a passphrase" if self.is_wrapped else ""
        forged = "" if self.is_genuine else " — NOT registered by this service: someone changed the database"
        return f"{self.name} ({self.role}): {self.unused} unused keys, {where}{wrapped}; {self.fingerprint}{forged}"


def list_statuses(engine: Engine, settings: Settings) -> list[HolderStatus]:
    with reading(engine) as session:
        return [_status(session, settings, holder) for holder in list_holders(session)]


def _status(session: Session, settings: Settings, holder: Holder) -> HolderStatus:
    folder = find_folder(settings.key_dir, holder.fingerprint)
    return HolderStatus(
        holder.name,
        holder.role,
        holder.fingerprint,
        count_unused(session, holder.fingerprint),
        folder is not None,
        folder is not None and folder.is_wrapped,
        is_genuine(settings.secret, holder),
    )


def forget_unused_keys(session: Session, settings: Settings) -> list[str]:
    """Drop unused keys that a restored database may not use again, and return the names of their holders.

    An older database lists keys as unused that were used and destroyed since. Where the private keys are here, the
    missing ones are known; those of a holder elsewhere must be made anew.
    """
    emptied = []
    for holder in list_holders(session):
        here = find_folder(settings.key_dir, holder.fingerprint) is not None
        stale = [
            key for key in unused_keys(session, holder.fingerprint) if not (here and is_usable(settings, holder, key))
        ]
        for key in stale:
            session.delete(key)
        emptied += [holder.name] if stale and not here else []
    session.flush()
    return emptied
