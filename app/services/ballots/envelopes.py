"""Seal answers to the public key of a box, all in one size, and keep the private keys in KEY_DIR."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from app.errors import BoxKeyMissing, Refused
from app.questionnaire.definition import Survey
from app.services.ballots.response_flags import FLAGS

PLAIN_SIZE = 4096  # every envelope, however short its answers
SEALED_SIZE = PLAIN_SIZE + 48  # libsodium adds a one-time public key and a tag
LENGTH_BYTES = 4
LONGEST_NAME = 40  # of a source and of a stratum
LONGEST_SLUG = 80  # of an agency


@dataclass(frozen=True)
class Ballot:
    """Hold the contents of an envelope: everything that is ever known of one answer."""

    source: str
    stratum: str
    agency: str
    answers: Mapping[str, Any]
    flags: tuple[str, ...] = ()

    @property
    def sample(self) -> tuple[str, str]:
        """Return the kind of sample: all that a code shows about its holder."""
        return self.source, self.stratum


def to_plain(ballot: Ballot) -> bytes:
    fields = [ballot.source, ballot.stratum, ballot.agency, ballot.answers, ballot.flags]
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def seal(ballot: Ballot, public_key: bytes) -> bytes:
    plain = to_plain(ballot)
    assert len(plain) <= PLAIN_SIZE - LENGTH_BYTES, "expected answers that fit the envelope: opening the wave checks it"
    padded = (len(plain).to_bytes(LENGTH_BYTES, "big") + plain).ljust(PLAIN_SIZE, b"\0")
    return SealedBox(PublicKey(public_key)).encrypt(padded)


def find_ballot(sealed: bytes, key: PrivateKey) -> Ballot | None:
    """Return the contents of an envelope, or None where this key does not open it."""
    try:
        padded = SealedBox(key).decrypt(sealed)
    except (CryptoError, ValueError):
        return None
    length = int.from_bytes(padded[:LENGTH_BYTES], "big")
    source, stratum, agency, answers, *flags = json.loads(padded[LENGTH_BYTES : LENGTH_BYTES + length])
    return Ballot(source, stratum, agency, answers, tuple(flags[0]) if flags else ())  # older envelopes have none


def largest_ballot(survey: Survey) -> int:
    """Return the size in bytes of the longest possible answer, names of sample and agency included."""
    answers = {
        item.code: [option.code for option in item.choices] if item.kind.takes_several else -9999
        for item in survey.items.values()
    }
    widest = "\N{EURO SIGN}"  # three bytes, as most letters beyond Latin
    ballot = Ballot(widest * LONGEST_NAME, widest * LONGEST_NAME, widest * LONGEST_SLUG, answers, FLAGS)
    return len(to_plain(ballot)) + LENGTH_BYTES


def key_path(key_dir: Path, box_id: str) -> Path:
    return key_dir / f"{box_id}.key"


@dataclass(frozen=True)
class NewKey:
    box_id: str
    public: bytes


@contextmanager
def new_key(key_dir: Path) -> Iterator[NewKey]:
    """Create a key pair and write the private key to disk before anything is sealed to it.

    A refusal deletes the key. After any other failure it stays, because the box may have been committed.
    """
    box_id, key = secrets.token_hex(8), PrivateKey.generate()
    with open(os.open(key_path(key_dir, box_id), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key.encode())
        file.flush()
        os.fsync(file.fileno())
    sync_folder(key_dir)
    try:
        yield NewKey(box_id, key.public_key.encode())
    except Refused:
        destroy_box_key(key_dir, box_id)
        raise


def load_box_key(key_dir: Path, box_id: str) -> PrivateKey:
    path = key_path(key_dir, box_id)
    try:
        return PrivateKey(path.read_bytes())
    except FileNotFoundError:
        raise BoxKeyMissing(box_id, path) from None


def destroy_box_key(key_dir: Path, box_id: str) -> None:
    """Overwrite the key, then delete it. A disk that copies on write may keep the old block: encrypt KEY_DIR."""
    path = key_path(key_dir, box_id)
    if not path.exists():
        return
    with path.open("r+b") as file:
        file.write(secrets.token_bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    sync_folder(key_dir)


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
