"""Keep what a round's letters say beyond their fixed sentences: office, signature, telephone, paper, own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from sqlalchemy import Engine

from app.errors import Refused
from app.records.audit_log import record_act
from app.records.database import reading, writing
from app.records.logos import find_logo
from app.records.wave_notes import LETTER, find_note, store_note
from app.records.waves import get_wave
from app.services.common.actor import Actor
from app.services.common.logos import Logo

PAPERS: Mapping[str, tuple[str, str]] = {
    "letter": ("US Letter", "letter"),
    "a4": ("A4", "A4"),
}
WINDOWS: Mapping[str, str] = {
    "left": "Address window on the left",
    "right": "Address window on the right",
    "none": "No window: print labels",
}
LONGEST_LINE, LONGEST_WORDS = 200, 400


class LetterRefused(Refused):
    """Refuse a form. `field` is the part of it that is wrong."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(sentence)


@dataclass(frozen=True)
class LetterSettings:
    """Hold the settings of the letters of one round; `words` has a sentence of the operator's own by language."""

    office: str = ""
    signer: str = ""
    telephone: str = ""
    paper: str = "letter"
    window: str = "left"
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LetterLook:
    """Hold the settings with the logo of the community."""

    settings: LetterSettings = LetterSettings()
    logo: Logo | None = None
    contact: str = ""


def find_look(engine: Engine, slug: str) -> LetterLook:
    """Return how the letters of a round look; plain where nothing was set."""
    with reading(engine) as session:
        wave = get_wave(session, slug)
        stored, logo = find_note(session, wave.id or 0, LETTER), find_logo(session, wave.community_id)
        contact = wave.contact
    return LetterLook(LetterSettings(**stored), Logo(logo.media_type, logo.content) if logo else None, contact)


def store_letter(engine: Engine, slug: str, settings: LetterSettings, actor: Actor) -> None:
    check_letter(settings)
    with writing(engine) as session:
        wave = get_wave(session, slug)
        store_note(session, wave.id or 0, LETTER, asdict(settings))
        record_act(session, actor.name, "letter kept", slug, actor.now, paper=settings.paper)


def check_letter(settings: LetterSettings) -> None:
    for name in ("office", "signer", "telephone"):
        if len(getattr(settings, name)) > LONGEST_LINE:
            raise LetterRefused(name, f"Use at most {LONGEST_LINE} characters.")
    for language, text in settings.words.items():
        if len(text) > LONGEST_WORDS:
            raise LetterRefused(f"words-{language}", f"Use at most {LONGEST_WORDS} characters: a letter is one page.")
    if settings.paper not in PAPERS or settings.window not in WINDOWS:
        raise LetterRefused("paper", "Choose a paper and a window from the list.")


def missing_in_letter(look: LetterLook) -> tuple[str, ...]:
    """Return what a letter still lacks, so that people can see who writes."""
    gaps = {
        "a logo": look.logo,
        "the name of the person who signs": look.settings.signer,
        "a telephone number": look.settings.telephone or look.contact,  # letters show the contact of the plan too
    }
    return tuple(name for name, found in gaps.items() if not found)
