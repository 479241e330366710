"""Find out whether an answer that is sent now would be stored: each check has one plain word for the operator."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, select

from app.records.ballots import SpentNumber
from app.records.database import reading, share_turn
from app.records.wave_lifecycle import OPEN
from app.records.waves import Wave
from app.services.holders.service_secret import is_right
from app.services.intake.group_commit import Writer
from app.services.jobs.supervisor import is_seen
from app.services.waves.open_waves import OpenWave
from app.settings import Settings

LEAST_SPACE = 64 * 1024 * 1024  # bytes: some ten thousand sealed answers and the journals around them

CHECKS = ("database", "writer", "disk", "secret", "keys", "words", "jobs")

ListWaves = Callable[[], Sequence[OpenWave]]


def find_faults(settings: Settings, engine: Engine, writer: Writer, list_waves: ListWaves) -> tuple[str, ...]:
    """Return the word of each check that fails, in their order."""
    checks: Mapping[str, Callable[[], bool]] = {
        "database": lambda: can_write(engine),
        "writer": lambda: writer.is_alive() and not writer.is_stuck(),
        "disk": lambda: has_space(settings),
        "secret": lambda: has_secret(engine, settings),
        "keys": lambda: not any(wave.is_forged for wave in list_waves()),
        "words": lambda: are_all_shown(engine, list_waves()),
        "jobs": lambda: not settings.has_supervisor or is_seen(settings.data_dir),
    }
    return tuple(word for word, holds in checks.items() if not _holds(holds))


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (SQLAlchemyError, OSError):
        return False


def can_write(engine: Engine) -> bool:
    """Write the mark of a page as an answer does, and take it back: nothing is committed that a copy could date."""
    with Session(engine) as session:
        share_turn(session)
        wave_id = session.exec(select(Wave.id).limit(1)).first()
        if wave_id is not None:
            session.add(SpentNumber(mark=secrets.token_bytes(32), wave_id=wave_id))
            session.flush()
        session.rollback()
    return True


def has_space(settings: Settings) -> bool:
    """Return whether the disks of the data and of the mirror have room for answers."""
    return all(shutil.disk_usage(folder).free >= LEAST_SPACE for folder in _folders(settings))


def _folders(settings: Settings) -> list[Path]:
    return [settings.data_dir, *([settings.mirror_dir] if settings.mirror_dir else [])]


def has_secret(engine: Engine, settings: Settings) -> bool:
    with reading(engine) as session:
        return is_right(session, settings.secret)


def are_all_shown(engine: Engine, shown: Sequence[OpenWave]) -> bool:
    """Return whether each open wave has a page in each language, from the words with which it opened."""
    with reading(engine) as session:
        opened = set(session.exec(select(Wave.slug).where(Wave.status == OPEN)))
    return opened <= {wave.slug for wave in shown if wave.is_frozen}
