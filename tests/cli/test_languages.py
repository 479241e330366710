"""`commontrust language`: what an operator reads."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.cli import main
from app.language import new_language
from app.language.languages import TABLE
from app.paths import LOCALES


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A table and templates that a test may change."""
    table = Path(shutil.copy(TABLE, tmp_path / "languages.csv"))
    (tmp_path / "locales").mkdir()
    for path in LOCALES.glob("*.pot"):
        shutil.copy(path, tmp_path / "locales")
    monkeypatch.setattr(new_language.add_language, "__defaults__", (table, tmp_path / "locales"))
    monkeypatch.setattr(new_language.find_left, "__defaults__", (tmp_path / "locales",))
    return tmp_path


def run(*arguments: str) -> int | str | None:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return ended.value.code


def test_added_language_shows_the_remaining_work(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("language", "add", "de") == 0
    shown = capsys.readouterr().out
    assert "German (Deutsch), de: not offered to residents yet" in shown
    assert "script: Latn, ltr" in shown
    assert "letters: 12 of 12 sentences left" in shown
    assert (copied / "locales/de/LC_MESSAGES/letters.po").exists()


def test_a_script_without_a_font_is_named(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("language", "add", "ta") == 0
    assert "add a font with the script Taml to app/services/pdf/fonts.py" in capsys.readouterr().out


def test_a_bad_tag_ends_with_status_2(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("language", "add", "Deutsch") == 2
    assert "Expected a language tag such as de or zh-Hant, got 'Deutsch'." in capsys.readouterr().err


def test_the_status_of_a_complete_language(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("language", "status", "es") == 0
    shown = capsys.readouterr().out
    assert "Spanish (Español), es: offered to residents" in shown
    assert "letters: 0 of 12 sentences left" in shown
