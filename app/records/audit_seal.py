"""Seal the audit log with a key that the database does not hold: a cut end and a log written anew no longer fit it.

The hashes of the chain alone need no secret, so a writer of the database could compute them for other lines.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Engine
from sqlmodel import Session

from app.records.service import Service, find_service

if TYPE_CHECKING:
    from app.records.audit_log import AuditEvent

KEY = "audit_key"  # an option of the engine, because each act of the staff is recorded through one
FIRST = "0" * 64
CUT, REWRITTEN, UNSEALED = "cut", "rewritten", "unsealed"


def use_audit_key(engine: Engine, key: bytes) -> None:
    """Seal each act that is recorded through this engine from now on."""
    engine.update_execution_options(**{KEY: key})


def seal_of(key: bytes, lines: int, last_hash: str) -> bytes:
    """Return the seal of a log of so many lines, of which the last one covers all earlier ones."""
    return hmac.digest(key, f"{lines} {last_hash}".encode(), hashlib.sha256)


def extend_seal(session: Session, event: AuditEvent) -> None:
    """Seal one line more. A log that does not fit its seal keeps it, so that the fault stays visible."""
    key, service = _key_of(session), find_service(session)
    if key is None or service is None or not _fits(key, service, event.previous_hash):
        return
    _store_seal(session, service, seal_of(key, service.audit_lines + 1, event.hash), service.audit_lines + 1)


def renew_seal(session: Session, chain: Sequence[AuditEvent]) -> None:
    """Seal the log as it is now."""
    key, service = _key_of(session), find_service(session)
    if key is not None and service is not None:
        _store_seal(session, service, seal_of(key, len(chain), chain[-1].hash if chain else FIRST), len(chain))


def find_seal_fault(session: Session, chain: Sequence[AuditEvent]) -> str:
    """Return how the log differs from its seal: cut, rewritten or unsealed; empty where it fits or none is known."""
    key, service = _key_of(session), find_service(session)
    if key is None or service is None:
        return ""
    if len(chain) < service.audit_lines:
        return CUT
    sealed = chain[: service.audit_lines]
    if not _fits(key, service, sealed[-1].hash if sealed else FIRST):
        return REWRITTEN
    return UNSEALED if len(chain) > len(sealed) else ""


def _fits(key: bytes, service: Service, last_hash: str) -> bool:
    return hmac.compare_digest(service.audit_seal or b"", seal_of(key, service.audit_lines, last_hash))


def _store_seal(session: Session, service: Service, seal: bytes, lines: int) -> None:
    service.audit_seal, service.audit_lines = seal, lines
    session.add(service)
    session.flush()


def _key_of(session: Session) -> bytes | None:
    key: bytes | None = session.get_bind().get_execution_options().get(KEY)
    return key
