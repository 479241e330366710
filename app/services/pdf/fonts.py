"""Find the font files that a page needs in each language, on this machine.

Only these files are given to the typesetter: with the same files, a document is the same, byte for byte.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from app.errors import Refused

FONT_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/Library/Fonts"),
    Path.home() / ".local/share/fonts",
)
# Used in every document: names, figures and quotes from other languages; minus and other signs.
LATIN = "NotoSans"
SCRIPTS_OF_LATIN = ("Latn", "Cyrl", "Grek")  # ISO 15924, the scripts in that font
SIGNS = "NotoSansMath"
# Other languages use Latin, Cyrillic or Greek letters.
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
    def __init__(self, language: str, files: Sequence[str], folders: Iterable[Path]) -> None:
        self.language, self.files, self.folders = language, tuple(files), tuple(folders)
        super().__init__(
            f"Expected the font {' and '.join(self.files)} to print {language}, found none in "
            f"{', '.join(map(str, self.folders))}: install the Noto fonts or set COMMONTRUST_FONT_DIR."
        )


@dataclass(frozen=True)
class Fonts:
    """Hold the font families in order of preference, with their files."""

    families: tuple[str, ...]
    files: tuple[Path, ...]


def find_fonts(languages: Sequence[str], folder: Path | None = None) -> Fonts:
    """Return the fonts for a document in the first language, which names the others.

    The operator's own folder is searched first.
    """
    folders = ((folder,) if folder else ()) + FONT_FOLDERS
    available = _files_in(folders)
    files: dict[str, Path] = {}
    for language in languages:
        wanted = _names_of(language)
        missing = [name for name in wanted if name not in available]
        if missing:
            raise FontMissing(language, missing, folders)
        files |= {name: available[name] for name in wanted}
    own, *others = map(family_of, languages)
    families = dict.fromkeys((own, FAMILIES[LATIN], FAMILIES[SIGNS], *others))
    return Fonts(tuple(families), tuple(files.values()))


def _names_of(language: str) -> list[str]:
    stems = dict.fromkeys((LATIN, LETTERS.get(language, LATIN)))
    return [*(f"{stem}-{weight}" for stem in stems for weight in WEIGHTS), f"{SIGNS}-Regular"]


def family_of(language: str) -> str:
    """Return the font family for a language's letters."""
    return CJK_FAMILIES.get(language) or FAMILIES[LETTERS.get(language, LATIN)]


def _files_in(folders: Sequence[Path]) -> dict[str, Path]:
    """Return name without ending -> file; the first folder that has a name wins."""
    found: dict[str, Path] = {}
    for folder in folders:
        for name, path in _walk(folder, _age(folder)):
            found.setdefault(name, path)
    return found


def _age(folder: Path) -> int:
    return folder.stat().st_mtime_ns if folder.is_dir() else 0


@lru_cache(maxsize=16)
def _walk(folder: Path, age: int) -> tuple[tuple[str, Path], ...]:
    """Return the font files below a folder. They are read again after the folder changed."""
    paths = [Path(root, name) for root, _, names in os.walk(folder) for name in sorted(names)]
    return tuple((path.stem, path) for path in paths if path.suffix.lower() in ENDINGS and path.stem.startswith(LATIN))
