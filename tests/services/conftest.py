"""A database to work on, SQLite for speed or both kinds where the database itself could be at fault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.settings import Settings
from tests.postgres import postgres_server, postgres_url
from tests.services.making import make_database, make_settings

__all__ = ["postgres_server", "postgres_url"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def both_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings for an SQLite file, then for PostgreSQL."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    return make_settings(tmp_path, url)


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    engine = make_database(settings)
    yield engine
    engine.dispose()


@pytest.fixture
def both_engine(both_settings: Settings) -> Iterator[Engine]:
    engine = make_database(both_settings)
    yield engine
    engine.dispose()
