"""Read and write templates (`locales/<domain>.pot`) and translations (`locales/<lang>/LC_MESSAGES/<domain>.po`).

The files have no dates and no line numbers, so that a file changes only when a sentence changes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural
from babel.messages.pofile import PoFileParser, normalize

from app.language.catalogs import Key, read_catalog
from app.language.languages import Language
from app.language.plural_forms import check_rule, count_forms, order_of_forms, reordered

LANGUAGE = re.compile(r'^"Language:[ \t]*([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]+)*)', re.MULTILINE)
# The header that xgettext writes into a new file states no rule.
UNSTATED_RULE = re.compile(r'^"Plural-Forms:[ \t]*nplurals=INTEGER.*"\r?$', re.MULTILINE)


class RepeatedSentence(ValueError):
    """Report a sentence that a file translates in two ways."""


@dataclass(frozen=True)
class PoEntry:
    """Hold one sentence as translators see it, with its translation: one string, or one for each plural form."""

    text: str
    context: str | None = None
    plural: str | None = None
    comment: str = ""
    location: str = ""
    translation: tuple[str, ...] = ()
    fuzzy: bool = False

    @property
    def key(self) -> Key:
        return self.context, self.text


def template_path(root: Path, domain: str) -> Path:
    return root / f"{domain}.pot"


def translation_path(root: Path, language: str, domain: str) -> Path:
    return root / language / "LC_MESSAGES" / f"{domain}.po"


def read_entries(path: Path) -> list[PoEntry]:
    return [_to_entry(message) for message in read_catalog(path) if message.id]


def parse_entries(text: str, plural_forms: str) -> list[PoEntry]:
    """Return the sentences of an imported file, with their plural forms in the order of our rule.

    A file without Plural-Forms has our rule. Raises BadPluralRule where the forms are for other numbers, and
    RepeatedSentence.
    """
    check_rule(text)
    text = UNSTATED_RULE.sub("", text.removeprefix("\ufeff"))
    if "Plural-Forms:" not in text:
        text = _with_rule(text, plural_forms)
    catalog = _StrictCatalog()
    PoFileParser(catalog, abort_invalid=True).parse(io.StringIO(text))
    entries = [_to_entry(message) for message in catalog if message.id]
    if "Plural-Forms:" not in text or all(entry.plural is None for entry in entries):
        return entries
    order = order_of_forms(catalog.plural_forms, plural_forms)
    return [_in_order(entry, order) for entry in entries]


def find_stated_language(text: str) -> str | None:
    """Return the language that the header of a PO file states, if any."""
    found = LANGUAGE.search(text)
    return found[1] if found else None


class _StrictCatalog(Catalog):
    """Refuse a second translation of one sentence, of which Babel keeps the first."""

    def __setitem__(self, id: Any, message: Message) -> None:
        first = self.get(id, message.context) if id else None
        if first is not None and first.string != message.string:
            raise RepeatedSentence(f"expected each sentence once, found {first.id!r} again on line {message.lineno}")
        super().__setitem__(id, message)


def _with_rule(text: str, plural_forms: str) -> str:
    """Return the text with our plural rule in its header."""
    header = re.search(r'^msgid ""\r?\nmsgstr ""\r?\n(?=")', text, re.MULTILINE)
    if header is None:
        return text
    return f'{text[: header.end()]}"Plural-Forms: {plural_forms}\\n"\n{text[header.end() :]}'


def _in_order(entry: PoEntry, order: Sequence[int]) -> PoEntry:
    if entry.plural is None or len(entry.translation) != len(order):
        return entry
    return replace(entry, translation=reordered(entry.translation, order))


def _to_entry(message: Message) -> PoEntry:
    several = isinstance(message.id, (tuple, list))
    forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    return PoEntry(
        text=message.id[0] if several else str(message.id),
        context=message.context,
        plural=message.id[1] if several else None,
        comment=" ".join(message.auto_comments),
        location=" ".join(path for path, _ in message.locations),
        translation=tuple(forms) if any(forms) else (),
        fuzzy=message.fuzzy,
    )


def find_plural_forms(path: Path, language: Language) -> str:
    """Return the plural rule of the file's header, or the rule of a new file."""
    if path.exists():
        return read_catalog(path).plural_forms
    return language.plural_forms or str(get_plural(language.babel_locale))


