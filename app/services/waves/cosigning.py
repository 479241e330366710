"""Open a box on two machines, with a file each way.

The operator removes the outer envelopes, shuffles, and writes a file. The second holder removes the inner ones on a
machine of their own, shuffles again, and writes a file that only the operator's key of this box opens. So the operator
never has the second holder's key, and the second holder never sees the database.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

from app.errors import HolderRefused
from app.services.ballots.envelopes import LONGEST_SLUG, InnerEnvelope, Labels, pad, unpad
from app.services.holders import hpke
from app.services.holders.hpke import NotOpened
from app.services.holders.identity import is_signed, key_id
from app.services.holders.key_files import Passphrase, folders_in, write_new
from app.services.waves.unsealing import AnswerText, remove_inner

FORMAT = 1
REPLY = b"commontrust cosigned answers"
AGENCY, AGENCY_SIZE = b"commontrust agency", 4 * LONGEST_SLUG
SEALED, COSIGNED = "sealed answers", "cosigned answers"


@dataclass(frozen=True)
class SealedFile:
    """Hold what the operator hands to the second holder. `reply_key` seals the answer; it is the operator's."""

    wave: str
    holder: str
    reply_key: bytes
    keys: Mapping[str, bytes]  # of the second holder, by box
    envelopes: Sequence[tuple[str, InnerEnvelope]]

    def to_bytes(self) -> bytes:
        rows = [[box, each.labels.to_row(), _text(each.sealed)] for box, each in self.envelopes]
        return _to_bytes(
            SEALED,
            {
                "wave": self.wave,
                "holder": self.holder,
                "reply_key": self.reply_key.hex(),
                "keys": {box: key.hex() for box, key in self.keys.items()},
                "envelopes": rows,
            },
        )

    @classmethod
    def of(cls, path: Path) -> SealedFile:
        document = _read(path, SEALED)
        return cls(
            document["wave"],
            document["holder"],
            bytes.fromhex(document["reply_key"]),
            {box: bytes.fromhex(key) for box, key in document["keys"].items()},
            [
                (box, InnerEnvelope(Labels.of_row(labels), b64decode(sealed)))
                for box, labels, sealed in document["envelopes"]
            ],
        )


@dataclass(frozen=True)
class CosignedFile:
    """Hold what the second holder hands back: answers, sealed to the operator and signed by the second holder."""

    wave: str
    sealed: bytes
    signature: bytes

    def to_bytes(self) -> bytes:
        parts = {"wave": self.wave, "sealed": _text(self.sealed), "signature": self.signature.hex()}
        return _to_bytes(COSIGNED, parts)

    @classmethod
    def of(cls, path: Path) -> CosignedFile:
        document = _read(path, COSIGNED)
        return cls(document["wave"], b64decode(document["sealed"]), bytes.fromhex(document["signature"]))

    def open(self, identity: bytes, reply_private: bytes) -> list[AnswerText]:
        """Return the answers, after checking that the second holder signed them."""
        if not is_signed(identity, _statement(self.wave, self.sealed), self.signature):
            raise HolderRefused("answers that the second holder signed", "another signature")
        try:
            rows = json.loads(hpke.open_sealed(reply_private, self.sealed, REPLY, self.wave.encode()))
            found = [(_show_agency(Labels.of_row(row), reply_private, self.wave), text) for *row, text in rows]
        except NotOpened:
            raise HolderRefused("answers sealed for this opening", "those of another one") from None
        return [AnswerText(labels, _bytes_or_none(text)) for labels, text in found]


def hide_agency(labels: Labels, reply_key: bytes, wave: str) -> Labels:
    """Seal the agency in labels to the operator, so that the files of an opening show none. All have one size."""
    sealed = hpke.seal(reply_key, pad(labels.agency.encode(), AGENCY_SIZE), AGENCY, wave.encode())
    return replace(labels, agency=_text(sealed))


def _show_agency(labels: Labels, reply_private: bytes, wave: str) -> Labels:
    padded = hpke.open_sealed(reply_private, b64decode(labels.agency), AGENCY, wave.encode())
    return replace(labels, agency=unpad(padded).decode())


def cosign(
    parent: Path, source: Path, target: Path, passphrase: Passphrase | None, chance: Random | None = None
) -> int:
    """Do the second holder's half of an opening, destroy the keys of its boxes, and return the number of answers."""
    file = SealedFile.of(source)
    folder = next((each for each in folders_in(parent) if each.fingerprint == file.holder), None)
    if folder is None:
        raise HolderRefused(f"the keys of the holder {file.holder} in {parent}", "none")
    holder = folder.unlock(passphrase)
    texts = remove_inner(holder, file.keys, file.envelopes, chance or SystemRandom())
    rows = [[*each.labels.to_row(), each.text and _text(each.text)] for each in texts]
    sealed = hpke.seal(file.reply_key, json.dumps(rows).encode(), REPLY, file.wave.encode())
    write_new(target, CosignedFile(file.wave, sealed, holder.sign(_statement(file.wave, sealed))).to_bytes())
    # The answers are on the disk, sealed to the operator: from here on no one needs these keys.
    for public in file.keys.values():
        folder.destroy_key(key_id(public))
    return len(texts)


def _statement(wave: str, sealed: bytes) -> bytes:
    return b"commontrust cosigned\0" + wave.encode() + b"\0" + sealed


def _text(content: bytes) -> str:
    return b64encode(content).decode()


def _bytes_or_none(text: str | None) -> bytes | None:
    return None if text is None else b64decode(text)


def _to_bytes(kind: str, parts: Mapping[str, Any]) -> bytes:
    return json.dumps({"format": FORMAT, "kind": kind, **parts}, ensure_ascii=False).encode()


def _read(path: Path, kind: str) -> dict[str, Any]:
    try:
        document = json.loads(path.read_bytes())
        if (document["format"], document["kind"]) == (FORMAT, kind):
            return dict(document)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass
    raise HolderRefused(f"a file of {kind} for an opening", f"{path}")
