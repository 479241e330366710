"""Translations of a round in the console: states, faults, two signatures, and what residents then read."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from sqlalchemy import Engine

from app.errors import BadTranslation
from app.language.review_state import ADJUDICATED, REVIEWED
from app.questionnaire.editing.changes import Add, Reword
from app.questionnaire.loading import load_survey
from app.records.communities import get_community_of
from app.records.database import reading
from app.records.own_words import COMMENT
from app.records.waves import get_wave
from app.services.common.actor import Actor
from app.services.common.report_names import report_words
from app.services.questions.drafts import save_changes
from app.services.translations.memory import find_suggestions, find_terms
from app.services.translations.own_words import asked_survey
from app.services.translations.review_status import sentences_asked, unreviewed
from app.services.translations.round_files import export_round, import_round
from app.services.translations.round_sign_offs import sign_round
from app.services.translations.sign_offs import SignatureRefused, WantedSignature, sign
from app.services.translations.workbench import (
    CHECKED,
    MISSING,
    SIGNED,
    STALE,
    TRANSLATED,
    RoundFixed,
    TranslationRefused,
    WorkSentence,
    add_note,
    mark_seen,
    open_workbench,
    save_translation,
)
from app.services.waves.lifecycle import find_obstacles, open_wave
from app.services.waves.word_freezing import find_frozen
from app.settings import Settings
from tests.services.making import ACT
from tests.services.questions.drafted import ANA, BEN, EVA, SLUG, make_draft, read_wave

OWN = Add("contact", {"code": "X1", "text": "Did you see the bus of {agency}?", "kind": "single",
                      "options": {1: "Yes", 2: "Not at all"}})  # fmt: skip
NEW = Reword("B2", text="How often do they listen to people?")
WORDS = {
    "X1.text": "¿Vio el autobús de {agency}?",
    "X1.1": "Sí",
    "X1.2": "Para nada",
    "B2.text": "¿Con qué frecuencia escuchan a la gente?",
}


@pytest.fixture
def drafted(engine: Engine) -> Engine:
    make_draft(engine)
    save_changes(engine, SLUG, [OWN, NEW], ANA)
    return engine


def by_context(engine: Engine) -> dict[str, WorkSentence]:
    return {each.context: each for each in open_workbench(engine, SLUG, "es").sentences}


def translate_all(engine: Engine, actor: Actor = ANA) -> None:
    for context, words in WORDS.items():
        save_translation(engine, SLUG, "es", by_context(engine)[context].key, words, actor)


def look_at(engine: Engine, actor: Actor, sentences: Iterable[WorkSentence]) -> None:
    mark_seen(engine, SLUG, "es", [each.key for each in sentences], actor)


def test_sentences_are_missing_stale_or_translated(drafted: Engine) -> None:
    found = by_context(drafted)
    assert [found[each].state for each in ("X1.text", "B2.text", "B1.text")] == [MISSING, STALE, TRANSLATED]
    assert found["B2.text"].earlier.startswith("¿Con qué frecuencia escuchan")
    translate_all(drafted)
    assert {each.state for each in by_context(drafted).values()} == {TRANSLATED}
    assert by_context(drafted)["X1.text"].translator == "ana"


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("", "got nothing"),
        ("¿Vio el autobús?", "placeholder"),
        ("Did you see the bus of {agency}?", "untranslated"),
        ("¿<b>Vio</b> {agency}?", "markup"),
    ],
)
def test_a_translation_with_a_fault_is_refused(drafted: Engine, words: str, fault: str) -> None:
    key = by_context(drafted)["X1.text"].key
    with pytest.raises(TranslationRefused, match=fault):
        save_translation(drafted, SLUG, "es", key, words, ANA)


def test_a_sentence_that_returns_has_its_translation_again(drafted: Engine) -> None:
    translate_all(drafted)
    save_changes(drafted, SLUG, [Reword("X1", text="Did you see a tram?")], ANA)
    assert by_context(drafted)["X1.text"].state == STALE
    save_changes(drafted, SLUG, [Reword("X1", text="Did you see the bus of {agency}?")], ANA)
    assert by_context(drafted)["X1.text"].translation == WORDS["X1.text"]


def test_a_round_opens_with_its_own_translations_alone(drafted: Engine, settings: Settings) -> None:
    with reading(drafted) as session:
        reasons = find_obstacles(session, get_wave(session, SLUG))
    assert any("4 sentences are not translated into es" in each for each in reasons)
    translate_all(drafted)
    open_wave(drafted, settings, SLUG, ACT)
    with reading(drafted) as session:
        wave = get_wave(session, SLUG)
        frozen = find_frozen(session, settings.secret, wave)["es"]
        assert frozen.catalogs["community-trust-1-1"].find("Not at all", "X1.2") == ("Para nada",)
        names = report_words(load_survey(wave.survey_text), get_community_of(session, wave.community_id), (), ["es"])
        assert names["es"]["item.X1"] == "¿Vio el autobús de …?"
    with pytest.raises(RoundFixed):
        save_translation(drafted, SLUG, "es", by_context(drafted)["X1.2"].key, "Nada", ANA)


def test_two_people_sign_and_the_translator_does_not_review(drafted: Engine) -> None:
    with pytest.raises(SignatureRefused, match="found 4 without one"):
        sign_round(drafted, SLUG, "es", REVIEWED, "reviewer", BEN)
    translate_all(drafted)
    look_at(drafted, ANA, by_context(drafted).values())
    with pytest.raises(SignatureRefused, match="another person than the translator"):
        sign_round(drafted, SLUG, "es", REVIEWED, "reviewer", ANA)
    with pytest.raises(SignatureRefused, match="found 202 to look at"):
        sign_round(drafted, SLUG, "es", REVIEWED, "reviewer", BEN)
    look_at(drafted, BEN, by_context(drafted).values())
    assert sign_round(drafted, SLUG, "es", REVIEWED, "reviewer", BEN) == 202
    assert {each.state for each in by_context(drafted).values()} == {CHECKED}
    with pytest.raises(SignatureRefused, match="another person than the reviewer"):
        sign_round(drafted, SLUG, "es", ADJUDICATED, "reviewer", BEN)
    assert waits_for_two(drafted)
    assert sign_round(drafted, SLUG, "es", ADJUDICATED, "translator", ANA) == 202
    assert {each.state for each in by_context(drafted).values()} == {SIGNED}
    assert not waits_for_two(drafted)


def waits_for_two(engine: Engine) -> bool:
    with reading(engine) as session:
        survey = asked_survey(session, get_wave(session, SLUG))
        found = unreviewed(session, survey.catalog, ["es"], asked=sentences_asked(survey))
    return survey.catalog in found["es"]


def test_signatures_of_a_catalog_do_not_cover_own_sentences(drafted: Engine) -> None:
    for who, step in (("ben", REVIEWED), ("eva", ADJUDICATED)):
        sign(drafted, WantedSignature("es", "community-trust-1-1", step, who, "reviewer"), ACT)
    assert by_context(drafted)["B1.text"].state == SIGNED
    translate_all(drafted)
    assert waits_for_two(drafted)


def test_one_changed_sentence_alone_is_signed_again(drafted: Engine) -> None:
    translate_all(drafted)
    for who, step in ((BEN, REVIEWED), (EVA, ADJUDICATED)):
        look_at(drafted, who, by_context(drafted).values())
        sign_round(drafted, SLUG, "es", step, "reviewer", who)
    save_translation(drafted, SLUG, "es", by_context(drafted)["X1.2"].key, "De ningún modo", ANA)
    assert [each for each, found in by_context(drafted).items() if found.state != SIGNED] == ["X1.2"]
    assert waits_for_two(drafted)
    look_at(drafted, BEN, [by_context(drafted)["X1.2"]])
    assert sign_round(drafted, SLUG, "es", REVIEWED, "reviewer", BEN) == 1


def test_a_look_at_other_words_does_not_count(drafted: Engine) -> None:
    translate_all(drafted)
    look_at(drafted, BEN, by_context(drafted).values())
    save_translation(drafted, SLUG, "es", by_context(drafted)["X1.2"].key, "De ningún modo", ANA)
    with pytest.raises(SignatureRefused, match="found 1 to look at"):
        sign_round(drafted, SLUG, "es", REVIEWED, "reviewer", BEN)


@pytest.mark.parametrize("format", ["po", "xliff-1.2", "xliff-2.0"])
def test_a_file_comes_back_whole(drafted: Engine, format: str) -> None:
    translate_all(drafted)
    text = export_round(drafted, SLUG, "es", format)  # type: ignore[arg-type]
    assert import_round(drafted, SLUG, "es", text, "file", BEN).changed == 0
    assert import_round(drafted, SLUG, "es", text.replace("Para nada", "Nada de eso"), "file", BEN).changed == 1
    assert by_context(drafted)["X1.2"].translator == "ben"
    with pytest.raises(BadTranslation, match="placeholder"):
        import_round(drafted, SLUG, "es", text.replace("autobús de ", "autobús de {x} "), "file", BEN)


def test_notes_stand_beside_their_sentence(drafted: Engine) -> None:
    key = by_context(drafted)["X1.text"].key
    add_note(drafted, SLUG, "es", key, COMMENT, "Which bus?", BEN)
    assert [(each.author, each.text) for each in by_context(drafted)["X1.text"].notes] == [("ben", "Which bus?")]
    with pytest.raises(TranslationRefused, match="at most 1000"):
        add_note(drafted, SLUG, "es", key, COMMENT, "x" * 1001, BEN)


def test_memory_suggests_the_same_sentence_and_terms() -> None:
    same = find_suggestions("es", "Yes", "X1.1")
    assert (same[0].translation, same[0].is_same) == ("Sí", True)
    near = find_suggestions("es", "How much do you trust the police in your area?", "X1.text")
    assert near
    assert not near[0].is_same
    assert "Policía" in [each.translation for each in find_terms("es", "Did the police come?")]


def test_other_sentences_keep_the_words_of_the_service(drafted: Engine) -> None:
    wave = read_wave(drafted)
    with reading(drafted) as session:
        own = asked_survey(session, get_wave(session, SLUG)).translations
    assert own == {}
    assert "\ntranslations:" not in wave.survey_text
