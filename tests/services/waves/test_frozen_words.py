"""An open wave is served only with its words whole in the database; a migration freezes those of earlier versions."""

from __future__ import annotations

import hashlib
import json
import zlib
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, select

from app.errors import WordsNotFrozen
from app.language import catalogs, review_state
from app.records.frozen_words import FrozenWords
from app.services.waves import lifecycle, word_freezing
from app.services.waves.open_waves import OpenWaves
from app.services.waves.page_sources import read_sources
from app.services.waves.plan_file import PlannedAgency
from app.services.waves.word_freezing import check_frozen_words, freeze_earlier_waves
from app.settings import Settings
from tests.services.making import ACT, make_open_wave

NAMES = {"en": "Riverside", "es": "Riverside", "ar": "Riverside"}
AGENCIES = (PlannedAgency("police", NAMES),)


@pytest.fixture
def slug(engine: Engine, settings: Settings) -> str:
    """An open wave of the real questionnaire in two languages."""
    plan = {"survey": "community-trust", "languages": ("en", "es"), "agencies": AGENCIES, "community_names": NAMES}
    return make_open_wave(engine, settings, **plan).slug


def change(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))


def test_words_of_an_earlier_version_are_frozen_once(engine: Engine, settings: Settings, slug: str) -> None:
    change(engine, "DELETE FROM frozen_words")
    with pytest.raises(WordsNotFrozen, match=r"the open survey round 'river-city-2026' in en .* found none"):
        check_frozen_words(engine, settings.secret)
    assert freeze_earlier_waves(engine, settings.secret) == [slug]
    check_frozen_words(engine, settings.secret)
    assert freeze_earlier_waves(engine, settings.secret) == []


def test_migration_adds_sources_to_words_of_an_earlier_format(engine: Engine, settings: Settings, slug: str) -> None:
    change(engine, "UPDATE wave SET record_digest = ''")
    with Session(engine) as session:
        rows = session.exec(select(FrozenWords)).all()
        for row in rows:
            document = json.loads(zlib.decompress(row.content))
            earlier = {name: each for name, each in document.items() if name not in ("sources", "named", "dates")}
            row.content = zlib.compress(json.dumps(earlier | {"format": 1}).encode())
            row.seal = hashlib.sha256(row.content).hexdigest()
            session.add(row)
        session.commit()
    earlier_wave = OpenWaves(engine, settings.secret).find(slug)
    assert earlier_wave is not None
    assert earlier_wave.words_in("es").sources is None
    check_frozen_words(engine, settings.secret)
    assert freeze_earlier_waves(engine, settings.secret) == [slug]
    wave = OpenWaves(engine, settings.secret).find(slug)
    assert wave is not None
    assert wave.words_in("es").sources is read_sources()
    assert (
        wave.words_in("es").catalogs["interface"].messages == earlier_wave.words_in("es").catalogs["interface"].messages
    )
    assert freeze_earlier_waves(engine, settings.secret) == []
    check_frozen_words(engine, settings.secret)


def test_words_that_no_catalog_has_are_not_frozen(
    engine: Engine, settings: Settings, slug: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(engine, "DELETE FROM frozen_words WHERE language = 'es'")
    for function in (catalogs.load_catalog, review_state.read_fingerprints):
        monkeypatch.setattr(function, "__defaults__", (tmp_path,))
    with pytest.raises(WordsNotFrozen, match=r"in es .* found [0-9]+ sentences without a translation"):
        freeze_earlier_waves(engine, settings.secret)
    lifecycle.close_wave(engine, slug, ACT)
    assert freeze_earlier_waves(engine, settings.secret) == []


@pytest.mark.parametrize(
    "content",
    ["substr(content, 1, 99)", "(SELECT content FROM frozen_words WHERE language = 'en')"],
    ids=["cut", "of another language"],
)
def test_damaged_words_are_refused_and_pages_stay(
    engine: Engine, settings: Settings, slug: str, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    monkeypatch.setattr(word_freezing, "_UNPACKED", {})  # as in a process that has just started
    change(engine, f"UPDATE frozen_words SET content = {content} WHERE language = 'es'")
    with pytest.raises(WordsNotFrozen, match=r"in es .* found damaged ones"):
        check_frozen_words(engine, settings.secret)
    wave = OpenWaves(engine, settings.secret).find(slug)
    assert wave is not None
    assert not wave.is_frozen
    assert wave.words_in("es").catalogs["interface"].messages


@pytest.mark.parametrize("seals", ["digest", "digest without a record", "seal of another language"])
def test_changed_pages_of_a_round_are_not_shown(
    engine: Engine, settings: Settings, slug: str, monkeypatch: pytest.MonkeyPatch, seals: str
) -> None:
    """A writer of the database has no SECRET: own templates and scripts are refused, or never reach a page."""
    monkeypatch.setattr(word_freezing, "_UNPACKED", {})
    with Session(engine) as session:
        row, other = (session.get_one(FrozenWords, (1, language)) for language in ("es", "en"))
        document = json.loads(zlib.decompress(row.content))
        document["sources"]["survey.js"] = "fetch('/elsewhere')"
        row.content = zlib.compress(json.dumps(document).encode())
        row.seal = other.seal if seals.startswith("seal") else hashlib.sha256(row.content).hexdigest()
        session.add(row)
        session.commit()
    if seals == "digest without a record":
        change(engine, "UPDATE wave SET record_digest = ''")
    else:
        with pytest.raises(WordsNotFrozen, match=r"in es .* found damaged ones"):
            check_frozen_words(engine, settings.secret)
    wave = OpenWaves(engine, settings.secret).find(slug)
    assert wave is not None
    assert wave.words_in("es").sources is None
    assert wave.is_forged is (seals == "digest without a record")


def test_language_that_is_added_again_keeps_its_words(
    engine: Engine, settings: Settings, slug: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A language is added to an open wave with the words of that day; the earlier ones need no catalog any more."""
    lifecycle.add_language(engine, settings, slug, "ar", ACT, is_draft=True)
    before = OpenWaves(engine, settings.secret).find(slug)
    for function in (catalogs.load_catalog, review_state.read_fingerprints):
        monkeypatch.setattr(function, "__defaults__", (tmp_path,))
    lifecycle.add_language(engine, settings, slug, "es", ACT)
    assert OpenWaves(engine, settings.secret).find(slug) == before
    check_frozen_words(engine, settings.secret)
