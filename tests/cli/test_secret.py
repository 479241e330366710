"""The SECRET belongs to its database: no command works without it, and none makes a new one beside an old database."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from app.cli.serve import application
from app.errors import SecretRefused, TooOpen
from app.private_files import tighten
from app.records.database import connect
from app.records.schema import migrate
from app.services.holders.service_secret import check_secret
from app.settings import load_settings, secret_name
from tests.cli.conftest import Run
from tests.services.making import make_database, make_settings

COMMANDS = (["migrate"], ["serve"], ["work", "--until-idle"], ["wave", "list"], ["audit", "verify"], ["demo"])


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    settings = replace(make_settings(folder), secret=b"")
    engine = connect(settings.database_url)
    migrate(engine)
    check_secret(engine, settings)
    engine.dispose()
    return folder


@pytest.fixture
def folder(template: Path, tmp_path: Path, run: Run) -> Path:
    """A service that has run once, so that its database knows a SECRET."""
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    return tmp_path


def test_new_database_gets_a_secret_and_keeps_its_name(folder: Path) -> None:
    settings = load_settings()
    engine = connect(settings.database_url)
    with engine.connect() as connection:
        (name,) = connection.execute(text("SELECT secret_name FROM service")).one()
    engine.dispose()
    assert settings.secret == (folder / "keys" / "secret").read_bytes()
    assert name == secret_name(settings.secret)
    assert settings.secret.decode() not in name


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_works_without_the_secret_of_its_database(folder: Path, run: Run, command: list[str]) -> None:
    name = secret_name(load_settings().secret)
    shutil.rmtree(folder / "keys")
    status, _, said = run(*command)
    assert (status, said.count("\n")) == (2, 1)
    assert f"Expected the SECRET {name} of this database in COMMONTRUST_SECRET or KEY_DIR, got none" in said
    assert list((folder / "keys").iterdir()) == [], "no new one is made"


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_works_with_another_secret(
    folder: Path, run: Run, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMONTRUST_SECRET", "another" * 8)
    status, _, said = run(*command)
    assert status == 2
    assert "which is another one: bring it back from the safe" in said
    assert "another" * 8 not in said


def test_a_worker_of_the_server_refuses_too(folder: Path) -> None:
    (folder / "keys" / "secret").unlink()
    with pytest.raises(SecretRefused):
        application()


def test_database_of_an_earlier_version_gets_no_new_secret(tmp_path: Path) -> None:
    """An earlier version wrote no name: the rows that need the SECRET show that there was one."""
    settings = make_settings(tmp_path)
    engine = make_database(settings)
    with pytest.raises(SecretRefused, match=r"with which its rows were made .* got none"):
        check_secret(engine, replace(settings, secret=b""))
    with pytest.raises(SecretRefused, match=r"its holders were registered .* another one"):
        check_secret(engine, replace(settings, secret=b"o" * 32))
    assert check_secret(engine, settings) == settings
    engine.dispose()


def test_a_secret_of_the_operator_gets_no_file(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMONTRUST_SECRET", "s" * 32)
    assert run("migrate")[0] == 0
    assert list((tmp_path / "keys").iterdir()) == []


def test_files_are_open_to_their_owner_alone(folder: Path, run: Run, caplog: pytest.LogCaptureFixture) -> None:
    (folder / "data").chmod(0o755)
    (folder / "data" / "commontrust.sqlite3").chmod(0o644)
    (folder / "keys").chmod(0o750)
    (folder / "keys" / "secret").chmod(0o644)
    assert run("wave", "list")[0] == 0
    modes = {path.name: path.stat().st_mode & 0o777 for path in (folder / "data", *folder.glob("*/*"), folder / "keys")}
    assert modes.pop("data") == modes.pop("keys") == 0o700
    assert set(modes.values()) == {0o600}
    assert sum("was open to other users" in each for each in caplog.messages) == 4


def test_new_database_is_never_open_to_others(folder: Path) -> None:
    assert {path.name: path.stat().st_mode & 0o077 for path in folder.glob("*/*") if path.stat().st_mode & 0o077} == {}


def test_open_files_of_another_owner_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret"
    path.write_text("s" * 64)
    path.chmod(0o640)
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(TooOpen, match=r"open to its owner alone \(mode 0600\), got 0640 and another owner"):
        tighten(path)
    path.chmod(0o600)
    tighten(path)