def format_template(domain: str, entries: Iterable[PoEntry]) -> str:
    return _format([f"# Sentences of {domain}, made from their source: do not edit.", *_header("")], entries, 2)


def format_translation(language: Language, plural_forms: str, entries: Iterable[PoEntry]) -> str:
    plurals = [f"Plural-Forms: {plural_forms.rstrip(';')};"]
    head = [f"# {language.english_name} ({language.own_name}).", *_header(language.code, plurals)]
    return _format(head, entries, count_forms(plural_forms))


def _header(code: str, more: Sequence[str] = ()) -> list[str]:
    fields = [
        f"Language: {code}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=UTF-8",
        "Content-Transfer-Encoding: 8bit",
        *more,
    ]
    return ['msgid ""', 'msgstr ""', *(f'"{field}\\n"' for field in fields)]


def _format(head: Sequence[str], entries: Iterable[PoEntry], plural_forms: int) -> str:
    blocks = ["\n".join(head), *("\n".join(_lines(entry, plural_forms)) for entry in entries)]
    return "\n\n".join(blocks) + "\n"


def _lines(entry: PoEntry, plural_forms: int) -> Iterator[str]:
    if entry.comment:
        yield f"#. {entry.comment}"
    if entry.location:
        yield f"#: {entry.location}"
    if entry.fuzzy:
        yield "#, fuzzy"
    if entry.context is not None:
        yield f"msgctxt {_quoted(entry.context)}"
    yield f"msgid {_quoted(entry.text)}"
    if entry.plural is None:
        yield f"msgstr {_quoted(entry.translation[0] if entry.translation else '')}"
        return
    yield f"msgid_plural {_quoted(entry.plural)}"
    for number, form in enumerate(entry.translation or [""] * plural_forms):
        yield f"msgstr[{number}] {_quoted(form)}"


def _quoted(text: str) -> str:
    return normalize(text, width=110)


def merge(template: Iterable[PoEntry], translated: Iterable[PoEntry]) -> list[PoEntry]:
    """Return the template's entries with their existing translations.

    A sentence whose words changed under the same context keeps its old translation, marked fuzzy: translators see it,
    residents do not. Sentences that the template no longer has are dropped.
    """
    by_key = {entry.key: entry for entry in translated}
    by_context = {entry.context: entry for entry in by_key.values()}
    return [_merge_one(entry, by_key.get(entry.key), by_context.get(entry.context)) for entry in template]


def _merge_one(entry: PoEntry, same: PoEntry | None, earlier: PoEntry | None) -> PoEntry:
    found = same or (earlier if entry.context is not None else None)
    if found is None or not found.translation or (found.plural is None) != (entry.plural is None):
        return entry
    return PoEntry(
        entry.text,
        entry.context,
        entry.plural,
        entry.comment,
        entry.location,
        found.translation,
        fuzzy=found.fuzzy or same is None,
    )


def store_domain(root: Path, domain: str, entries: Sequence[PoEntry], languages: Iterable[Language]) -> list[Path]:
    """Write the template, update the file of every language, and return the files that changed."""
    wanted = {template_path(root, domain): format_template(domain, entries)}
    for language in languages:
        path = translation_path(root, language.code, domain)
        merged = merge(entries, read_entries(path) if path.exists() else ())
        wanted[path] = format_translation(language, find_plural_forms(path, language), merged)
    changed = [path for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text]
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], "utf-8")
    return changed


def count_plural_forms(path: Path) -> int:
    return count_forms(read_catalog(path).plural_forms)
