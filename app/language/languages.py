"""The languages a resident can choose: a table. A new language is one row here and one folder in `locales/`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Direction = Literal["ltr", "rtl"]


@dataclass(frozen=True)
class Language:
    """`code` is BCP 47, as in `<html lang>`; `babel_locale` is whose numbers and dates are used.

    The two differ where Babel does not know the language: Hmong (`hmn`, `mww`) borrows `en`, Dari (`prs`) `fa_AF`.
    Such a language also brings its own plural rule for new catalogues.
    """

    code: str
    own_name: str
    english_name: str
    direction: Direction
    babel_locale: str
    plural_forms: str | None = None


SOURCE = "en"

LANGUAGES: dict[str, Language] = {
    row.code: row
    for row in (
        Language("en", "English", "English", "ltr", "en_US"),
        Language("es", "Español", "Spanish", "ltr", "es_US"),
        Language("ar", "العربية", "Arabic", "rtl", "ar"),
    )
}

# Other codes that people and browsers send for a language of ours.
ALIASES: dict[str, str] = {"hmn": "mww", "tl": "fil", "iw": "he", "zh-tw": "zh-Hant", "zh-cn": "zh-Hans"}


def get_language(code: str) -> Language:
    return LANGUAGES[code]


def find_language(code: str) -> Language | None:
    """The language for a code as a browser sends it: `es-MX` finds `es`, `hmn` finds `mww`, `eo` finds nothing."""
    wanted = code.strip().replace("_", "-").lower()
    known = {row.code.lower(): row for row in LANGUAGES.values()}
    while wanted:
        alias = ALIASES.get(wanted, wanted).lower()
        if alias in known or wanted in known:
            return known.get(wanted) or known[alias]
        wanted = wanted.rpartition("-")[0]
    return None
