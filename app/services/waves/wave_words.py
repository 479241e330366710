"""Hold all words that residents of a wave read in one language, and write them as bytes that no file can change."""

from __future__ import annotations

import gettext
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.language.catalogs import FrozenCatalog, MessageCatalog, load_catalog
from app.language.languages import Direction, get_language, list_voices
from app.language.review_state import digest_of, fingerprints_of, read_fingerprints
from app.questionnaire.calendar import month_name
from app.questionnaire.definition import Survey
from app.questionnaire.survey_words import survey_words
from app.services.translations.untranslated import OUR_DOMAINS

FORMAT = 1
MONTHS = range(1, 13)
COMMUNITY = ""  # the key of the community among the names; an agency has its slug


@dataclass(frozen=True)
class WaveWords:
    """Hold one language of a wave: its sentences by catalog, names of the community and the agencies, and digests.

    A digest shows which sentences of a catalog reviewers signed. Words that are not frozen have none.
    """

    language: str
    own_name: str
    direction: Direction
    voices: tuple[str, ...]
    names: Mapping[str, str]
    catalogs: Mapping[str, MessageCatalog]
    digests: Mapping[str, str]


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


def pack(words: WaveWords) -> bytes:
    """Write words as compressed JSON, with the digests of the sentences that reviewers sign."""
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
    }
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
    around = {domain: _to_catalog(language, domain, document["catalogs"][domain]) for domain in OUR_DOMAINS}
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
