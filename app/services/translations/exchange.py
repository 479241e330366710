"""Export catalogs to translators and import them again.

An import is checked completely and stored only without faults.
"""

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
MOST_LISTED = 20


@dataclass(frozen=True)
class StoredCatalog:
    """Count the sentences of an import, and those that changed."""

    path: Path
    sentences: int
    changed: int


def export_translation(language: str, domain: str, format: Format, root: Path = LOCALES) -> str:
    """Return the catalog as a file for translators, with contexts, notes and untranslated sentences."""
    _check_known(language, domain, root)
    path, target = translation_path(root, language, domain), get_language(language)
    entries = merge(read_entries(template_path(root, domain)), read_entries(path) if path.exists() else ())
    plural_forms = find_plural_forms(path, target)
    if format == "po":
        return format_translation(target, plural_forms, entries)
    version: Literal["1.2", "2.0"] = "1.2" if format == "xliff-1.2" else "2.0"
    return format_xliff(version, Exchanged(language, domain, tuple(entries)), count_forms(plural_forms))


def import_translation(language: str, domain: str, text: str, source: str, root: Path = LOCALES) -> StoredCatalog:
    """Store a translator's file. A sentence that it leaves out keeps its existing translation."""
    _check_known(language, domain, root)
    path, target = translation_path(root, language, domain), get_language(language)
    template, before = read_entries(template_path(root, domain)), read_entries(path) if path.exists() else []
    arrived = _read(language, domain, text, source)
    plural_forms = find_plural_forms(path, target)
    entries = _join(template, before, arrived)
    unknown = {entry.key for entry in arrived} - {entry.key for entry in template}
    faults = [f"a sentence that {domain} does not have: {text!r}" for _, text in sorted(unknown, key=str)]
    faults += map(str, find_faults(language, domain, template, entries, count_forms(plural_forms)))
    if faults:
        more = [f"and {len(faults) - MOST_LISTED} more"] if len(faults) > MOST_LISTED else []
        raise BadTranslation(source, [*faults[:MOST_LISTED], *more])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(format_translation(target, plural_forms, entries), "utf-8")
    earlier = {entry.key: entry.translation for entry in before}
    return StoredCatalog(path, len(entries), sum(earlier.get(entry.key) != entry.translation for entry in entries))


def _join(template: Sequence[PoEntry], before: Sequence[PoEntry], arrived: Sequence[PoEntry]) -> list[PoEntry]:
    """Return the template's sentences with the imported translations, or the existing ones."""
    translated = {entry.key: entry for entry in [*before, *arrived] if entry.translation}
    return [
        replace(entry, translation=translated[entry.key].translation, fuzzy=translated[entry.key].fuzzy)
        if entry.key in translated
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
