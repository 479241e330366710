"""An optional package that is missing is named when the service starts, with the way to install it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from app import extras
from app.errors import NotInstalled
from app.extras import EXTRAS, describe_missing
from app.records.database import connect
from tests.cli.conftest import Run

ROOT = Path(__file__).parents[2]


def lose(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda package: None if package in names else object())


def test_extras_are_those_of_the_project() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    assert EXTRAS.keys() < declared.keys()
    for name, extra in EXTRAS.items():
        assert declared[name][0].startswith(extra.package)


def test_missing_extras_are_described_with_their_command(monkeypatch: pytest.MonkeyPatch) -> None:
    lose(monkeypatch)
    assert describe_missing() == []
    lose(monkeypatch, "typst", "psycopg")
    assert [sentence.rpartition("install ")[2] for sentence in describe_missing()] == [
        "commontrust[pdf].",
        "commontrust[postgres].",
    ]


def test_postgresql_without_its_driver_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    lose(monkeypatch, "psycopg")
    with pytest.raises(NotInstalled, match=r"install commontrust\[postgres\]\."):
        connect("postgresql://ct@db/ct")


def test_serve_shows_missing_extras_before_it_starts(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("migrate")
    monkeypatch.setattr("uvicorn.run", lambda *_, **__: None)
    monkeypatch.setenv("COMMONTRUST_PROCESSES", "1")
    lose(monkeypatch, "typst")
    status, _, said = run("serve", "--no-jobs")
    assert status == 0
    assert "Expected the package typst for PDF files of reports and scorecards, found none" in said


def test_serve_refuses_a_storage_without_its_package(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("migrate")
    monkeypatch.setattr("fsspec.core.url_to_fs", lambda url: (_ for _ in ()).throw(ImportError("Install s3fs")))
    monkeypatch.setenv("COMMONTRUST_STORE_URL", "s3://key:secret@city/data")
    status, _, said = run("serve", "--no-jobs")
    assert status == 2
    assert "in the setting COMMONTRUST_STORE_URL, got 'Install s3fs'." in said
    assert "secret" not in said
