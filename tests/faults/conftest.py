"""The same databases as in tests/services, and one warm process that forks servers for all tests of a worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.settings import Settings
from tests.faults.processes import ForkServer, Spawner
from tests.services.conftest import both_engine, both_settings, engine, postgres_server, postgres_url, settings

__all__ = ["both_engine", "both_settings", "engine", "postgres_server", "postgres_url", "settings"]


@pytest.fixture(scope="session")
def fork_server() -> Iterator[ForkServer]:
    fork_server = ForkServer()
    yield fork_server
    fork_server.close()


@pytest.fixture
def spawn(fork_server: ForkServer, tmp_path: Path) -> Callable[[Settings], Spawner]:
    """Make the spawner of a test that chooses its settings itself."""
    return lambda settings: Spawner(fork_server, settings, tmp_path / "errors")


@pytest.fixture
def spawner(spawn: Callable[[Settings], Spawner], both_settings: Settings) -> Spawner:
    return spawn(both_settings)
