"""Hold all words that residents of a wave read in one language, and write them as bytes that no file can change."""

from __future__ import annotations

import gettext
import json
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from app.language import formats
from app.language.catalogs import FrozenCatalog, MessageCatalog, load_catalog
from app.language.languages import SOURCE, Direction, get_language, list_voices
from app.language.review_state import digest_of, fingerprints_of, read_fingerprints
from app.questionnaire.calendar import month_name
from app.questionnaire.definition import Survey
from app.questionnaire.survey_words import survey_words
from app.services.translations.untranslated import OUR_DOMAINS
from app.services.waves.letter_sentences import SENTENCES
from app.services.waves.page_sentences import interface_sentences
from app.services.waves.page_sources import PageSources, read_sources, to_sources

FORMAT = 2  # since 2, the sources of the pages, the names of sentences and the dates are frozen too
MONTHS = range(1, 13)
COMMUNITY = ""  # the key of the community among the names; an agency has its slug


@dataclass(frozen=True)
class WaveWords:
    """Hold one language of a wave: its sentences by catalog, names of the community and the agencies, and digests.

    `sources` are the templates, styles and scripts, `dates` the days that pages name, by ISO date. A digest shows which
    sentences of a catalog reviewers signed. Words that are not frozen have none.
    """

    language: str
    own_name: str
    direction: Direction
    voices: tuple[str, ...]
    names: Mapping[str, str]
    catalogs: Mapping[str, MessageCatalog]
    digests: Mapping[str, str]
    sources: PageSources | None = None
    dates: Mapping[str, str] = field(default_factory=dict)

    def write_date(self, day: date) -> str:
        """Return a date as it was written when the wave opened; one that was set later as it is written now."""
        return self.dates.get(day.isoformat()) or formats.date(day, self.language)


def read_words(language: str, survey: Survey, names: Mapping[str, str]) -> WaveWords:
    """Return the words as the files have them now, with months as this version of the library has them."""
    row = get_language(language)
    return WaveWords(
        language=language,
        own_name=row.own_name,
        direction=row.direction,
        voices=list_voices(language),
        names=names,
        catalogs={survey.catalog: survey_words(survey, language)}
        | {domain: load_catalog(language, domain) for domain in OUR_DOMAINS},
        digests={},
    )


def pack(words: WaveWords, days: Collection[date] = ()) -> bytes:
    """Write words as compressed JSON, with the digests of the sentences that reviewers sign, and the days of a wave."""
    document = {
        "format": FORMAT,
        "language": words.language,
        "own_name": words.own_name,
        "direction": words.direction,
        "voices": words.voices,
        "names": dict(words.names),
        "months": [month_name(month, words.language) for month in MONTHS],
        "catalogs": {domain: _to_document(catalog) for domain, catalog in words.catalogs.items()},
        "digests": {domain: _digest(words.language, catalog) for domain, catalog in words.catalogs.items()},
    } | _around(words.language, days)
    return _compress(document)


def add_sources(content: bytes, days: Collection[date]) -> bytes | None:
    """Return words of an earlier format with what this version freezes beside them; None where nothing is missing.

    A frozen sentence stays. One that the pages of this version need is added from the catalogs as they are now.
    """
    document = json.loads(zlib.decompress(content))
    if document["format"] >= FORMAT:
        return None
    language = document["language"]
    for domain in OUR_DOMAINS if language != SOURCE else ():
        known = {(context, message) for context, message, _ in document["catalogs"][domain]["messages"]}
        later = _to_document(load_catalog(language, domain))["messages"]
        document["catalogs"][domain]["messages"] += [row for row in later if (row[0], row[1]) not in known]
    return _compress(document | {"format": FORMAT} | _around(language, days))


def _around(language: str, days: Collection[date]) -> dict[str, Any]:
    """Return what stands around the sentences of a catalog on a page."""
    letters = {f"letter.{name}": text for name, text in SENTENCES.items()}
    return {
        "sources": dict(read_sources().files),
        "named": interface_sentences() | letters,
        "dates": {day.isoformat(): formats.date(day, language) for day in days},
    }


def _compress(document: Mapping[str, Any]) -> bytes:
    return zlib.compress(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(), 9)


def _digest(language: str, catalog: MessageCatalog) -> str:
    """Return the digest of a catalog on disk, or of the sentences of a survey with translations of its own."""
    if catalog.domain in OUR_DOMAINS:
        return digest_of(read_fingerprints(language, catalog.domain))
    return digest_of(fingerprints_of(catalog))


def _to_document(catalog: MessageCatalog) -> dict[str, Any]:
    rows = [[context, message, list(forms)] for (context, message), forms in catalog.messages.items()]
    return {"plural": catalog.plural_rule, "messages": rows}


def unpack(content: bytes) -> WaveWords:
    """Read words that `pack` wrote. Raises `ValueError`, `KeyError`, `TypeError` or `zlib.error` for other bytes."""
    document = json.loads(zlib.decompress(content))
    language, months = document["language"], tuple(document["months"])
    named = document.get("named", {})
    around = {
        domain: replace(_to_catalog(language, domain, document["catalogs"][domain]), named_sentences=named)
        for domain in OUR_DOMAINS
    }
    catalogs = {
        domain: _to_catalog(language, domain, rows, months, around["interface"])
        for domain, rows in document["catalogs"].items()
        if domain not in around
    }
    return WaveWords(
        language=language,
        own_name=document["own_name"],
        direction=document["direction"],
        voices=tuple(document["voices"]),
        names=document["names"],
        catalogs=catalogs | around,
        digests=document["digests"],
        sources=to_sources(document["sources"]) if "sources" in document else None,
        dates=document.get("dates", {}),
    )


def _to_catalog(
    language: str,
    domain: str,
    document: Mapping[str, Any],
    months: tuple[str, ...] = (),
    interface: MessageCatalog | None = None,
) -> FrozenCatalog:
    messages = {(context, message): tuple(forms) for context, message, forms in document["messages"]}
    rule = document["plural"]
    return FrozenCatalog(language, domain, messages, gettext.c2py(rule), rule, months, interface)
