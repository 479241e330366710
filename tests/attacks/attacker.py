"""An attacker who holds a copy of one machine: its database, journal, mirror and key folder, and all of this code.

The attacker tries every private key that lies unwrapped in the copy on every sealed answer that lies there, layer by
layer, and remembers what stood beside each answer.
"""

from __future__ import annotations

import base64
import json
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from app.settings import Settings

KEY_SIZE = 32


@dataclass(frozen=True)
class SealedAnswer:
    """Hold a sealed answer as it was found, with the hash of the code that stood beside it."""

    box: str
    sealed: bytes
    code: bytes | None = None


@dataclass
class Loot:
    """Hold what an attacker got: texts of answers, and codes that certainly belong to one of them."""

    read: set[bytes] = field(default_factory=set)
    links: dict[bytes, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Copy:
    """Hold a copy of everything on one machine."""

    folder: Path

    def envelopes(self) -> Iterator[SealedAnswer]:
        yield from self._in_database()
        for path in self.folder.glob("mirror/*/*"):
            for line in path.read_bytes().splitlines():
                document = json.loads(line)
                if "sealed" not in document:  # a code that bought a token
                    continue
                code = base64.b64decode(document["code"]) if "code" in document else None
                yield SealedAnswer(path.parent.name, base64.b64decode(document["sealed"]), code)

    def _in_database(self) -> Iterator[SealedAnswer]:
        for path in self.folder.glob("data/*.sqlite3"):
            connection = sqlite3.connect(path)
            yield from (
                SealedAnswer(box, sealed) for box, sealed in connection.execute("SELECT box_id, sealed FROM envelope")
            )
            connection.close()

    def keys(self) -> list[bytes]:
        """Return every file of the key folder that is as long as a private key."""
        files = [path for path in (self.folder / "keys").rglob("*") if path.is_file()]
        return [content for path in files if len(content := path.read_bytes()) == KEY_SIZE]


def copy_machine(settings: Settings, target: Path) -> Copy:
    """Copy all that lies on the machine, as a snapshot at night does."""
    parts = {"data": settings.data_dir, "keys": settings.key_dir, "mirror": settings.mirror_dir}
    for name, folder in parts.items():
        if folder is not None and folder.exists():
            shutil.copytree(folder, target / name)
    return Copy(target)


def attack(copy: Copy) -> Loot:
    """Read and link what the copy allows."""
    return attack_envelopes(list(copy.envelopes()), copy.keys())


def attack_envelopes(envelopes: list[SealedAnswer], keys: list[bytes]) -> Loot:
    loot = Loot()
    for each in envelopes:
        for text in open_with(each.sealed, each.box, keys):
            loot.read.add(text)
            if each.code is not None:
                loot.links[each.code] = text
    return loot


def open_with(sealed: bytes, box: str, keys: list[bytes]) -> Iterator[bytes]:
    """Yield every text that any of the keys opens, through one envelope or two."""
    for key in keys:
        yield from open_single(sealed, key)
    for inner in [inner for key in keys for inner in open_layer(sealed, box, key, "outer")]:
        yield from (text for key in keys for text in open_layer(inner, box, key, "inner"))


def open_single(sealed: bytes, key: bytes) -> Iterator[bytes]:
    try:
        yield SealedBox(PrivateKey(key)).decrypt(sealed)
    except (CryptoError, ValueError):
        return


def open_layer(sealed: bytes, box: str, key: bytes, layer: str) -> Iterator[bytes]:
    try:
        from app.services.ballots import envelopes
        from app.services.holders.hpke import NotOpened
    except ImportError:  # the code before there were two envelopes
        return
    try:
        if layer == "outer":
            yield envelopes.open_outer(key, box, sealed).sealed
        else:
            yield envelopes.open_inner(key, box, sealed)
    except (NotOpened, ValueError):
        return
