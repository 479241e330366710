"""Write letters with one code each, as a page to print: one letter for each sheet, in the languages of the wave.

The sentences are the catalog `letters`. This service never learns the recipient of a letter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from sqlalchemy import Engine

from app.language.languages import Direction
from app.records.database import reading
from app.records.waves import get_wave
from app.services.ballots.invitation_codes import Invitation
from app.services.waves.open_waves import OpenWave, to_open_wave

DOMAIN = "letters"
TEMPLATE = "letters.html"
# A sheet holds three languages, or two and a line in each of the others.
MOST_IN_FULL = 3
IN_FULL_OF_MANY = 2

# The letter. `{community}` and `{contact}` are filled in.
SENTENCES = {
    "title": "Your view of public services in {community}",
    "invitation": "You are invited to say how public services treat people in {community}. It takes about ten minutes.",
    "birthday": "Please let one adult (18 or older) of your home answer: the one whose birthday comes next.",
    "scan": "Point the camera of your phone at the square, or go to this address:",
    "type": "If the page asks for a code, type this one. Capital or small letters do not matter.",
    "once": "This code can be used once. It shows only that someone with a letter like this answered.",
    "anonymous": "Your answers are sealed when you send them, and unlocked only together with the answers of other "
    "people. No one can see who gave an answer.",
    "free": "Taking part is up to you. You can leave any question empty.",
    "languages": "You can choose your language on the page.",
    "contact": "Questions? {contact}",
}

PARAGRAPHS = ("invitation", "birthday", "once", "anonymous")
# Letters of these surveys reach people at work, not homes.
AT_WORK = ("staff", "partners")
OF_HOMES = "address sample"


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
    with reading(engine) as session:
        stored = get_wave(session, wave)
        open_wave, names_adult = to_open_wave(session, stored, secret), "household" in stored.protocol
    letters = to_letters(open_wave, invitations, progress, names_adult=names_adult)
    return to_page(letters, wave, open_wave.languages[0])


def letter_text(wave: OpenWave, language: str, to_home: bool = True) -> LetterText:
    """Return one letter. A letter `to_home` reaches a household, and names the adult who should answer."""
    frozen = wave.words_in(language)
    words = frozen.catalogs[DOMAIN]
    community, contact = wave.community_name[language], wave.contact
    sentences = {name: words.text(each, community=community, contact=contact) for name, each in SENTENCES.items()}
    closing = [sentences["free"]]
    if len(wave.languages) > 1:
        closing.append(sentences["languages"])
    if wave.contact:
        closing.append(sentences["contact"])
    return LetterText(
        language=language,
        direction=frozen.direction,
        title=sentences["title"],
        paragraphs=tuple(sentences[name] for name in PARAGRAPHS if to_home or name != "birthday"),
        scan=sentences["scan"],
        type=sentences["type"],
        closing=tuple(closing),
        languages=sentences["languages"],
    )


def to_letters(
    wave: OpenWave,
    invitations: Sequence[Invitation],
    progress: Callable[[int], None] = lambda done: None,
    *,
    names_adult: bool = False,
) -> Iterator[Letter]:
    """Yield one letter for each invitation. With `names_adult`, the protocol chooses the adult in another way."""
    texts = {(lang, home): letter_text(wave, lang, home) for lang in wave.languages for home in (True, False)}
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


def to_page(letters: Iterable[Letter], title: str, language: str) -> str:
    template = _templates().get_template(TEMPLATE)
    return template.render(letters=letters, title=title, language=language)


@lru_cache(maxsize=1)
def _templates() -> Environment:
    folder = FileSystemLoader(Path(__file__).parent)
    return Environment(loader=folder, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
