"""An operator backs up, verifies and restores from the terminal, and proves that the log was not touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from app.cli.context import command_context
from app.records.database import connect
from app.services.intake.submission import BallotBox
from app.settings import load_settings
from tests.cli.conftest import Run
from tests.services.ballots.tokens.test_tokens import open_with_codes
from tests.services.making import PLAN, make_form, make_open_wave, send
from tests.services.reported import make_closed_wave


@pytest.fixture
def file(run: Run, tmp_path: Path) -> Path:
    run("migrate")
    with command_context() as context:
        make_closed_wave(context.engine, context.settings)
    return tmp_path / "house.backup"


def test_backup_commands_save_verify_and_restore(
    run: Run, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, said, steps = run("backup", str(file))
    assert status == 0
    assert said.startswith(f"{file} holds ")
    assert "… response" in steps
    assert run("verify", str(file))[1].startswith(f"{file} is complete: ")
    assert file.stat().st_mode & 0o077 == 0

    monkeypatch.setenv("COMMONTRUST_KEY_DIR", str(load_settings().key_dir))
    monkeypatch.setenv("COMMONTRUST_DATA_DIR", str(tmp_path / "elsewhere"))
    assert run("restore", str(file))[0] == 2  # not migrated
    run("migrate")
    status, said, _ = run("restore", str(file))
    assert (status, said.split()[0]) == (0, "Restored")
    status, _, why = run("restore", str(file))
    assert status == 2
    assert why.splitlines()[-1].endswith("got one that holds rows.")


def test_lost_database_is_restored_with_its_mirror(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMONTRUST_MIRROR_DIR", str(tmp_path / "mirror"))
    monkeypatch.setenv("COMMONTRUST_KEY_DIR", str(tmp_path / "keys"))
    run("migrate")
    settings = load_settings()
    engine = connect(settings.database_url)
    slug = make_open_wave(engine, settings).slug
    run("backup", str(tmp_path / "a.backup"))
    send(settings, slug, [make_form(n) for n in range(3)])
    engine.dispose()
    monkeypatch.setenv("COMMONTRUST_DATA_DIR", str(tmp_path / "elsewhere"))
    run("migrate")
    assert "3 sealed answers were restored from the mirror." in run("restore", str(tmp_path / "a.backup"))[1]
    assert "sealed answers waiting: fewer than 20" in run("wave", "status", slug)[1]


def test_file_that_is_no_backup_is_refused_in_a_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x")
    status, _, why = run("verify", str(tmp_path / "x"))
    assert (status, why.count("\n")) == (2, 1)
    assert run("verify", str(tmp_path / "nowhere"))[0] == 2


def test_log_check_passes_and_names_a_changed_line(run: Run, file: Path) -> None:
    status, said, _ = run("audit", "verify")
    fingerprint = said.split("fingerprint: ")[1].strip()
    assert status == 0
    assert run("audit", "verify", "--noted", fingerprint)[0] == 0
    assert run("audit", "verify", "--noted", "0" * 64)[0] == 1
    engine = connect(load_settings().database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE audit_event SET subject = 'another wave' WHERE id = 2"))
    engine.dispose()
    status, _, why = run("audit", "verify")
    assert (status, why.startswith("The audit log is broken at line 2 ")) == (1, True)


def test_restored_round_says_that_it_sells_no_tokens(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMONTRUST_KEY_DIR", str(tmp_path / "keys"))
    run("migrate")
    settings = load_settings()
    engine = connect(settings.database_url)
    open_with_codes(engine, settings)
    run("backup", str(tmp_path / "a.backup"))
    engine.dispose()
    monkeypatch.setenv("COMMONTRUST_DATA_DIR", str(tmp_path / "elsewhere"))
    run("migrate")
    assert f"{PLAN.slug} sells no more tokens" in run("restore", str(tmp_path / "a.backup"))[1]
    box = BallotBox(load_settings())
    wave = box.find_open_wave(PLAN.slug)
    box.stop()
    assert wave is not None
    assert (wave.is_forged, wave.tokens) == (False, None)


def test_log_without_its_end_is_found_and_sealed_again(run: Run, file: Path) -> None:
    engine = connect(load_settings().database_url)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM audit_event WHERE id > (SELECT max(id) - 3 FROM audit_event)"))
    engine.dispose()
    status, _, why = run("audit", "verify")
    assert (status, why.startswith("The audit log is shorter than its seal says")) == (1, True)
    assert run("audit", "seal")[1].endswith("is sealed; before, it was cut.\n")
    assert run("audit", "verify")[0] == 0
