"""Catalogues out to translators and back. What comes back is checked whole, and stored only when nothing is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from babel.messages.pofile import PoFileError

from app.errors import BadTranslation, NotFound
from app.language.completeness import find_domains, find_faults
from app.language.languages import ALL_LANGUAGES, SOURCE, get_language
from app.language.po_files import (
    PoEntry,
    count_forms,
    find_plural_forms,
    format_translation,
    merge,
    parse_entries,
    read_entries,
    template_path,
    translation_path,
)
from app.language.xliff import Exchanged, format_xliff, read_xliff
from app.paths import LOCALES

Format = Literal["po", "xliff-1.2", "xliff-2.0"]
MOST_TOLD = 20


@dataclass(frozen=True)
class StoredCatalog:
    """What an import did: how many sentences there are, and how many read differently now."""

    path: Path
    sentences: int
    changed: int


def export_translation(language: str, domain: str, format: Format, root: Path = LOCALES) -> str:
    """The catalog as a file for translators, with contexts, notes and everything that is not translated yet."""
    _check_known(language, domain, root)
    path, own = translation_path(root, language, domain), get_language(language)
    entries = merge(read_entries(template_path(root, domain)), read_entries(path) if path.exists() else ())
    plural_forms = find_plural_forms(path, own)
    if format == "po":
        return format_translation(own, plural_forms, entries)
    version: Literal["1.2", "2.0"] = "1.2" if format == "xliff-1.2" else "2.0"
    return format_xliff(version, Exchanged(language, domain, tuple(entries)), count_forms(plural_forms))


def import_translation(language: str, domain: str, text: str, source: str, root: Path = LOCALES) -> StoredCatalog:
    """Store a translator's file. A sentence that it leaves out keeps the translation that there is."""
    _check_known(language, domain, root)
    path, own = translation_path(root, language, domain), get_language(language)
    template, before = read_entries(template_path(root, domain)), read_entries(path) if path.exists() else []
    arrived = _read(language, domain, text, source)
    plural_forms = find_plural_forms(path, own)
    entries = _join(template, before, arrived)
    strangers = {entry.key for entry in arrived} - {entry.key for entry in template}
    faults = [f"a sentence that {domain} does not have: {text!r}" for _, text in sorted(strangers, key=str)]
    faults += map(str, find_faults(language, domain, template, entries, count_forms(plural_forms)))
    if faults:
        more = [f"and {len(faults) - MOST_TOLD} more"] if len(faults) > MOST_TOLD else []
        raise BadTranslation(source, [*faults[:MOST_TOLD], *more])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(format_translation(own, plural_forms, entries), "utf-8")
    said = {entry.key: entry.translation for entry in before}
    return StoredCatalog(path, len(entries), sum(said.get(entry.key) != entry.translation for entry in entries))


def _join(template: Sequence[PoEntry], before: Sequence[PoEntry], arrived: Sequence[PoEntry]) -> list[PoEntry]:
    """The template's sentences with what arrived, else with what was there."""
    said = {entry.key: entry for entry in [*before, *arrived] if entry.translation}
    return [
        replace(entry, translation=said[entry.key].translation, fuzzy=said[entry.key].fuzzy)
        if entry.key in said
        else entry
        for entry in template
    ]


def _read(language: str, domain: str, text: str, source: str) -> Sequence[PoEntry]:
    if not text.lstrip("\ufeff").lstrip().startswith("<"):
        try:
            return parse_entries(text)
        except PoFileError as error:
            raise BadTranslation(source, [f"line {error.lineno}: {error}"]) from None
    found = read_xliff(text.lstrip("\ufeff"), source)
    if (found.language, found.domain) != (language, domain):
        raise BadTranslation(source, [f"expected {language}/{domain}, found {found.language}/{found.domain}"])
    return found.entries


def _check_known(language: str, domain: str, root: Path) -> None:
    if language not in ALL_LANGUAGES or language == SOURCE:
        raise NotFound("translation", language, set(ALL_LANGUAGES) - {SOURCE})
    if domain not in find_domains(root):
        raise NotFound("catalog", domain, find_domains(root))
