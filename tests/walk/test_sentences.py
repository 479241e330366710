"""No English, in any language, on any screen: every sentence, attribute and title that a resident can meet."""

from __future__ import annotations

import pytest

from app.language.languages import LANGUAGES
from app.services.intake.submission import OpenWave
from tests.walk.screens import all_screens, make_fielded, names_in
from tests.walk.sentences import Piece, find_english, is_marked, read_pieces


@pytest.fixture(scope="module")
def fielded() -> OpenWave:
    return make_fielded()


@pytest.fixture(scope="module")
def english(fielded: OpenWave) -> dict[str, list[Piece]]:
    return {name: read_pieces(html) for name, html in all_screens(fielded, "en")}


@pytest.mark.parametrize("lang", [code for code in LANGUAGES if code != "en"])
def test_no_screen_holds_english(fielded: OpenWave, english: dict[str, list[Piece]], lang: str) -> None:
    names, found = names_in(fielded), []
    for name, html in all_screens(fielded, lang):
        pieces = read_pieces(html)
        assert len(pieces) == len(english[name]), f"{name}: the same screen has the same pieces in every language"
        texts = {piece.text for piece in english[name] if piece.lang == "en"}
        found += [(name, text) for text in find_english(pieces, texts, lang, names)]
        assert is_marked(pieces, lang)
    assert list(dict.fromkeys(text for _, text in found)) == []


@pytest.mark.parametrize(
    "planted",
    ["Send my answers", "Please choose one of the answers shown.", "Thank you.", "Not translated", "ok Leave quickly"],
)
@pytest.mark.parametrize("lang", ["ko", "es", "mww"])
def test_a_sentence_left_in_english_is_found(planted: str, lang: str) -> None:
    english = {"Send my answers", "Please choose one of the answers shown here.", "Thank you.", "Leave quickly"}
    found = find_english([Piece(lang, planted)], english, lang, ())
    expected = lang == "ko" or planted in english or planted.startswith("Please")
    assert found == ([planted] if expected else [])
