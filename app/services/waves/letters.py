"""Write letters with one code each, and reminders, posters and cards without: sheets in the languages of the wave.

The sentences are the catalog `letters`. This service never learns the recipient of a letter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
from jinja2 import BaseLoader, DictLoader, FileSystemLoader, StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup
from sqlalchemy import Engine

from app.language.catalogs import MessageCatalog
from app.language.languages import SOURCE, Direction
from app.language.number_isolation import isolate_numbers
from app.records.database import reading
from app.records.waves import get_wave
from app.services.ballots.invitation_codes import Invitation
from app.services.common.logos import SVG
from app.services.pdf.typesetting import Paper, to_pdf
from app.services.waves.letter_sentences import SENTENCES
from app.services.waves.letter_settings import PAPERS, LetterLook, LetterSettings, find_look
from app.services.waves.open_waves import OpenWave, to_open_wave
from app.services.waves.page_sentences import FACTS
from app.services.waves.page_sources import LETTERS, PageSources

DOMAIN, PAGES = "letters", "interface"
PRINT_TEMPLATE = Path(__file__).parent / "letters.typ"
LETTER, REMINDER, POSTER, CARDS = "letter", "reminder", "poster", "cards"
CARDS_ON_A_SHEET = 8
# A sheet holds three languages, or two and a line in each of the others.
MOST_IN_FULL = 3
IN_FULL_OF_MANY = 2

# Sentences that the frozen words of rounds opened by an earlier version lack; they are then left out.
LATER = ("why", "reminder")

# The paragraphs of each kind of sheet.
PARAGRAPHS: Mapping[str, tuple[str, ...]] = {
    LETTER: ("invitation", "why", "birthday", "once", "anonymous"),
    REMINDER: ("reminder", "invitation", "anonymous"),
    POSTER: ("invitation", "anonymous"),
    CARDS: ("invitation",),
}
TO_HOMES = ("why", "birthday")
# Letters of these surveys reach people at work, not homes.
AT_WORK = ("staff", "partners")
OF_HOMES = "address sample"
NO_CODE = "XXXXX-XXXXX"  # on a letter to look at: no code has this form


@dataclass(frozen=True)
class LetterText:
    """Hold one letter in one language, without its code."""

    language: str
    direction: Direction
    title: str
    paragraphs: tuple[str, ...]
    scan: str
    type: str
    closing: tuple[str, ...]
    languages: str
    facts: tuple[tuple[str, str], ...] = ()
    own: str = ""


@dataclass(frozen=True)
class Letter:
    """Hold what the template shows: `texts` in full, and `lines` with only the link to the survey."""

    texts: tuple[LetterText, ...]
    lines: tuple[LetterText, ...]
    code: str
    address: str
    square: Markup


def write_letters(
    engine: Engine,
    wave: str,
    invitations: Sequence[Invitation],
    secret: bytes,
    progress: Callable[[int], None] = lambda done: None,
) -> str:
    """Return the page with a letter for each invitation."""
    open_wave, letters, look = _make_letters(engine, wave, invitations, secret, progress)
    first = open_wave.words_in(open_wave.languages[0])
    return to_page(letters, wave, first.language, look, sources=first.sources)


def print_letters(engine: Engine, wave: str, invitations: Sequence[Invitation], secret: bytes, day: date) -> bytes:
    """Return the letters as a PDF file."""
    open_wave, letters, look = _make_letters(engine, wave, invitations, secret)
    return to_pdf(_paper(open_wave, list(letters), look, LETTER, day))


def write_sheet(engine: Engine, wave: str, kind: str, secret: bytes, base_url: str) -> str:
    """Return one sheet without a code as a page: a letter to look at, a reminder, a poster, or cards."""
    open_wave, look, letter = _make_sheet(engine, wave, kind, secret, base_url)
    first = open_wave.words_in(open_wave.languages[0])
    return to_page([letter] * _copies(kind), wave, first.language, look, kind, first.sources)


def print_sheet(engine: Engine, wave: str, kind: str, secret: bytes, base_url: str, day: date) -> bytes:
    """Return the same sheet as a PDF file."""
    open_wave, look, letter = _make_sheet(engine, wave, kind, secret, base_url)
    return to_pdf(_paper(open_wave, [letter] * _copies(kind), look, kind, day))


def _copies(kind: str) -> int:
    return CARDS_ON_A_SHEET if kind == CARDS else 1


def _make_letters(
    engine: Engine,
    wave: str,
    invitations: Sequence[Invitation],
    secret: bytes,
    progress: Callable[[int], None] = lambda done: None,
) -> tuple[OpenWave, Iterator[Letter], LetterLook]:
    with reading(engine) as session:
        stored = get_wave(session, wave)
        open_wave, names_adult = to_open_wave(session, stored, secret), "household" in stored.protocol
    look = find_look(engine, wave)
    letters = to_letters(open_wave, invitations, progress, names_adult=names_adult, settings=look.settings)
    return open_wave, letters, look


def _make_sheet(
    engine: Engine, wave: str, kind: str, secret: bytes, base_url: str
) -> tuple[OpenWave, LetterLook, Letter]:
    with reading(engine) as session:
        open_wave = to_open_wave(session, get_wave(session, wave), secret)
    look, address = find_look(engine, wave), f"{base_url}/s/{wave}"
    code = NO_CODE if kind == LETTER else ""
    texts = [letter_text(open_wave, language, True, look.settings, kind) for language in open_wave.languages]
    in_full = 1 if kind == CARDS else len(texts) if len(texts) <= MOST_IN_FULL else IN_FULL_OF_MANY
    return open_wave, look, Letter(tuple(texts[:in_full]), tuple(texts[in_full:]), code, address, to_square(address))


def letter_text(
    wave: OpenWave, language: str, to_home: bool = True, settings: LetterSettings | None = None, kind: str = LETTER
) -> LetterText:
    """Return one letter. A letter `to_home` reaches a household, and names the adult who should answer."""
    frozen = wave.words_in(language)
    words = frozen.catalogs[DOMAIN]
    community, contact = wave.community_name[language], isolate_numbers(wave.contact, language)
    sentences = {
        name: words.named(f"letter.{name}", each, community=community, contact=contact)
        for name, each in SENTENCES.items()
        if name not in LATER or language == SOURCE or _has(words, name, each)
    }
    closing = [sentences["free"]]
    if len(wave.languages) > 1:
        closing.append(sentences["languages"])
    if wave.contact:
        closing.append(sentences["contact"])
    return LetterText(
        language=language,
        direction=frozen.direction,
        title=sentences["title"],
        paragraphs=tuple(
            sentences[name] for name in PARAGRAPHS[kind] if name in sentences and (to_home or name not in TO_HOMES)
        ),
        scan=sentences["scan"],
        type=sentences["type"] if kind == LETTER else "",
        closing=tuple(closing),
        languages=sentences["languages"],
        facts=tuple(_facts(wave, frozen.catalogs[PAGES], language)) if kind != CARDS else (),
        own=isolate_numbers(settings.words.get(language, ""), language) if settings and kind != CARDS else "",
    )


def _facts(wave: OpenWave, words: MessageCatalog, language: str) -> Iterator[tuple[str, str]]:
    """Yield who asks, the last day and the day of the results, in words of the first page of residents."""
    facts = wave.facts
    if facts.asked_by:
        yield _say(words, "asked_by"), facts.asked_by
    if facts.last_day:
        yield _say(words, "last_day"), wave.words_in(language).write_date(facts.last_day)
    if facts.results_day:
        day = wave.words_in(language).write_date(facts.results_day)
        yield _say(words, "results"), _say(words, "for_everyone", day=day)


def _say(words: MessageCatalog, name: str, **values: object) -> str:
    return words.named(f"fact.{name}", FACTS[name], **values)


def _has(words: MessageCatalog, name: str, sentence: str) -> bool:
    return words.find(words.named_sentences.get(f"letter.{name}", sentence)) is not None


def to_letters(
    wave: OpenWave,
    invitations: Sequence[Invitation],
    progress: Callable[[int], None] = lambda done: None,
    *,
    names_adult: bool = False,
    settings: LetterSettings | None = None,
) -> Iterator[Letter]:
    """Yield one letter for each invitation. With `names_adult`, the protocol chooses the adult in another way."""
    texts = {(lang, home): letter_text(wave, lang, home, settings) for lang in wave.languages for home in (True, False)}
    for done, invitation in enumerate(invitations, 1):
        languages = [invitation.language] if invitation.language else wave.languages
        to_home = not names_adult and invitation.source.strip().lower() == OF_HOMES and wave.survey.id not in AT_WORK
        in_full = len(languages) if len(languages) <= MOST_IN_FULL else IN_FULL_OF_MANY
        yield Letter(
            texts=tuple(texts[language, to_home] for language in languages[:in_full]),
            lines=tuple(texts[language, to_home] for language in languages[in_full:]),
            code=invitation.printed,
            address=invitation.link.partition("#")[0].partition("?")[0],
            square=to_square(invitation.link),
        )
        progress(done)


def to_square(link: str) -> Markup:
    """Return the QR code as SVG, without a title: the link must not be read aloud or copied by accident."""
    return Markup(segno.make(link, error="m", micro=False).svg_inline(scale=4, border=4, omitsize=True))


def to_page(
    letters: Iterable[Letter],
    title: str,
    language: str,
    look: LetterLook | None = None,
    kind: str = LETTER,
    sources: PageSources | None = None,
) -> str:
    """Return the letters as one page, in the template that their wave froze or else in that of this version."""
    template, look = _template(sources), look or LetterLook(LetterSettings(window="none"))
    return template.render(
        letters=letters, title=title, language=language, kind=kind, look=look, paper=PAPERS[look.settings.paper][1]
    )


def _paper(wave: OpenWave, letters: Sequence[Letter], look: LetterLook, kind: str, day: date) -> Paper:
    """Return the values of the print template. A logo is its text (SVG) or its bytes as numbers."""
    logo = look.logo
    settings = look.settings
    values = {
        "kind": kind,
        "title": letters[0].texts[0].title,
        "paper": {"letter": "us-letter", "a4": "a4"}[settings.paper],
        "window": settings.window,
        "office": settings.office,
        "signer": settings.signer,
        "telephone": settings.telephone,
        "logo": None if logo is None else logo.content.decode() if logo.media_type == SVG else list(logo.content),
        "letters": [_values(letter) for letter in letters],
    }
    return Paper(PRINT_TEMPLATE, wave.languages, day, values)


def _values(letter: Letter) -> dict[str, Any]:
    return {
        "code": letter.code,
        "address": letter.address,
        "square": str(letter.square),
        "texts": [asdict(text) for text in letter.texts],
        "lines": [asdict(text) for text in letter.lines],
    }


@lru_cache(maxsize=16)
def _template(sources: PageSources | None) -> Template:
    folder: BaseLoader = DictLoader(sources.files) if sources else FileSystemLoader(Path(__file__).parent)
    environment = ImmutableSandboxedEnvironment(
        loader=folder, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template(LETTERS)
