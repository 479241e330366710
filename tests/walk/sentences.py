"""Find English in a page of another language: in texts, attributes and titles, visible or hidden."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from app.language.languages import LANGUAGES

# Attributes that are shown, read aloud or said by the script.
SPOKEN = ("title", "alt", "aria-label", "placeholder", "data-part", "data-empty", "data-code", "data-busy", "data-hear",
          "data-line")  # fmt: skip
SILENT = ("script", "style")
VOID = ("input", "meta", "link", "br", "hr", "circle", "path")
# A name, a diploma, a kind of square, a format, a key, a word of browsers, and what the script fills in.
NEVER_TRANSLATED = {"Commontrust", "GED", "QR", "PDF", "Escape", "Esc", "Cookie", "cookie", "[n]", "[all]"}
SHORTEST = 5  # letters; shorter words may well be the same in two languages
RUN = 4  # words in a row that mark an English sentence
LATIN = {"en", "es", "vi", "fil", "fr", "ht", "mww", "pt", "so"}


@dataclass(frozen=True)
class Piece:
    """A text of a page and the language that the page says it is in."""

    lang: str
    text: str


@dataclass
class Reader(HTMLParser):
    """Collect the pieces of a page."""

    pieces: list[Piece] = field(default_factory=list)
    open: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        stated = {name: value or "" for name, value in attrs}
        lang = stated.get("lang") or (self.open[-1][1] if self.open else "")
        if tag not in VOID:
            self.open.append((tag, lang))
        spoken = [stated[name] for name in SPOKEN if name in stated]
        if "property" in stated:
            spoken.append(stated["content"])
        if tag in ("button", "input") and stated.get("type") in ("submit", "button"):
            spoken.append(stated.get("value", ""))
        self.pieces += (Piece(lang, text) for text in spoken if text.strip())

    def handle_endtag(self, tag: str) -> None:
        while tag not in VOID and self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if text and self.open and self.open[-1][0] not in SILENT:
            self.pieces.append(Piece(self.open[-1][1], text))


def read_pieces(html: str) -> list[Piece]:
    reader = Reader()
    reader.feed(html)
    return reader.pieces


def find_english(pieces: Iterable[Piece], english: Collection[str], lang: str, names: Collection[str]) -> list[str]:
    """The texts that say they are in `lang` and are not: `english` holds the texts of the same page in English."""
    runs = {run for text in english for run in runs_of(text)}
    allowed = {*names, *NEVER_TRANSLATED}
    return [
        piece.text
        for piece in pieces
        if piece.lang == lang and is_english(without(piece.text, allowed), english, runs, lang)
    ]


def is_english(text: str, english: Collection[str], runs: Collection[tuple[str, ...]], lang: str) -> bool:
    if text in english and sum(map(str.isalpha, text)) >= SHORTEST:
        return True
    if lang not in LATIN and re.search(r"[A-Za-z]{2,}", text):
        return True
    return any(run in runs for run in runs_of(text))


def without(text: str, names: Collection[str]) -> str:
    """The text without names of places and people's addresses, which are the same everywhere."""
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, " ")
    return " ".join(re.sub(r"https?://\S+|/\S+", " ", text).split())


def runs_of(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"[^\W\d_]+", text.lower())
    return zip(*(words[start:] for start in range(RUN)), strict=False)


def is_marked(pieces: Iterable[Piece], lang: str) -> bool:
    """Whether every piece says that it is in the page's language or in another one of ours."""
    return all(piece.lang == lang or piece.lang in LANGUAGES for piece in pieces)
