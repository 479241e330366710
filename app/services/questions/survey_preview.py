"""Give a draft the shape of an open round, so that the resident's page can be shown before it opens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from sqlalchemy import Engine
from sqlmodel import Session

from app.language.catalogs import MessageCatalog
from app.language.languages import SOURCE
from app.questionnaire.definition import Survey
from app.records.communities import get_community_of
from app.records.database import reading
from app.records.waves import Wave, get_wave, rated_agencies_of
from app.services.translations.own_words import asked_survey
from app.services.translations.review_status import sentences_asked, unreviewed
from app.services.waves.open_waves import OpenWave, OpenWaveAgency, to_facts
from app.services.waves.wave_words import WaveWords, read_words

UNTRANSLATED = "⟦{}⟧"


@dataclass(frozen=True)
class PreviewCatalog(MessageCatalog):
    """Show a sentence without a translation in brackets, so that a preview shows what is missing."""

    def find(self, message: str, context: str | None = None) -> tuple[str, ...] | None:
        found = super().find(message, context)
        return found if found or self.language == SOURCE else (UNTRANSLATED.format(message),)


def preview_wave(engine: Engine, slug: str) -> OpenWave:
    """Return a wave as residents would see it now. No answer can be sent to it."""
    with reading(engine) as session:
        wave = get_wave(session, slug)
        return to_preview(session, wave, asked_survey(session, wave))


def to_preview(session: Session, wave: Wave, survey: Survey) -> OpenWave:
    community = get_community_of(session, wave.community_id)
    drafts = unreviewed(session, survey.catalog, wave.languages, asked=sentences_asked(survey))
    return OpenWave(
        slug=wave.slug,
        community_name=community.names or {SOURCE: community.slug},
        survey=replace(survey, audio=()),
        languages=tuple(wave.languages),
        agencies=tuple(
            OpenWaveAgency(agency.slug, agency.names or {SOURCE: agency.slug}, chance)
            for agency, chance in rated_agencies_of(session, wave.id or 0)
        ),
        code=wave.code_policy,
        is_open=False,
        drafts=frozenset(drafts),
        contact=wave.contact,
        id=wave.id or 0,
        facts=to_facts(community.slug, wave.protocol),
        frozen={language: _with_gaps(read_words(language, survey, {})) for language in wave.languages},
    )


def _with_gaps(words: WaveWords) -> WaveWords:
    catalogs: Mapping[str, MessageCatalog] = {name: _to_preview(each) for name, each in words.catalogs.items()}
    return replace(words, catalogs=catalogs)


def _to_preview(catalog: MessageCatalog) -> PreviewCatalog:
    return PreviewCatalog(**{each.name: getattr(catalog, each.name) for each in fields(catalog)})
