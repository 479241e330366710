"""Encodings without a mark are guessed from whole words, and the guess is noted."""

from pathlib import Path

import pytest

from analysis.reading import TextForm
from tests.analysis.reading.tables import read, refusal, values_of

WORDS = {
    "cp1252": ["Köln", "Düsseldorf – Süd", "“Málaga”", "España"],
    "cp1250": ["Łódź", "Gdańsk", "mężczyzna"],
    "cp1251": ["Мужской", "Женский", "Не знаю"],
    "koi8-r": ["Мужской", "Женский", "Не знаю"],
    "cp866": ["Мужской", "Женский", "Не знаю"],
    "cp850": ["Köln", "Düsseldorf", "Málaga", "Québec"],
    "mac_roman": ["Québec", "Montréal", "garçon"],
}


@pytest.mark.parametrize("encoding", WORDS)
def test_legacy_encoding_is_guessed_with_a_note(tmp_path: Path, encoding: str) -> None:
    content = "town;n\n" + "".join(f"{word};1\n" for word in WORDS[encoding])
    data = read(tmp_path, content.encode(encoding))
    assert values_of(data, "town") == WORDS[encoding]
    assert data.notes[0] == f"encoding {encoding}, a guess: state another under encoding"


def test_currency_sign_alone_is_a_sign_of_cp1252(tmp_path: Path) -> None:
    assert values_of(read(tmp_path, "item;price\npen;5 €\n".encode("cp1252")), "price") == ["5 €"]


def test_utf32_is_detected_by_its_bom(tmp_path: Path) -> None:
    assert values_of(read(tmp_path, "town,n\nKöln,1\n".encode("utf-32")), "town") == ["Köln"]


def test_stated_encoding_is_no_guess(tmp_path: Path) -> None:
    data = read(tmp_path, "town,n\nKöln,1\n".encode("cp1252"), TextForm(encoding="cp1252"))
    assert values_of(data, "town") == ["Köln"]
    assert data.notes == ()


def test_utf8_with_or_without_a_bom_needs_no_note(tmp_path: Path) -> None:
    for mark in ("", "\ufeff"):
        assert read(tmp_path, f"{mark}town,n\nKöln,1\n").notes == ()


def test_bytes_that_the_stated_encoding_lacks_name_their_line(tmp_path: Path) -> None:
    assert "on line 3" in refusal(tmp_path, "a\nx\né\n".encode("latin-1"), TextForm(encoding="utf-8"))
