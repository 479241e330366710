"""Set values with a Typst template as PDF/UA-1 (tagged, with language and title), or as a picture of one page.

The same values give the same bytes. A letter that no font has is refused: the page would show boxes in place of words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

from app.errors import Refused
from app.extras import require
from app.services.pdf.fonts import Fonts, find_fonts

if TYPE_CHECKING:
    import typst

REGIONS: Mapping[str, str] = {"Hans": "CN", "Hant": "TW"}
STANDARD: Literal["ua-1"] = "ua-1"
PictureForm = Literal["svg", "png"]


class NotPrinted(Refused):
    def __init__(self, language: str, reason: str) -> None:
        self.language, self.reason = language, reason
        super().__init__(f"Expected a document in {language} that can be set completely as PDF, got: {reason}.")


@dataclass(frozen=True)
class Paper:
    """Hold the values for a template, and its date. The first language is that of the document; it names the others."""

    template: Path
    languages: tuple[str, ...]
    day: date
    values: Mapping[str, Any]


def to_pdf(paper: Paper, font_folder: Path | None = None) -> bytes:
    """Set the document as a PDF file.

    A template gets `paper` (its values), `fonts` (families in order) and `language`.
    """
    require("pdf")
    import typst

    fonts = find_fonts(paper.languages, font_folder)
    try:
        return typst.compile(
            paper.template.read_bytes(),
            font_paths=_load(fonts),
            ignore_system_fonts=True,
            sys_inputs=_inputs(paper, fonts),
            format="pdf",
            pdf_standards=STANDARD,
            timestamp=datetime.combine(paper.day, time(), UTC),
        )
    except typst.TypstError as error:
        raise NotPrinted(paper.languages[0], error.message) from None


def to_picture(paper: Paper, form: PictureForm, scale: int = 1, font_folder: Path | None = None) -> bytes:
    """Set the document as a picture of one page: SVG, or PNG at 96 dots an inch times the scale."""
    require("pdf")
    import typst

    fonts = find_fonts(paper.languages, font_folder)
    try:
        found = typst.compile(
            paper.template.read_bytes(),
            font_paths=_load(fonts),
            ignore_system_fonts=True,
            sys_inputs=_inputs(paper, fonts),
            format=form,
            ppi=96.0 * scale,
        )
    except typst.TypstError as error:
        raise NotPrinted(paper.languages[0], error.message) from None
    return found if isinstance(found, bytes) else found[0]


def _inputs(paper: Paper, fonts: Fonts) -> dict[str, str]:
    return {
        "paper": json.dumps(paper.values, ensure_ascii=False),
        "fonts": json.dumps(fonts.families),
        "language": json.dumps(to_typst_language(paper.languages[0])),
    }


def to_typst_language(language: str) -> dict[str, str]:
    """Return the language for Typst, which has no scripts and separates the two kinds of Chinese by region."""
    code, _, script = language.partition("-")
    return {"lang": code} | ({"region": REGIONS[script]} if script in REGIONS else {})


@lru_cache(maxsize=8)
def _load(fonts: Fonts) -> typst.Fonts:
    """Load only these files. Typst searches folders, so they are linked into a folder of their own."""
    import typst

    with TemporaryDirectory() as folder:
        for file in fonts.files:
            (Path(folder) / file.name).symlink_to(file)
        return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
