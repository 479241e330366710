"""A letter carries one code, in each language of its wave; its square holds the code in the fragment of a link."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from app.language.catalogs import MissingSentence
from app.language.languages import LANGUAGES
from app.language.po_files import PoEntry, read_entries, template_path
from app.paths import LOCALES
from app.records.waves import get_wave
from app.services.ballots.invitation_codes import Invitation, create_codes
from app.services.waves import open_waves as fielded_waves
from app.services.waves.letter_settings import LetterSettings
from app.services.waves.letters import DOMAIN, SENTENCES, letter_text, to_letters, to_page, to_square
from app.services.waves.open_waves import OpenWave
from app.settings import Settings
from tests.services.making import PLAN, make_open_wave


@pytest.fixture
def fielded(engine: Engine, settings: Settings) -> OpenWave:
    make_open_wave(engine, settings, contact="trust@river-city.example <b>")
    with Session(engine) as session:
        found = fielded_waves.to_open_wave(session, get_wave(session, PLAN.slug), settings.secret)
    names = {"en": "River City", "es": "Ciudad del Río", "ar": "مدينة النهر"}
    return replace(found, languages=("en", "es", "ar"), community_name=names)


@pytest.fixture
def invitations(engine: Engine, settings: Settings, fielded: OpenWave) -> list[Invitation]:
    return create_codes(engine, settings, PLAN.slug, 3, "address sample")


def test_letter_is_one_sheet_with_its_code_in_every_language(fielded: OpenWave, invitations: list[Invitation]) -> None:
    stated: list[int] = []
    page = to_page(to_letters(fielded, invitations, stated.append), "letters", "en")
    assert page.count("<article") == 3
    assert page.count("break-after: page") == 1
    assert all(page.count(each.printed) == 1 for each in invitations)
    assert stated == [1, 2, 3]
    assert page.count('<section lang="ar" dir="rtl">') == 3
    assert page.count("en Ciudad del Río.") == 3
    assert page.count("<svg") == 3


def test_secret_stands_in_the_qr_code_only(fielded: OpenWave, invitations: list[Invitation]) -> None:
    page = to_page(to_letters(fielded, invitations), "letters", "en")
    assert not [each for each in invitations if each.link.partition("#")[2] in page]
    squares = {str(to_square(each.link)) for each in invitations}
    assert len(squares) == 3
    assert all(square in page for square in squares)


def test_a_batch_in_one_language_gets_letters_in_that_language(
    fielded: OpenWave, invitations: list[Invitation]
) -> None:
    (letter,) = to_letters(fielded, [replace(invitations[0], language="es")])
    assert [text.language for text in letter.texts] == ["es"]
    assert re.fullmatch(r"https://survey\.example\.org/s/river-city-2026/[12]", letter.address)


def test_wave_of_many_languages_has_one_sheet_with_a_line_each(
    fielded: OpenWave, invitations: list[Invitation]
) -> None:
    names = dict.fromkeys(LANGUAGES, "River City")
    (letter,) = to_letters(
        replace(fielded, languages=tuple(LANGUAGES), community_name=names), [replace(invitations[0], language=None)]
    )
    assert len(letter.texts) == 2
    assert [each.language for each in (*letter.texts, *letter.lines)] == list(LANGUAGES)
    page = to_page([letter], "letters", "en")
    assert all(f'lang="{each.code}" dir="{each.direction}"' in page for each in LANGUAGES.values())
    assert page.count("<article") == 1


def test_contact_text_is_escaped_in_letters(fielded: OpenWave, invitations: list[Invitation]) -> None:
    page = to_page(to_letters(fielded, invitations), "letters", "en")
    assert "<b>" not in page
    assert "trust@river-city.example &lt;b&gt;" in page


def test_telephone_runs_from_left_to_right_in_arabic_letters(fielded: OpenWave) -> None:
    wave = replace(fielded, contact="555 0100")
    settings = LetterSettings(words={"ar": "اتصل 555 0199", "en": "Call 555 0199"})
    arabic, english = (letter_text(wave, language, True, settings) for language in ("ar", "en"))
    assert "\u2066555 0100\u2069" in arabic.closing[-1]
    assert "\u2066555 0199\u2069" in arabic.own
    assert "\u2066" not in english.closing[-1] + english.own


def test_language_without_letters_is_an_error(fielded: OpenWave) -> None:
    strange = replace(fielded, community_name={"eo": "Rivero"})
    with pytest.raises((MissingSentence, KeyError)):
        letter_text(strange, "eo")


def test_template_has_the_sentences_of_the_letter() -> None:
    entries: list[PoEntry] = read_entries(template_path(LOCALES, DOMAIN))
    assert [entry.text for entry in entries] == list(SENTENCES.values())


def test_letters_leave_no_placeholder_unfilled(fielded: OpenWave, invitations: list[Invitation]) -> None:
    page = to_page(to_letters(fielded, invitations), "letters", "en")
    assert not re.search(r"\{\w+\}", re.sub(r"<style>.*?</style>", "", page, flags=re.S))
