"""Tie the SECRET to its database by name: with another one, valid codes are refused and pages count a second time."""

from __future__ import annotations

import hmac
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Engine, exists, select
from sqlmodel import Session

from app.errors import SecretRefused
from app.records.audit_log import acts, record_act
from app.records.audit_seal import renew_seal, use_audit_key
from app.records.codes import Code
from app.records.database import reading, writing
from app.records.holders import Holder, list_holders
from app.records.service import Service, find_service
from app.records.staff import StaffMember
from app.records.waves import Wave
from app.services.holders.register import is_genuine
from app.settings import Settings, derive_key, make_secret, secret_name

KEYED = (Code, Holder, StaffMember, Wave)  # tables whose rows are of no use without the SECRET of their making


def check_secret(engine: Engine, settings: Settings) -> Settings:
    """Return the settings with the SECRET of this database; a new database gets one. Raises `SecretRefused`."""
    with reading(engine) as session:
        known = find_service(session)
        name = known.secret_name if known else None
    if name is None:
        settings = _name_secret(engine, settings)
    else:
        _check_name(name, settings.secret)
    key_audit_log(engine, settings.secret)
    return settings


def key_audit_log(engine: Engine, secret: bytes) -> None:
    """Let acts that are recorded through this engine extend the seal of the audit log."""
    use_audit_key(engine, derive_key(secret, "audit log"))


def is_right(session: Session, secret: bytes) -> bool:
    """Return whether the database knows no other SECRET than this one."""
    known = find_service(session)
    return known is None or hmac.compare_digest(known.secret_name, secret_name(secret))


def _check_name(name: str, secret: bytes) -> None:
    arrived = secret_name(secret) if secret else ""
    if not hmac.compare_digest(name, arrived):
        raise SecretRefused(name, f"{arrived}, which is another one" if arrived else "none")


def _name_secret(engine: Engine, settings: Settings) -> Settings:
    """Write the name of the SECRET into a database that has none, of this version or of an earlier one."""
    with writing(engine) as session:
        known = find_service(session)  # another process may have been faster
        if known is not None:
            name = known.secret_name
        else:
            _check_fits(session, settings.secret)
            settings = settings if settings.secret else replace(settings, secret=make_secret(settings.key_dir))
            name = secret_name(settings.secret)
            _store_name(engine, session, name, settings.secret)
    _check_name(name, settings.secret)
    return settings


def _store_name(engine: Engine, session: Session, name: str, secret: bytes) -> None:
    """Store the name and seal the log. A log that has lines says so: a row that was deleted would come back here."""
    session.add(Service(secret_name=name))
    session.flush()
    key_audit_log(engine, secret)
    chain = acts(session)
    renew_seal(session, chain)
    if chain:
        record_act(session, "commontrust", "secret named", name, datetime.now(UTC), lines=len(chain))


def _check_fits(session: Session, secret: bytes) -> None:
    """Refuse to guess: rows that an earlier version made belong to the SECRET of that time."""
    holders = list_holders(session)
    if secret and holders and not any(is_genuine(secret, each) for each in holders):
        raise SecretRefused("with which its holders were registered", f"{secret_name(secret)}, which is another one")
    if not secret and any(session.scalar(select(exists().select_from(table))) for table in KEYED):
        raise SecretRefused("with which its rows were made", "none")
