"""Check the second factor of the staff: six digits of a phone app (RFC 6238), or one of ten recovery codes.

The app's secret is sealed with a key derived from SECRET, so that a stolen database alone makes no codes.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime

import pyotp
from nacl.secret import SecretBox

from app.services.ballots.invitation_codes import ALPHABET

ISSUER = "Commontrust"
STEP = 30  # seconds
SLACK = 1  # steps that a phone's clock may be off
RECOVERY_CODES, RECOVERY_LENGTH = 10, 16  # 80 bits each


def draw_totp() -> str:
    return pyotp.random_base32()


def seal_totp(totp: str, secret: bytes) -> bytes:
    return bytes(_box(secret).encrypt(totp.encode()))


def open_totp(sealed: bytes, secret: bytes) -> str:
    return _box(secret).decrypt(sealed).decode()


def _box(secret: bytes) -> SecretBox:
    return SecretBox(hashlib.blake2b(secret, digest_size=SecretBox.KEY_SIZE, person=b"staff totp").digest())


def totp_address(totp: str, name: str) -> str:
    """Return the contents of the QR code for the app."""
    return pyotp.TOTP(totp).provisioning_uri(name=name, issuer_name=ISSUER)


def find_step(totp: str, code: str, after: int, now: datetime) -> int | None:
    """Return the time step of the code, if it is later than the last one used."""
    app, current = pyotp.TOTP(totp), int(now.timestamp()) // STEP
    steps = range(current - SLACK, current + SLACK + 1)
    matching = [step for step in steps if hmac.compare_digest(app.at(step * STEP).encode(), code.encode())]
    return next((step for step in matching if step > after), None)


def draw_recovery_codes() -> list[str]:
    return ["".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]


def recovery_hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def format_recovery_code(code: str) -> str:
    """Return a recovery code in groups of four, for paper.

    >>> format_recovery_code("0123456789ABCDEF")
    '0123-4567-89AB-CDEF'
    """
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def read_code(typed: str) -> str:
    """Return a code of either kind without spaces and dashes.

    >>> read_code(" 123 456 "), read_code("0123-4567-89ab-cdef")
    ('123456', '0123456789ABCDEF')
    """
    return typed.replace(" ", "").replace("-", "").upper()
