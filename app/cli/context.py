"""Provide what most commands need: the settings, a migrated database, and the acting person with the time."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine

from app.records.database import connect
from app.records.schema import check_is_migrated
from app.services.common.actor import Actor
from app.services.holders.service_secret import check_secret
from app.settings import Settings, load_settings


@dataclass(frozen=True)
class CommandContext:
    settings: Settings
    engine: Engine
    actor: Actor


@contextmanager
def command_context() -> Iterator[CommandContext]:
    settings = load_settings()
    engine = connect(settings.database_url)
    try:
        check_is_migrated(engine)
        settings = check_secret(engine, settings)
        yield CommandContext(settings, engine, Actor(_user(), datetime.now(UTC), at_machine=True))
    finally:
        engine.dispose()


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "operator"
