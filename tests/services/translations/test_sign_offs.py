"""The review gate: who may sign, what goes stale, and which wave may open in which language."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.errors import NotFound, WaveNotReady
from app.language.languages import LANGUAGES
from app.language.po_files import PoEntry, format_translation, store_domain, translation_path
from app.paths import LOCALES
from app.records.audit_log import acts, is_whole
from app.records.database import reading
from app.records.waves import get_wave
from app.services.translations.review_status import domains_asked_in
from app.services.translations.sign_offs import SignatureRefused, WantedSignature, list_statuses, sign
from app.services.waves import lifecycle
from app.services.waves.open_waves import to_open_wave
from app.services.waves.plan_file import PlannedAgency
from app.settings import Settings
from tests.services.making import ACT, PLAN

PLURALS = "nplurals=2; plural=(n != 1)"
SPANISH_PLAN = replace(
    PLAN,
    survey="community-trust",
    languages=("en", "es"),
    community_names={"en": "River City", "es": "Ciudad del Río"},
    agencies=(PlannedAgency("police", {"en": "the police", "es": "la policía"}),),
)


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    """One catalog of two sentences, translated."""
    root = tmp_path / "locales"
    store_domain(root, "tiny", [PoEntry("Send"), PoEntry("Go back")], [])
    write(root, "Enviar", "Volver")
    return root


def write(root: Path, *translations: str) -> None:
    path = translation_path(root, "es", "tiny")
    path.parent.mkdir(parents=True, exist_ok=True)
    entries = [PoEntry(text, translation=(said,)) for text, said in zip(("Send", "Go back"), translations, strict=True)]
    path.write_text(format_translation(LANGUAGES["es"], PLURALS, entries), "utf-8")


def put_name(engine: Engine, root: Path, step: str, signer: str) -> str:
    return sign(engine, WantedSignature("es", "tiny", step, signer, "community reviewer"), ACT, root).state


def test_catalog_reaches_pretested_and_returns_after_a_change(engine: Engine, locales: Path) -> None:
    assert put_name(engine, locales, "reviewed", "Ana") == "reviewed"
    assert put_name(engine, locales, "adjudicated", "Bo") == "adjudicated"
    assert put_name(engine, locales, "pretested", "Ana") == "pretested"
    write(locales, "Enviar", "Regresar")
    (status,) = list_statuses(engine, ["es"], locales)
    assert (status.state, status.changed, status.sentences) == ("draft", 1, 2)
    assert [each.signer for each in status.signatures] == ["Ana", "Bo", "Ana"]
    write(locales, "Enviar", "Volver")
    assert list_statuses(engine, ["es"], locales)[0].state == "pretested", "the same wording is signed already"


@pytest.mark.parametrize("signer", ["Ana", "ana ", "ANA"])
def test_reviewer_cannot_settle_her_own_review(engine: Engine, locales: Path, signer: str) -> None:
    put_name(engine, locales, "reviewed", "Ana")
    with pytest.raises(SignatureRefused, match="another person to review the current sentences first"):
        put_name(engine, locales, "adjudicated", signer)


def test_steps_come_in_their_order(engine: Engine, locales: Path) -> None:
    with pytest.raises(SignatureRefused, match="another person to review the current sentences first"):
        put_name(engine, locales, "adjudicated", "Bo")
    put_name(engine, locales, "reviewed", "Ana")
    with pytest.raises(SignatureRefused, match="adjudicated first"):
        put_name(engine, locales, "pretested", "Bo")


def test_catalog_with_faults_cannot_be_signed(engine: Engine, locales: Path) -> None:
    write(locales, "Send", "Go back")
    with pytest.raises(SignatureRefused, match="found 1 faults, the first is es/tiny: untranslated: 'Go back'"):
        put_name(engine, locales, "reviewed", "Ana")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"language": "en"}, NotFound),
        ({"language": "xx"}, NotFound),
        ({"domain": "nowhere"}, NotFound),
        ({"step": "loved"}, NotFound),
        ({"signer": " "}, SignatureRefused),
        ({"role": "r" * 121}, SignatureRefused),
    ],
)
def test_invalid_signature_is_refused(
    engine: Engine, locales: Path, changes: dict[str, str], error: type[Exception]
) -> None:
    wanted = replace(WantedSignature("es", "tiny", "reviewed", "Ana", "reviewer"), **changes)
    with pytest.raises(error):
        sign(engine, wanted, ACT, locales)
    assert list_statuses(engine, ["es"], locales)[0].signatures == ()


def test_every_signature_is_in_the_audit_log(engine: Engine, locales: Path) -> None:
    put_name(engine, locales, "reviewed", "Ana")
    with reading(engine) as session:
        log = acts(session)
        assert is_whole(log)
    (act,) = [each for each in log if each.subject == "es/tiny"]
    assert (act.act, act.subject, act.facts["signer"]) == ("translation signed", "es/tiny", "Ana")
    assert len(act.facts["digest"]) == 64


def sign_spanish(engine: Engine, domains: tuple[str, ...] = domains_asked_in("community-trust")) -> None:
    for domain in domains:
        for step, signer in (("reviewed", "Ana"), ("adjudicated", "Bo")):
            sign(engine, WantedSignature("es", domain, step, signer, "community reviewer"), ACT)


def drafts(engine: Engine) -> frozenset[str]:
    with reading(engine) as session:
        return to_open_wave(session, get_wave(session, PLAN.slug), b"k" * 32).drafts


def test_wave_opens_only_in_languages_signed_by_two_people(engine: Engine, settings: Settings) -> None:
    lifecycle.create_wave(engine, SPANISH_PLAN, ACT)
    sign_spanish(engine, ("community-trust", "interface"))
    with pytest.raises(WaveNotReady) as refused:
        lifecycle.open_wave(engine, settings, PLAN.slug, ACT)
    assert refused.value.reasons == (
        "Spanish has not been checked by two people yet (letters): ask two reviewers, see `commontrust translations "
        "status es`, or accept it as a draft with `drafts: [es]` in the plan",
    )
    sign_spanish(engine, ("letters",))
    lifecycle.open_wave(engine, settings, PLAN.slug, ACT)
    assert drafts(engine) == frozenset()


def test_accepted_draft_is_announced_to_residents(engine: Engine, settings: Settings) -> None:
    lifecycle.create_wave(engine, replace(SPANISH_PLAN, drafts=("es",)), ACT)
    lifecycle.open_wave(engine, settings, PLAN.slug, ACT)
    assert drafts(engine) == {"es"}
    with reading(engine) as session:
        assert acts(session)[-1].facts["drafts"] == ["es"]
    sign_spanish(engine)
    assert drafts(engine) == frozenset(), "what two people signed meanwhile is no draft any more"


def test_wording_changed_later_leaves_an_open_wave_as_signed(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its residents still read the sentences that two people signed; only a later wave is a draft."""
    lifecycle.create_wave(engine, SPANISH_PLAN, ACT)
    sign_spanish(engine)
    lifecycle.open_wave(engine, settings, PLAN.slug, ACT)
    monkeypatch.setattr(
        "app.services.translations.review_status.read_fingerprints", lambda *_: frozenset({"another sentence"})
    )
    assert drafts(engine) == set()


def test_language_added_to_an_open_wave_passes_the_same_gate(engine: Engine, settings: Settings) -> None:
    lifecycle.create_wave(engine, replace(SPANISH_PLAN, languages=("en",)), ACT)
    lifecycle.open_wave(engine, settings, PLAN.slug, ACT)
    with pytest.raises(WaveNotReady, match="Spanish has not been checked by two people yet"):
        lifecycle.add_language(engine, settings, PLAN.slug, "es", ACT)
    lifecycle.add_language(engine, settings, PLAN.slug, "es", ACT, is_draft=True)
    assert drafts(engine) == {"es"}


def test_catalogs_of_the_gate_exist(engine: Engine) -> None:
    assert all((LOCALES / f"{domain}.pot").exists() for domain in domains_asked_in("community-trust"))
