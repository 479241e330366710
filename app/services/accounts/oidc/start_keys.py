"""Derive what a single sign-on needs from one random key, which only the cookie of the browser holds."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field


@dataclass(frozen=True)
class StartKey:
    """Hold the key of one attempt. Without it, the database shows neither state nor nonce nor verifier."""

    key: str = field(repr=False)

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.key.encode()).digest()

    @property
    def state(self) -> str:
        return self._derive("state")

    @property
    def nonce(self) -> str:
        return self._derive("nonce")

    @property
    def verifier(self) -> str:
        """The code verifier of PKCE, 43 characters (RFC 7636)."""
        return self._derive("verifier")

    @property
    def challenge(self) -> str:
        """The S256 challenge of the verifier."""
        return _base64url(hashlib.sha256(self.verifier.encode()).digest())

    def fits(self, state: str) -> bool:
        return hmac.compare_digest(self.state.encode(), state.encode())

    def _derive(self, purpose: str) -> str:
        return _base64url(hmac.digest(self.key.encode(), f"single sign-on: {purpose}".encode(), hashlib.sha256))


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
