"""The words of a form in one language: which language is the source, and what a label says without its markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.language.languages import ALIASES, ALL_LANGUAGES, SOURCE
from app.questionnaire.definition import Row
from app.questionnaire.relevance import NotUnderstood

WORDED = ("label", "hint")
ENGLISH = ("english", "eng")
MISSING = "\u2063"  # stands where a translation has no words; no form holds this character
_TAGS = re.compile(r"</?[A-Za-z][^<>]*>")
_MARKS = re.compile(r"\*\*|__|^#+\s+", re.MULTILINE)
_SMALLER = re.compile(r"<\s*(?!=)")
_INSERTED = re.compile(r"\$\{([^}]*)\}")


def language_key(language: str) -> str:
    """The code of a language as forms write it; its name in lower case where no code is known.

    >>> language_key("English (en-US)"), language_key("Español"), language_key("Klingon")
    ('en', 'es', 'klingon')
    """
    found = re.search(r"\(([A-Za-z]{2,3}(?:[-_]\w+)*)\)\s*$", language)
    if found:
        return _known_code(found[1]) or found[1].lower()
    name = language.strip().casefold()
    if name in ENGLISH:
        return SOURCE
    names = {each.own_name.casefold(): code for code, each in ALL_LANGUAGES.items()}
    names |= {each.english_name.casefold(): code for code, each in ALL_LANGUAGES.items()}
    return names.get(name) or _known_code(name) or name


def _known_code(code: str) -> str | None:
    lower = code.replace("_", "-").lower()
    codes = {each.lower(): each for each in ALL_LANGUAGES} | {each.lower(): to for each, to in ALIASES.items()}
    return codes.get(lower) or codes.get(lower.partition("-")[0])


def name_default_language(sheets: Mapping[str, list[Row]]) -> None:
    """Put words without a language under the form's default_language, where other words name theirs."""
    rows = [row for name in ("survey", "choices") for row in sheets.get(name, [])]
    default = next(iter(sheets.get("settings", [])), {}).get("default_language", "")
    languages = find_languages(rows)
    if "" not in languages or len(languages) < 2 or default in ("", "default") or language_key(default) in languages:
        return
    for row in rows:
        for column in WORDED:
            if column in row:
                row[f"{column}::{default}"] = row.pop(column)


def find_languages(rows: Iterable[Row]) -> dict[str, str]:
    """The languages of the labels by their keys, each as the form writes it; "" where labels name no language."""
    found: dict[str, str] = {}
    for row in rows:
        for column in row:
            name, _, language = column.partition("::")
            if name == "label":
                found.setdefault(language_key(language) if language else "", language)
    return found


def choose_source(languages: Mapping[str, str], default: str, wanted: str | None) -> str:
    """The language whose words become the source; raises `NotUnderstood` where that is not clear.

    That is the wanted one, else English, else labels without a language, else the form's default_language.
    """
    default_key = language_key(default) if default and default != "default" else ""
    if wanted:
        key = language_key(wanted)
        if key in languages:
            return key
        if key == default_key and "" in languages:
            return ""
        listed = ", ".join(filter(None, languages.values())) or "none"
        raise NotUnderstood(f"expected words in {wanted}, found languages: {listed}")
    for key in (SOURCE, "", default_key):
        if key in languages or not languages:
            return key
    listed = ", ".join(languages.values())
    expected = "expected words in English, or a default_language in the sheet settings that has labels"
    raise NotUnderstood(f"{expected}; found {listed}. Choose one with --language")


@dataclass(frozen=True)
class Words:
    """Reads labels in one language; `missing` stands where a translation has none."""

    language: str
    missing: str | None = None

    def read(self, row: Row, column: str) -> str | None:
        """The words of a cell, or None; raises `NotUnderstood` for words that insert an answer."""
        text = self._find(row, column)
        inserted = _INSERTED.search(text or "")
        if self.missing and (text is None or inserted):
            return self.missing if any(each.partition("::")[0] == column for each in row) else None
        if inserted:
            raise NotUnderstood(f"its words insert the answer to {inserted[1]}")
        return to_plain(text, self.language in (SOURCE, "")) if text is not None else None

    def fixed(self, text: str) -> str:
        """Words that no cell holds, which no form translates."""
        return self.missing or text

    def _find(self, row: Row, column: str) -> str | None:
        """The cell of the language; without one, the cell of the column that names no language."""
        for name, text in row.items():
            base, _, language = name.partition("::")
            if base == column and language and language_key(language) == self.language:
                return text
        return None if self.missing else row.get(column)


def to_plain(text: str, english: bool = True) -> str:
    """Without the markup of ODK and HTML; in English "< 5" becomes "less than 5", which stays plain text.

    >>> to_plain("**How** <b>old</b>?"), to_plain("< 1 year")
    ('How old?', 'less than 1 year')
    """
    plain = _MARKS.sub("", _TAGS.sub("", text)).replace("&nbsp;", " ").replace("&amp;", "&")
    plain = plain.replace("&lt;", "<").replace("&gt;", ">").replace("<=", "≤")
    plain = _SMALLER.sub("less than ", plain) if english else plain
    lines = (" ".join("".join(c if ord(c) >= 32 else " " for c in line).split()) for line in plain.splitlines())
    return "\n".join(lines).strip()
