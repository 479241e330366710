"""Keep the private keys of a holder in a folder, on the server or on the holder's own machine.

`holder.json` has the wrapped long-term key, `<key id>.key` one wrapped one-time key each. A holder without a passphrase
(the operator, whose machine is locked by other means) keeps them as they are.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.errors import HolderKeyMissing, HolderUnknown, PassphraseNeeded
from app.services.holders import secret_sharing
from app.services.holders.hpke import make_private, public_of
from app.services.holders.identity import fingerprint_of, identity_of, key_id, key_statement, make_identity, sign
from app.services.holders.wrapping import COST, Cost, Salt, check_passphrase, derive_key, make_salt, unwrap, wrap

FOLDER = "holders"
ABOUT = "holder.json"


@dataclass(frozen=True)
class SignedKey:
    """Hold a one-time public key and the holder's signature of it."""

    public: bytes
    signature: bytes

    @property
    def id(self) -> str:
        return key_id(self.public)


@dataclass(frozen=True)
class Passphrase:
    """Hold what unlocks the keys of a holder: a passphrase, or two of three shares. Printing it shows neither."""

    words: str = ""
    shares: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "Passphrase()"

    def to_key(self, salt: Salt) -> bytes:
        return secret_sharing.join(self.shares) if self.shares else derive_key(self.words, salt)


@dataclass(frozen=True)
class HolderFolder:
    """Describe the folder of one holder."""

    path: Path
    name: str
    role: str
    identity: bytes
    salt: Salt | None
    wrapped_identity: bytes

    @property
    def fingerprint(self) -> str:
        return fingerprint_of(self.identity)

    @property
    def is_wrapped(self) -> bool:
        return self.salt is not None

    def unlock(self, passphrase: Passphrase | None = None) -> UnlockedHolder:
        """Return the holder with the means to sign and to open."""
        if self.salt is None:
            return UnlockedHolder(self, None, self.wrapped_identity)
        if passphrase is None:
            raise PassphraseNeeded(self.name)
        key = passphrase.to_key(self.salt)
        return UnlockedHolder(self, key, unwrap(key, self.wrapped_identity, ABOUT))

    def has_key(self, id: str) -> bool:
        return (self.path / f"{id}.key").exists()

    def count_keys(self) -> int:
        return len(list(self.path.glob("*.key")))

    def destroy_key(self, id: str) -> None:
        """Overwrite a private key, then delete it. A key that is gone already is no error."""
        destroy_file(self.path / f"{id}.key")


@dataclass(frozen=True)
class UnlockedHolder:
    """Hold an unlocked holder for as long as one command runs. Printing it shows no key."""

    folder: HolderFolder
    _key: bytes | None
    _identity: bytes

    def __repr__(self) -> str:
        return f"UnlockedHolder({self.folder.name!r})"

    def sign(self, message: bytes) -> bytes:
        return sign(self._identity, message)

    def load_key(self, id: str) -> bytes:
        """Return a one-time private key."""
        path = self.folder.path / f"{id}.key"
        try:
            stored = path.read_bytes()
        except FileNotFoundError:
            raise HolderKeyMissing(self.folder.name, id, path) from None
        return stored if self._key is None else unwrap(self._key, stored, id)

    def make_keys(self, count: int) -> Iterator[SignedKey]:
        """Make one-time keys. Each private key is on the disk before its public key is returned."""
        for _ in range(count):
            private = make_private()
            public = public_of(private)
            id = key_id(public)
            write_new(self.folder.path / f"{id}.key", private if self._key is None else wrap(self._key, private, id))
            yield SignedKey(public, self.sign(key_statement(self.folder.role, public)))

    def split(self) -> list[str]:
        """Return three shares of the wrapping key, of which two unlock this holder."""
        if self._key is None:
            raise PassphraseNeeded(self.folder.name)
        return secret_sharing.split(self._key)


def make_folder(parent: Path, name: str, role: str, passphrase: str | None, cost: Cost = COST) -> UnlockedHolder:
    """Make a new holder under `parent`. Without a passphrase its keys are not wrapped."""
    if passphrase is not None:
        check_passphrase(passphrase)
    identity = make_identity()
    salt = make_salt(cost) if passphrase is not None else None
    key = derive_key(passphrase, salt) if passphrase is not None and salt is not None else None
    stored = identity if key is None else wrap(key, identity, ABOUT)
    path = parent / FOLDER / fingerprint_of(identity_of(identity))
    path.mkdir(mode=0o700, parents=True)
    folder = HolderFolder(path, name, role, identity_of(identity), salt, stored)
    write_new(path / ABOUT, _to_bytes(folder))
    return UnlockedHolder(folder, key, identity)


def find_folder(parent: Path, fingerprint: str) -> HolderFolder | None:
    """Return the holder's folder, or None where its keys are on another machine."""
    path = parent / FOLDER / fingerprint
    return _read(path) if (path / ABOUT).exists() else None


def get_folder(parent: Path, name: str) -> HolderFolder:
    """Return the folder of a holder by name."""
    found = {folder.name: folder for folder in folders_in(parent)}
    if name not in found:
        raise HolderUnknown(name, sorted(found))
    return found[name]


def folders_in(parent: Path) -> list[HolderFolder]:
    return [_read(path.parent) for path in sorted((parent / FOLDER).glob(f"*/{ABOUT}"))]


def _to_bytes(folder: HolderFolder) -> bytes:
    document = {
        "name": folder.name,
        "role": folder.role,
        "identity": folder.identity.hex(),
        "passphrase": folder.salt.to_json() if folder.salt else None,
        "secret": folder.wrapped_identity.hex(),
    }
    return json.dumps(document, indent=1, ensure_ascii=False).encode()


def _read(path: Path) -> HolderFolder:
    document = json.loads((path / ABOUT).read_bytes())
    salt = Salt.of(document["passphrase"]) if document["passphrase"] else None
    identity, secret = bytes.fromhex(document["identity"]), bytes.fromhex(document["secret"])
    return HolderFolder(path, document["name"], document["role"], identity, salt, secret)


def write_new(path: Path, content: bytes) -> None:
    """Write a private file that does not exist yet, durably."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def destroy_file(path: Path) -> None:
    """Overwrite a file, then delete it; where overwriting fails, delete it all the same.

    A disk that copies on write may keep the old block: encrypt KEY_DIR.
    """
    if not path.exists():
        return
    try:
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
    finally:
        path.unlink()
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
