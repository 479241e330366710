"""Where the letters come from: for each language the font files that a page needs, found on this machine.

Only these files are given to the typesetter: where they are the same, a paper is the same, byte for byte.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from app.errors import Refused

PLACES = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/Library/Fonts"),
    Path.home() / ".local/share/fonts",
)
# Everywhere: names, figures and what is quoted from another language; minus signs and the like.
LATIN = "NotoSans"
SCRIPTS_OF_LATIN = ("Latn", "Cyrl", "Grek")  # ISO 15924, the scripts in that font
SIGNS = "NotoSansMath"
# A language that is not here is written in Latin, Cyrillic or Greek letters.
LETTERS: Mapping[str, str] = {
    "ar": "NotoSansArabic",
    "fa": "NotoSansArabic",
    "prs": "NotoSansArabic",
    "ps": "NotoSansArabic",
    "ur": "NotoSansArabic",
    "he": "NotoSansHebrew",
    "am": "NotoSansEthiopic",
    "ti": "NotoSansEthiopic",
    "hy": "NotoSansArmenian",
    "hi": "NotoSansDevanagari",
    "ne": "NotoSansDevanagari",
    "pa": "NotoSansGurmukhi",
    "bn": "NotoSansBengali",
    "km": "NotoSansKhmer",
    "lo": "NotoSansLao",
    "th": "NotoSansThai",
    "my": "NotoSansMyanmar",
    "zh-Hans": "NotoSansCJK",
    "zh-Hant": "NotoSansCJK",
    "ja": "NotoSansCJK",
    "ko": "NotoSansCJK",
}
FAMILIES: Mapping[str, str] = {
    "NotoSans": "Noto Sans",
    "NotoSansMath": "Noto Sans Math",
    "NotoSansArabic": "Noto Sans Arabic",
    "NotoSansHebrew": "Noto Sans Hebrew",
    "NotoSansEthiopic": "Noto Sans Ethiopic",
    "NotoSansArmenian": "Noto Sans Armenian",
    "NotoSansDevanagari": "Noto Sans Devanagari",
    "NotoSansGurmukhi": "Noto Sans Gurmukhi",
    "NotoSansBengali": "Noto Sans Bengali",
    "NotoSansKhmer": "Noto Sans Khmer",
    "NotoSansLao": "Noto Sans Lao",
    "NotoSansThai": "Noto Sans Thai",
    "NotoSansMyanmar": "Noto Sans Myanmar",
}
CJK_FAMILIES: Mapping[str, str] = {
    "zh-Hans": "Noto Sans CJK SC",
    "zh-Hant": "Noto Sans CJK TC",
    "ja": "Noto Sans CJK JP",
    "ko": "Noto Sans CJK KR",
}
WEIGHTS = ("Regular", "Bold")
ENDINGS = (".ttf", ".otf", ".ttc")


class FontMissing(Refused):
    def __init__(self, language: str, files: Sequence[str], places: Iterable[Path]) -> None:
        self.language, self.files, self.places = language, tuple(files), tuple(places)
        super().__init__(
            f"Expected the font {' and '.join(self.files)} to print {language}, found none in "
            f"{', '.join(map(str, self.places))}: install the Noto fonts or set COMMONTRUST_FONT_DIR."
        )


@dataclass(frozen=True)
class Fonts:
    """The families in the order in which they are tried, and their files."""

    families: tuple[str, ...]
    files: tuple[Path, ...]


def find_fonts(languages: Sequence[str], folder: Path | None = None) -> Fonts:
    """The fonts of a paper in the first of its languages, in which the others are named.

    The operator's own folder is looked at first.
    """
    places = ((folder,) if folder else ()) + PLACES
    there = _files_in(places)
    files: dict[str, Path] = {}
    for language in languages:
        wanted = _names_of(language)
        missing = [name for name in wanted if name not in there]
        if missing:
            raise FontMissing(language, missing, places)
        files |= {name: there[name] for name in wanted}
    own, *others = map(family_of, languages)
    families = dict.fromkeys((own, FAMILIES[LATIN], FAMILIES[SIGNS], *others))
    return Fonts(tuple(families), tuple(files.values()))


def _names_of(language: str) -> list[str]:
    stems = dict.fromkeys((LATIN, LETTERS.get(language, LATIN)))
    return [*(f"{stem}-{weight}" for stem in stems for weight in WEIGHTS), f"{SIGNS}-Regular"]


def family_of(language: str) -> str:
    """The family of a language's letters."""
    return CJK_FAMILIES.get(language) or FAMILIES[LETTERS.get(language, LATIN)]


def _files_in(places: Sequence[Path]) -> dict[str, Path]:
    """Name without ending -> file; what stands in an earlier place wins."""
    found: dict[str, Path] = {}
    for place in places:
        for name, path in _walk(place, _age(place)):
            found.setdefault(name, path)
    return found


def _age(place: Path) -> int:
    return place.stat().st_mtime_ns if place.is_dir() else 0


@lru_cache(maxsize=16)
def _walk(place: Path, age: int) -> tuple[tuple[str, Path], ...]:
    """The font files below a folder, read again when the folder changed."""
    paths = [Path(root, name) for root, _, names in os.walk(place) for name in sorted(names)]
    return tuple((path.stem, path) for path in paths if path.suffix.lower() in ENDINGS and path.stem.startswith(LATIN))
