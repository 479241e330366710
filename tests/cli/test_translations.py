"""Translations from the terminal: where they stand, a signature, out to a translator and back."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run


def test_translator_signature_appears_in_the_status(run: Run) -> None:
    run("migrate")
    assert "es        draft" in run("translations", "status")[1]
    who = ("--role", "community reviewer", "--signer")
    assert run("translations", "sign", "es", "letters", "reviewed", *who, "Ana López")[:2] == (
        0,
        "es/letters is reviewed: 12 sentences signed by Ana López.\n",
    )
    assert run("translations", "sign", "es", "letters", "adjudicated", *who, "ana lópez") == (
        2,
        "",
        "The es translation of letters cannot be signed as adjudicated: expected another person to review the current "
        "sentences first.\n",
    )
    assert run("translations", "sign", "es", "letters", "adjudicated", *who, "Bo")[0] == 0
    stated = run("translations", "status", "es")[1]
    assert "letters: adjudicated, 12 sentences\n" in stated
    assert "reviewed by Ana López, community reviewer\n" in stated
    assert run("translations", "status", "xx")[0] == 2


def test_a_file_for_translators_is_written_once_and_taken_back(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "letters.xlf"
    arguments = ("translations", "export", "es", "letters", "--output", str(file))
    assert run(*arguments)[1] == f"es/letters is in {file}.\n"
    assert run(*arguments)[0] == 2, "an existing file is not overwritten"
    assert run("translations", "import", "es", "letters", str(file))[1] == (
        "letters.po holds 12 sentences, 0 of them new or changed.\n"
    )
    file.write_bytes(b"\xff\xfe\x00")
    code, said, stated = run("translations", "import", "es", "letters", str(file))
    assert (code, said) == (2, "")
    assert stated.startswith("Expected a usable translation in ")
