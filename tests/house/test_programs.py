"""A machine without root or apt runs all tests that it can, and learns what did not run and how to get it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import programs
from tests.programs import NEED_ALL, PROGRAMS, describe_skipped, find_chromium, require

ROOT = Path(__file__).parents[2]


def test_missing_program_skips_a_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NEED_ALL, raising=False)
    monkeypatch.setattr(programs, "PROGRAMS", {"pspp": programs.Program("PSPP", lambda: False, ("pspp",), "")})
    with pytest.raises(pytest.skip.Exception, match="needs pspp"):
        require("pspp")


def test_missing_program_fails_where_all_are_expected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NEED_ALL, "1")
    monkeypatch.setattr(programs, "PROGRAMS", {"pspp": programs.Program("PSPP", lambda: False, ("pspp",), "")})
    with pytest.raises(pytest.fail.Exception, match="needs pspp"):
        require("pspp")


def test_summary_counts_skipped_tests_with_install_commands() -> None:
    reasons = ["('a.py', 3, 'Skipped: needs pspp')", "('b.py', 3, 'Skipped: needs pspp')", "Skipped: another reason"]
    assert describe_skipped([*reasons, "Skipped: needs root"]) == [
        "not run: 2 tests that need PSPP (apt-get install pspp, or brew install pspp)",
        "not run: 1 tests that need root on Linux, to mount a small disk (sudo)",
    ]


def test_every_required_program_is_in_the_table() -> None:
    called = subprocess.run(
        ["git", "grep", "-hoE", r'require\("[a-z", 0-9]+\)', "tests"], cwd=ROOT, capture_output=True
    )
    named = {name for name in called.stdout.decode().split('"')[1::2] if name != ", "}
    assert named == PROGRAMS.keys()


@pytest.mark.parametrize(
    "inside",
    [
        ".cache/ms-playwright/chromium-1200/chrome-linux64/chrome",
        "Library/Caches/ms-playwright/chromium-1200/chrome-mac-arm64/Chrome for Testing.app/Contents/MacOS/Chrome",
    ],
)
def test_browser_of_playwright_is_found(inside: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COMMONTRUST_CHROMIUM", "PLAYWRIGHT_BROWSERS_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(programs, "APPLICATIONS", ())
    assert find_chromium.__wrapped__() is None
    (tmp_path / inside).parent.mkdir(parents=True)
    (tmp_path / inside).touch()
    assert find_chromium.__wrapped__() == str(tmp_path / inside)


def test_preparation_succeeds_without_apt(tmp_path: Path) -> None:
    """The script ends well on a machine whose PATH holds neither apt nor any of the programs."""
    for name in ("bash", "id", "dirname"):
        (tmp_path / name).symlink_to(Path("/usr/bin") / name)
    (tmp_path / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    (tmp_path / "python").chmod(0o755)
    environ = {"PATH": str(tmp_path), "HOME": str(tmp_path), "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    script = [str(tmp_path / "bash"), str(ROOT / ".ci" / "system-packages"), str(tmp_path)]
    done = subprocess.run(script, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Not on this machine:" in done.stderr
    assert "pspp" in done.stderr
    assert "The tests that need them are skipped." in done.stderr
