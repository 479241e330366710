"""Read the languages of the service from `languages.csv`, to which `commontrust language add` adds a row."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Literal

Direction = Literal["ltr", "rtl"]


@dataclass(frozen=True)
class Language:
    """A row: `code` is BCP 47, as in `<html lang>`; `babel_locale` gives the form of numbers and dates.

    A language that Babel does not know uses another one's numbers, has its own plural rule for new catalogs, and its
    own months and lists in `extra_formats.py`. Residents can choose a language once it is `offered`.
    """

    code: str
    own_name: str
    english_name: str
    direction: Direction
    babel_locale: str
    plural_forms: str | None = None
    offered: bool = True


SOURCE = "en"
YES = {True: "yes", False: "no"}

TABLE = Path(__file__).with_name("languages.csv")


def read_table(path: Path = TABLE) -> dict[str, Language]:
    """Read every row of the table, by code."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: _to_language(row) for row in csv.DictReader(file)}


def write_table(languages: Iterable[Language], path: Path = TABLE) -> None:
    """Write the table anew, a row for each language."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [each.name for each in fields(Language)], lineterminator="\n")
        writer.writeheader()
        for language in languages:
            row = asdict(language)
            writer.writerow(row | {"plural_forms": row["plural_forms"] or "", "offered": YES[language.offered]})


def _to_language(row: dict[str, str]) -> Language:
    direction: Direction = "rtl" if row["direction"] == "rtl" else "ltr"
    return Language(
        row["code"],
        row["own_name"],
        row["english_name"],
        direction,
        row["babel_locale"],
        row["plural_forms"] or None,
        row["offered"] == YES[True],
    )


ALL_LANGUAGES: dict[str, Language] = read_table()
# The languages that people can choose. A language in translation has a row and catalogs, and is not here.
LANGUAGES: dict[str, Language] = {code: each for code, each in ALL_LANGUAGES.items() if each.offered}

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
    """List how the names of voices of a language begin: `es` fits `es-MX`."""
    return VOICES.get(code, (code.partition("-")[0],))


def get_language(code: str) -> Language:
    return LANGUAGES.get(code) or ALL_LANGUAGES[code]


def find_language(code: str) -> Language | None:
    """Find the language for a code as a browser sends it: `es-MX` finds `es`, `hmn` finds `mww`, `eo` finds nothing."""
    wanted = code.strip().replace("_", "-").lower()
    known = {row.code.lower(): row for row in LANGUAGES.values()}
    while wanted:
        alias = ALIASES.get(wanted, wanted).lower()
        if alias in known or wanted in known:
            return known.get(wanted) or known[alias]
        wanted = wanted.rpartition("-")[0]
    return None
