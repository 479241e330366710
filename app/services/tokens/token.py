"""Read the token in the text of an answer, and count each token once.

A token is the fingerprint of its key, a random prefix and a signature. The signed text is the prefix and a constant:
nothing in it comes from the code, and no two tokens are alike.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from app.services.tokens.blind_rsa import PREFIX_SIZE, verify

MESSAGE = b"commontrust token"
FINGERPRINT_SIZE = 16
SIGNATURE_SIZE = 256
TOKEN_SIZE = FINGERPRINT_SIZE + PREFIX_SIZE + SIGNATURE_SIZE
FIELD_SIZE = 4 * -(-TOKEN_SIZE // 3) + len("&%7E=")

K = TypeVar("K")


@dataclass(frozen=True)
class SealedToken:
    """Hold a token. Printing it shows nothing."""

    key: str  # the fingerprint of its key, in hexadecimal digits
    prefix: bytes = field(repr=False)
    signature: bytes = field(repr=False)

    @property
    def prepared(self) -> bytes:
        return self.prefix + MESSAGE

    @property
    def mark(self) -> bytes:
        """The hash under which a counted token is remembered; its prefix has 256 random bits."""
        return hashlib.sha256(self.prepared).digest()

    def to_text(self) -> str:
        return urlsafe_b64encode(bytes.fromhex(self.key) + self.prefix + self.signature).decode()


def read_token(text: str) -> SealedToken | None:
    """Return the token that a page wrote, or None for any other text."""
    try:
        found = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None
    if len(found) != TOKEN_SIZE:
        return None
    prefix_end = FINGERPRINT_SIZE + PREFIX_SIZE
    return SealedToken(found[:FINGERPRINT_SIZE].hex(), found[FINGERPRINT_SIZE:prefix_end], found[prefix_end:])


@dataclass
class TokenCount(Generic[K]):
    """Count the tokens of one opening. `seen` has those of earlier openings, and in the end those of this one too."""

    keys: Mapping[str, tuple[K, int]]  # by fingerprint: what the key stands for, and its modulus
    seen: set[bytes]

    def check(self, text: str) -> tuple[K, bytes] | None:
        """Return what the token's key stands for, and its mark; None for no token, a forged or an earlier one."""
        token = read_token(text)
        if token is None or token.key not in self.keys or token.mark in self.seen:
            return None
        kind, modulus = self.keys[token.key]
        return (kind, token.mark) if verify(modulus, token.prepared, token.signature) else None

    def count(self, mark: bytes) -> None:
        """Remember a token whose answer is counted."""
        self.seen.add(mark)
