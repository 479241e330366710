"""Add a language: its row in the table, a catalog for every template, and a list of what is left to do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.messages.plurals import PLURALS
from babel.plural import to_gettext

from app.errors import Refused
from app.language.completeness import check_domain, find_domains
from app.language.extra_formats import OWN_FORMATS
from app.language.languages import SOURCE, TABLE, Direction, Language, list_voices, read_table, write_table
from app.language.po_files import find_plural_forms, format_translation, read_entries, template_path, translation_path
from app.paths import LOCALES

TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
BORROWED = "en_US"  # whose numbers a language uses that Babel does not know


class LanguageRefused(Refused):
    """Refuse a language that cannot be added or offered."""


@dataclass(frozen=True)
class WantedLanguage:
    """Describe the language to add. Empty fields are taken from Babel."""

    code: str
    own_name: str = ""
    english_name: str = ""
    direction: Literal["", "ltr", "rtl"] = ""
    plural_forms: str = ""


@dataclass(frozen=True)
class CatalogLeft:
    """Count the untranslated sentences of a catalog, all its sentences, and its other faults."""

    domain: str
    sentences: int
    missing: int
    faults: int


@dataclass(frozen=True)
class LanguageLeft:
    """List what is left to do for a language."""

    language: Language
    script: str
    has_formats: bool
    voices: tuple[str, ...]
    catalogs: tuple[CatalogLeft, ...]

    @property
    def is_complete(self) -> bool:
        return self.has_formats and not any(each.missing or each.faults for each in self.catalogs)


def add_language(wanted: WantedLanguage, table: Path = TABLE, locales: Path = LOCALES) -> tuple[Language, list[Path]]:
    """Write the row and the empty catalogs; return the language and the files that were written.

    Residents cannot choose the language before `offer_language`.
    """
    rows = read_table(table)
    if wanted.code in rows:
        raise LanguageRefused(f"Expected a new language, but {wanted.code} has a row in {table.name} already.")
    language = make_language(wanted)
    written = [path for domain in find_domains(locales) if (path := _write_catalog(locales, domain, language))]
    write_table([*rows.values(), language], table)
    return language, [table, *written]


def make_language(wanted: WantedLanguage) -> Language:
    """Fill in from Babel what the operator did not give.

    >>> make_language(WantedLanguage("de"))
    Language(code='de', own_name='Deutsch', english_name='German', direction='ltr', babel_locale='de', \
plural_forms=None, offered=False)
    """
    if not TAG.fullmatch(wanted.code):
        raise LanguageRefused(f"Expected a language tag such as de or zh-Hant, got {wanted.code!r}.")
    locale = find_locale(wanted.code)
    if locale is None:
        return _make_unknown(wanted)
    own_name = locale.get_display_name() or ""
    direction: Direction = "rtl" if (wanted.direction or locale.text_direction) == "rtl" else "ltr"
    return Language(
        wanted.code,
        wanted.own_name or own_name[:1].upper() + own_name[1:],
        wanted.english_name or locale.english_name or "",
        direction,
        str(locale),
        wanted.plural_forms or _find_plural_forms(locale),
        offered=False,
    )


def _find_plural_forms(locale: Locale) -> str | None:
    """Return the plural rule of Unicode's data where gettext's own table has none for the language."""
    return None if locale.language in PLURALS else f"{to_gettext(locale.plural_form)};"


def _make_unknown(wanted: WantedLanguage) -> Language:
    """Make a language that Babel does not know from what the operator gave alone."""
    given = {
        "--name": wanted.own_name, "--english-name": wanted.english_name,
        "--direction": wanted.direction, "--plural-forms": wanted.plural_forms,
    }  # fmt: skip
    missing = [option for option, value in given.items() if not value]
    if missing:
        raise LanguageRefused(f"Expected {', '.join(missing)} for {wanted.code}, a language that Babel does not know.")
    if not re.fullmatch(r"nplurals=[1-6]; ?plural=.+;?", wanted.plural_forms):
        raise LanguageRefused(f"Expected a rule such as 'nplurals=1; plural=0;', got {wanted.plural_forms!r}.")
    direction: Direction = "rtl" if wanted.direction == "rtl" else "ltr"
    return Language(
        wanted.code, wanted.own_name, wanted.english_name, direction, BORROWED, wanted.plural_forms, offered=False
    )


def find_locale(code: str) -> Locale | None:
    """Return Babel's data of a language; None where it has none."""
    try:
        return Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def find_script(code: str) -> str:
    """Return the script that a language is written in, as ISO 15924 names it.

    >>> find_script("de"), find_script("he"), find_script("zh-Hant"), find_script("qxx")
    ('Latn', 'Hebr', 'Hant', '')
    """
    tag = code.replace("-", "_")
    likely = get_global("likely_subtags")
    found = [part for part in tag.split("_") if len(part) == 4] or str(likely.get(tag, "")).split("_")[1:2]
    return found[0] if found else ""


def _write_catalog(locales: Path, domain: str, language: Language) -> Path | None:
    """Write an empty catalog; leave one that is there as it is."""
    path = translation_path(locales, language.code, domain)
    if path.exists():
        return None
    entries = read_entries(template_path(locales, domain))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(format_translation(language, find_plural_forms(path, language), entries), "utf-8")
    return path


def find_left(language: Language, locales: Path = LOCALES) -> LanguageLeft:
    """Count what is left to do for a language."""
    borrows = language.babel_locale == BORROWED and language.code != SOURCE
    has_formats = language.code in OWN_FORMATS or not borrows
    catalogs = tuple(_count_left(locales, domain, language.code) for domain in find_domains(locales))
    return LanguageLeft(language, find_script(language.code), has_formats, list_voices(language.code), catalogs)


def _count_left(locales: Path, domain: str, code: str) -> CatalogLeft:
    problems = check_domain(locales, domain, [code]) if code != SOURCE else []
    missing = sum(each.fault == "missing" for each in problems)
    return CatalogLeft(domain, len(read_entries(template_path(locales, domain))), missing, len(problems) - missing)


def offer_language(code: str, table: Path = TABLE, locales: Path = LOCALES) -> Language:
    """Let residents choose a language whose catalogs are complete."""
    language = get_row(code, table)
    left = find_left(language, locales)
    if not left.is_complete:
        raise LanguageRefused(
            f"Expected complete catalogs and formats of {code}, but {describe_left(left.catalogs) or 'formats'} "
            f"are left: run `commontrust language status {code}`."
        )
    offered = replace(language, offered=True)
    write_table([offered if each.code == code else each for each in read_table(table).values()], table)
    return offered


def get_row(code: str, table: Path = TABLE) -> Language:
    rows = read_table(table)
    if code not in rows:
        raise LanguageRefused(f"Expected one of {', '.join(rows)}, got {code!r}.")
    return rows[code]


def describe_left(catalogs: Sequence[CatalogLeft]) -> str:
    missing, faults = sum(each.missing for each in catalogs), sum(each.faults for each in catalogs)
    counts = ((missing, "sentences without translation"), (faults, "faults"))
    return " and ".join(f"{count} {words}" for count, words in counts if count)
