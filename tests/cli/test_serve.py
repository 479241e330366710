"""A worker freezes its objects at the start, so that the garbage collector skips them."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from app.cli.serve import application
from tests.faults.processes import environment
from tests.services.making import make_database, make_settings


def test_worker_startup_objects_are_frozen_in_gc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = make_settings(tmp_path)
    make_database(settings).dispose()
    for name, value in environment(settings).items():
        monkeypatch.setenv(name, value)
    before = gc.get_freeze_count()
    try:
        made = application()
        assert made.state.settings == settings
        assert gc.get_freeze_count() > before + 50_000
    finally:
        gc.unfreeze()
