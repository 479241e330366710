"""Read translations from `locales/<lang>/LC_MESSAGES/<domain>.po` at run time.

English is the source, so it needs no catalog. In every other language a missing sentence is an error, because English
must not appear in a translated page; `completeness` finds it before a wave opens.
"""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po

from app.language.languages import SOURCE
from app.paths import LOCALES

PLACEHOLDER = re.compile(r"\{(\w+)\}")

Key = tuple[str | None, str]
UNREADABLE = (OSError, ValueError, PoFileError)  # what reading a damaged catalog raises


class MissingSentence(LookupError):
    """Report that a sentence has no translation in a language that a wave uses."""

    def __init__(self, language: str, domain: str, message: str, context: str | None) -> None:
        self.language, self.domain, self.message, self.context = language, domain, message, context
        where = f" ({context})" if context else ""
        super().__init__(f"Expected a {language} translation in {domain}.po of {message!r}{where}, found none.")


@dataclass(frozen=True)
class MessageCatalog:
    """Hold the sentences of one domain in one language."""

    language: str
    domain: str
    messages: Mapping[Key, tuple[str, ...]]
    plural_form: Callable[[int], int]
    plural_rule: str = "(n != 1)"  # of `plural_form`, as gettext writes it
    # Frozen beside the sentences of a survey: the names of months, and the sentences of the page around them.
    months: tuple[str, ...] = ()
    interface: MessageCatalog | None = None
    # The English sentence that each name of code had when a wave opened.
    named_sentences: Mapping[str, str] = field(default_factory=dict)

    def find(self, message: str, context: str | None = None) -> tuple[str, ...] | None:
        """Return the translation and its plural forms, unfilled, or None."""
        return self.messages.get((context, message))

    def text(self, message: str, /, context: str | None = None, *, strict: bool = True, **values: object) -> str:
        """Return one sentence with its `{placeholders}` filled from `values`."""
        return fill(self._forms(message, context, (message,), strict)[0], values)

    def named(self, name: str, message: str, /, **values: object) -> str:
        """Return a sentence of code, in the words that its name had when the wave opened."""
        found = self.named_sentences.get(name, message)
        return fill(self._forms(found, None, (found,), strict=True)[0], values)

    def plural(
        self,
        singular: str,
        plural: str,
        n: int,
        /,
        context: str | None = None,
        *,
        strict: bool = True,
        **values: object,
    ) -> str:
        """Return the plural form for `n`, which also fills `{n}`."""
        forms = self._forms(singular, context, (singular, plural), strict)
        form = self.plural_form(n) if len(forms) > 1 or forms[0] != singular else 0
        return fill(forms[min(form, len(forms) - 1)], {"n": n, **values})

    def _forms(self, message: str, context: str | None, source: tuple[str, ...], strict: bool) -> tuple[str, ...]:
        found = self.find(message, context)
        if found is None and strict and self.language != SOURCE:
            raise MissingSentence(self.language, self.domain, message, context)
        return found or source


@dataclass(frozen=True)
class FrozenCatalog(MessageCatalog):
    """Hold the sentences of one domain as they were when a wave opened.

    A sentence that only the pages of a later version ask for comes from the catalog of that version.
    """

    def find(self, message: str, context: str | None = None) -> tuple[str, ...] | None:
        return super().find(message, context) or self._find_later(message, context)

    def _find_later(self, message: str, context: str | None) -> tuple[str, ...] | None:
        if self.language == SOURCE:
            return None
        try:
            return load_catalog(self.language, self.domain).find(message, context)
        except UNREADABLE:
            return None


def fill(text: str, values: Mapping[str, object]) -> str:
    """Replace each `{name}` by its value. Only names are allowed, so a catalog cannot reach into an object."""
    return PLACEHOLDER.sub(lambda name: str(values[name[1]]), text)


def english_plural(n: int) -> int:
    return int(n != 1)


def load_catalog(language: str, domain: str, root: Path = LOCALES) -> MessageCatalog:
    """Return the catalog as it is on disk now. The file is read again only after a change."""
    path = root / language / "LC_MESSAGES" / f"{domain}.po"
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        return MessageCatalog(language, domain, {}, english_plural)
    return _read(path, language, domain, changed)


@lru_cache(maxsize=256)
def _read(path: Path, language: str, domain: str, changed: int) -> MessageCatalog:
    catalog = read_catalog(path)
    messages = {
        (message.context, _singular(message.id)): _strings(message.string)
        for message in catalog
        if message.id and not message.fuzzy and all(_strings(message.string))
    }
    return MessageCatalog(language, domain, messages, gettext.c2py(catalog.plural_expr), catalog.plural_expr)


def read_catalog(path: Path) -> Catalog:
    """Read a file with Babel. A locale that Babel does not know keeps the plural rule of the file's header."""
    return parse_catalog(path.read_text("utf-8"))


def parse_catalog(text: str) -> Catalog:
    """Read the text of a file, whatever charset its header names; a byte order mark is taken off."""
    return read_po(io.StringIO(text.removeprefix("\ufeff")), abort_invalid=True)


def _singular(message: str | tuple[str, ...] | list[str]) -> str:
    return message if isinstance(message, str) else message[0]


def _strings(string: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (string or "",) if isinstance(string, str) or string is None else tuple(string)
