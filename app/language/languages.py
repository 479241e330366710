"""List the languages that a resident can choose. A new language is one row here and one folder in `locales/`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Direction = Literal["ltr", "rtl"]


@dataclass(frozen=True)
class Language:
    """Describe a language: `code` is BCP 47, as in `<html lang>`; `babel_locale` formats its numbers and dates.

    A language that Babel does not know uses the numbers of another one, has its own plural rule for new catalogs, and
    has its own months and lists in `extra_formats.py`. Hmong is
    `Language("mww", "Hmoob", "Hmong", "ltr", "en_US", "nplurals=1; plural=0;")`.
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
        Language("zh-Hant", "繁體中文", "Traditional Chinese", "ltr", "zh_Hant_TW"),
        Language("zh-Hans", "简体中文", "Simplified Chinese", "ltr", "zh_Hans_CN"),
        Language("vi", "Tiếng Việt", "Vietnamese", "ltr", "vi"),
        Language("ko", "한국어", "Korean", "ltr", "ko"),
        Language("fil", "Filipino/Tagalog", "Filipino (Tagalog)", "ltr", "fil"),
        Language("ja", "日本語", "Japanese", "ltr", "ja"),
        Language("th", "ไทย", "Thai", "ltr", "th"),
        Language("km", "ខ្មែរ", "Khmer", "ltr", "km"),
        Language("lo", "ລາວ", "Lao", "ltr", "lo"),
        Language("mww", "Hmoob", "Hmong", "ltr", "en_US", "nplurals=1; plural=0;"),
        Language("ar", "العربية", "Arabic", "rtl", "ar"),
        Language("fa", "فارسی", "Persian", "rtl", "fa"),
        Language("ru", "Русский", "Russian", "ltr", "ru"),
        Language("uk", "Українська", "Ukrainian", "ltr", "uk"),
        Language("fr", "Français", "French", "ltr", "fr"),
        Language("pt", "Português", "Brazilian Portuguese", "ltr", "pt_BR"),
        Language("ht", "Kreyòl ayisyen", "Haitian Creole", "ltr", "ht"),
        Language("hy", "Հայերեն", "Eastern Armenian", "ltr", "hy"),
        Language("hi", "हिन्दी", "Hindi", "ltr", "hi"),
        Language("pa", "ਪੰਜਾਬੀ", "Punjabi", "ltr", "pa_Guru"),
        Language("ur", "اردو", "Urdu", "rtl", "ur"),
        Language("so", "Soomaali", "Somali", "ltr", "so"),
    )
}

# Other codes that people and browsers send for a language of ours.
ALIASES: dict[str, str] = {
    "hmn": "mww",
    "tl": "fil",
    "iw": "he",
    "zh": "zh-Hans",
    "zh-cn": "zh-Hans",
    "zh-sg": "zh-Hans",
    "cmn": "zh-Hans",
    "zh-tw": "zh-Hant",
    "zh-hk": "zh-Hant",
    "zh-mo": "zh-Hant",
    "yue": "zh-Hant",
    "pes": "fa",
    "fa-af": "prs",
    "hyw": "hy",
    # Readers of Punjabi in Arabic letters read Urdu, not Gurmukhi.
    "pa-arab": "ur",
    "pa-pk": "ur",
}

# The names that devices give to the voices of a language, where they do not begin with its own code.
VOICES: dict[str, tuple[str, ...]] = {
    "zh-Hans": ("zh-Hans", "zh-CN", "zh-SG", "cmn-Hans"),
    "zh-Hant": ("zh-Hant", "zh-TW", "zh-HK", "cmn-Hant", "yue"),
    "fil": ("fil", "tl"),
    "mww": ("mww", "hmn"),
    "prs": ("prs", "fa-AF"),
}


def list_voices(code: str) -> tuple[str, ...]:
    """Return the beginnings of the names of a language's voices: `es` fits `es-MX`."""
    return VOICES.get(code, (code.partition("-")[0],))


def get_language(code: str) -> Language:
    return LANGUAGES[code]


def find_language(code: str) -> Language | None:
    """Return the language for a code from a browser: `es-MX` finds `es`, `hmn` finds `mww`, `eo` finds nothing."""
    wanted = code.strip().replace("_", "-").lower()
    known = {row.code.lower(): row for row in LANGUAGES.values()}
    while wanted:
        alias = ALIASES.get(wanted, wanted).lower()
        if alias in known or wanted in known:
            return known.get(wanted) or known[alias]
        wanted = wanted.rpartition("-")[0]
    return None
