"""Keep the private keys of boxes with one envelope, as earlier versions made them, in KEY_DIR.

Such a box lives until its wave is closed; a wave that is opened now gets two envelopes.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nacl.public import PrivateKey

from app.errors import BoxKeyMissing, Refused
from app.services.holders.key_files import destroy_file, write_new


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
    write_new(key_path(key_dir, box_id), key.encode())
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
    destroy_file(key_path(key_dir, box_id))
