"""Export catalogs to translators and import them again.

An import is checked completely and stored only without faults.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from babel.messages.pofile import PoFileError

from app.errors import BadTranslation, NotFound
from app.language.catalogs import Key
from app.language.completeness import find_domains, find_faults
from app.language.languages import ALL_LANGUAGES, SOURCE, find_language, get_language
from app.language.plural_forms import BadPluralRule, count_forms, numbers_of
from app.language.po_files import (
    PoEntry,
    RepeatedSentence,
    find_plural_forms,
    find_stated_language,
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
CHARSET = re.compile(rb"(?:charset=|encoding=[\"'])([A-Za-z0-9_.:-]+)")
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class StoredCatalog:
    """Count the sentences of an import, and those that changed. `fuzzy` lists those that were left as they were."""

    path: Path
    sentences: int
    changed: int
    fuzzy: tuple[str, ...] = ()


def export_translation(language: str, domain: str, format: Format, root: Path = LOCALES) -> str:
    """Return the catalog as a file for translators, with contexts, notes and untranslated sentences."""
    _check_known(language, domain, root)
    path, target = translation_path(root, language, domain), get_language(language)
    entries = merge(read_entries(template_path(root, domain)), read_entries(path) if path.exists() else ())
    plural_forms = find_plural_forms(path, target)
    if format == "po":
        return format_translation(target, plural_forms, entries)
    version: Literal["1.2", "2.0"] = "1.2" if format == "xliff-1.2" else "2.0"
    return format_xliff(
        version, Exchanged(language, domain, tuple(entries)), count_forms(plural_forms), numbers_of(plural_forms)
    )


def import_translation(language: str, domain: str, text: str, source: str, root: Path = LOCALES) -> StoredCatalog:
    """Store a translator's file. A sentence that it leaves out or marks fuzzy keeps its existing translation."""
    _check_known(language, domain, root)
    path, target = translation_path(root, language, domain), get_language(language)
    template, before = read_entries(template_path(root, domain)), read_entries(path) if path.exists() else []
    plural_forms = find_plural_forms(path, target)
    found = read_translation(language, domain, text, source, plural_forms)
    arrived = [entry for entry in found if not entry.fuzzy]
    entries = _join(template, before, arrived)
    unknown = {entry.key for entry in found} - {entry.key for entry in template}
    faults = [f"a sentence that {domain} does not have: {text!r}" for _, text in sorted(unknown, key=str)]
    faults += map(str, find_faults(language, domain, template, entries, count_forms(plural_forms)))
    if faults:
        more = [f"and {len(faults) - MOST_LISTED} more"] if len(faults) > MOST_LISTED else []
        raise BadTranslation(source, [*faults[:MOST_LISTED], *more])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(format_translation(target, plural_forms, entries), "utf-8")
    earlier = {entry.key: entry.translation for entry in before}
    changed = sum(earlier.get(entry.key) != entry.translation for entry in entries)
    return StoredCatalog(path, len(entries), changed, tuple(entry.text for entry in found if entry.fuzzy))


def _join(template: Sequence[PoEntry], before: Sequence[PoEntry], arrived: Sequence[PoEntry]) -> list[PoEntry]:
    """Return the template's sentences with the imported translations, or the existing ones."""
    translated = {entry.key: entry for entry in [*before, *arrived] if entry.translation}
    return [
        replace(entry, translation=translated[entry.key].translation, fuzzy=translated[entry.key].fuzzy)
        if entry.key in translated
        else entry
        for entry in template
    ]


def load_translation(path: Path) -> str:
    """Return the text of a translator's file: UTF-8, UTF-16 with its mark, or the charset that the file names."""
    content = path.read_bytes()
    declared = CHARSET.search(content[:4000])
    named = declared[1].decode("ascii") if declared else "utf-8"
    for encoding in ("utf-16" if content.startswith(UTF_16_MARKS) else "utf-8-sig", named):
        try:
            return content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    raise BadTranslation(
        str(path), [f"expected text in UTF-8 or the charset that the file names, found neither ({named})"]
    )


def read_translation(language: str, domain: str, text: str, source: str, plural_forms: str) -> Sequence[PoEntry]:
    """Return the sentences of a PO or XLIFF file. Raises `BadTranslation`."""
    text = text.removeprefix("\ufeff")
    if not text.lstrip().startswith("<"):
        stated = find_stated_language(text)
        if stated is not None and not _is_same(stated, language):
            raise BadTranslation(source, [f"expected {language}/{domain}, found a file in {stated}"])
        try:
            return _with_sentences(parse_entries(text, plural_forms), source)
        except PoFileError as error:
            raise BadTranslation(source, [f"line {error.lineno}: {error}"]) from None
        except (BadPluralRule, RepeatedSentence) as error:
            raise BadTranslation(source, [str(error)]) from None
        except (ValueError, LookupError) as error:
            raise BadTranslation(source, [f"expected a PO file with a readable header ({error})"]) from None
    found = read_xliff(text, source)
    if not _is_same(found.language, language) or found.domain != domain:
        raise BadTranslation(source, [f"expected {language}/{domain}, found {found.language}/{found.domain}"])
    _check_no_sentence_twice(found.entries, source)
    return _with_sentences(found.entries, source)


def _with_sentences(entries: Sequence[PoEntry], source: str) -> Sequence[PoEntry]:
    if not entries:
        raise BadTranslation(source, ["expected at least one sentence, found none"])
    return entries


def _check_no_sentence_twice(entries: Sequence[PoEntry], source: str) -> None:
    """Refuse a sentence with two translations."""
    first: dict[Key, PoEntry] = {}
    for entry in entries:
        if first.setdefault(entry.key, entry).translation != entry.translation:
            raise BadTranslation(source, [f"expected each sentence once, found {entry.text!r} again"])


def _is_same(found: str, language: str) -> bool:
    """Return whether a tag is a language of ours or a region of it: `ar-SA` is `ar`.

    >>> _is_same("ar-SA", "ar"), _is_same("zh-TW", "zh-Hans"), _is_same("es", "ar")
    (True, False, False)
    """
    ours = find_language(found.replace("_", "-"))
    if ours is not None:
        return ours.code == language
    return f"{found.replace('_', '-').lower()}-".startswith(f"{language.lower()}-")


def _check_known(language: str, domain: str, root: Path) -> None:
    if language not in ALL_LANGUAGES or language == SOURCE:
        raise NotFound("translation", language, set(ALL_LANGUAGES) - {SOURCE})
    if domain not in find_domains(root):
        raise NotFound("catalog", domain, find_domains(root))
