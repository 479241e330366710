"""Find the faults of translations: compare each file with its template, for all of `locales/`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from babel.messages.pofile import PoFileError

from app.language.catalogs import PLACEHOLDER
from app.language.cognates import COGNATES
from app.language.languages import LANGUAGES, SOURCE
from app.language.po_files import (
    PoEntry,
    count_plural_forms,
    read_entries,
    template_path,
    translation_path,
)
from app.language.typography import find_typography_faults
from app.paths import LOCALES

Fault = Literal[
    "missing",
    "stale",
    "fuzzy",
    "placeholder",
    "plural",
    "markup",
    "too long",
    "untranslated",
    "typography",
    "unreadable",
]

# A translation may be this much wider than English before it no longer fits a phone.
WIDER_BY_FACTOR = 2
WIDER_BY_LETTERS = 40
MARKUP = re.compile(r"</?[A-Za-z][^>]*>|&#?\w+;")
# Control characters, and characters that change the direction of the text after them. Pages isolate names themselves.
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
VIRAMA = 9  # Unicode's combining class of signs that join the next letter to the one before
# Shorter sentences, such as "No", can be the same in two languages.
SAME_UP_TO_LETTERS = 4


@dataclass(frozen=True)
class CatalogProblem:
    """Describe one fault of one sentence in one language."""

    language: str
    domain: str
    fault: Fault
    sentence: str
    detail: str = ""

    def __str__(self) -> str:
        detail = f" ({self.detail})" if self.detail else ""
        return f"{self.language}/{self.domain}: {self.fault}: {self.sentence!r}{detail}"


def find_faults(
    language: str, domain: str, template: Iterable[PoEntry], translated: Iterable[PoEntry], plural_forms: int
) -> list[CatalogProblem]:
    """Return every fault of a translation, compared with its template."""
    wanted = {entry.key: entry for entry in template}
    existing = {entry.key: entry for entry in translated}
    faults: list[tuple[Fault, PoEntry, str]] = []
    for key, entry in wanted.items():
        found = existing.get(key)
        if found is None or not found.translation:
            faults.append(("missing", entry, ""))
        else:
            faults += ((fault, entry, detail) for fault, detail in _faults_of(entry, found, plural_forms))
            if _is_untranslated(language, entry, found):
                faults.append(("untranslated", entry, "the same as the English"))
            faults += (
                ("typography", entry, detail)
                for form in found.translation
                for detail in find_typography_faults(language, form)
            )
    faults += (("stale", entry, "") for key, entry in existing.items() if key not in wanted)
    return [
        CatalogProblem(language, domain, fault, entry.text, "; ".join(filter(None, (entry.context, detail))))
        for fault, entry, detail in faults
    ]


def _faults_of(entry: PoEntry, found: PoEntry, plural_forms: int) -> Iterator[tuple[Fault, str]]:
    if found.fuzzy:
        yield "fuzzy", "a translator has to check it"
    forms = found.translation
    expected = plural_forms if entry.plural is not None else 1
    if len(forms) != expected or not all(form.strip() for form in forms):
        yield "plural", f"expected {expected} forms, found {sum(1 for form in forms if form.strip())}"
    yield from _placeholder_faults(entry, forms)
    yield from _markup_faults(entry, forms)
    widest = max(map(width, forms))
    room = WIDER_BY_FACTOR * max(width(entry.text), width(entry.plural or "")) + WIDER_BY_LETTERS
    if widest > room:
        yield "too long", f"expected room for {room} letters, found {widest}"


def _is_untranslated(language: str, entry: PoEntry, found: PoEntry) -> bool:
    """Return whether a translation repeats the English, and is no cognate that the language shares with it."""
    letters = sum(map(str.isalpha, PLACEHOLDER.sub("", entry.text)))
    return (
        entry.text in found.translation
        and letters > SAME_UP_TO_LETTERS
        and entry.text not in COGNATES.get(language, frozenset())
    )


def width(text: str) -> int:
    """Return the width of a text in letters. Combining marks have none; Chinese letters have two."""
    return sum(_width(before, letter) for before, letter in zip(" " + text, text, strict=False))


def _width(before: str, letter: str) -> int:
    if unicodedata.category(letter) in ("Mn", "Mc", "Me", "Cf") or unicodedata.combining(before) == VIRAMA:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in ("W", "F") else 1


def _placeholder_faults(entry: PoEntry, forms: Sequence[str]) -> Iterator[tuple[Fault, str]]:
    """Yield wrong placeholders. A plural form may leave out the number ("one answer"), but nothing else."""
    wanted = set(PLACEHOLDER.findall(entry.text + (entry.plural or "")))
    needed = wanted - {"n"} if entry.plural is not None else wanted
    for form in forms:
        found = set(PLACEHOLDER.findall(form))
        rest = PLACEHOLDER.sub("", form)
        if not needed <= found <= wanted:
            yield "placeholder", f"expected {_names(wanted)}, found {_names(found)}"
        elif "{" in rest or "}" in rest:
            yield "placeholder", "a brace outside of a placeholder"


def _markup_faults(entry: PoEntry, forms: Sequence[str]) -> Iterator[tuple[Fault, str]]:
    wanted = sorted(MARKUP.findall(entry.text))
    for form in forms:
        found = sorted(MARKUP.findall(form))
        if found != wanted:
            yield "markup", f"expected {' '.join(wanted) or 'no tags'}, found {' '.join(found) or 'none'}"
        if FORBIDDEN.search(form):
            yield "markup", "an invisible character that changes the page"
        if form != form.strip() and entry.text == entry.text.strip():
            yield "markup", "a space before or after the sentence"


def _names(names: set[str]) -> str:
    return ", ".join(sorted(f"{{{name}}}" for name in names)) or "none"


def check_domain(root: Path, domain: str, languages: Iterable[str]) -> list[CatalogProblem]:
    template = read_entries(template_path(root, domain))
    return [problem for language in languages for problem in _check_file(root, domain, language, template)]


def _check_file(root: Path, domain: str, language: str, template: Sequence[PoEntry]) -> list[CatalogProblem]:
    path = translation_path(root, language, domain)
    if not path.exists():
        return [CatalogProblem(language, domain, "unreadable", "", f"expected a file {path.name}, found none")]
    if "Plural-Forms:" not in path.read_text("utf-8"):
        return [CatalogProblem(language, domain, "plural", "", "expected a Plural-Forms header, found none")]
    try:
        return find_faults(language, domain, template, read_entries(path), count_plural_forms(path))
    except PoFileError as error:
        return [CatalogProblem(language, domain, "unreadable", error.line, f"line {error.lineno}: {error}")]


def find_domains(root: Path) -> list[str]:
    return sorted(path.stem for path in root.glob("*.pot"))


def check_catalogs(root: Path = LOCALES) -> list[CatalogProblem]:
    """Return every fault of every domain that has a template, in all languages."""
    others = [code for code in LANGUAGES if code != SOURCE]
    return [problem for domain in find_domains(root) for problem in check_domain(root, domain, others)]
