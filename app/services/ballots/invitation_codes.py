"""Create and check one-time codes: ten characters to type, or 128 bits in a QR code. Both spell one invitation.

Nine characters have 45 random bits. The tenth is a weighted sum over GF(32), so it catches every wrong character and
every exchange of two. The typed code is derived from the QR code's secret and the service's SECRET; only a keyed hash
of it is stored.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import secrets
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlmodel import Session

from app.errors import CodesRefused, HoldersMissing
from app.records.audit_log import record_act
from app.records.ballots import store_rows
from app.records.codes import Code, CodeBatch, invitations_of
from app.records.database import writing
from app.records.wave_lifecycle import DRAFT, OPEN
from app.records.waves import Wave, get_wave, rated_agencies_of
from app.services.ballots.agency_choice import choose_place
from app.services.ballots.envelopes import LONGEST_NAME
from app.services.common.actor import Actor
from app.services.common.formula_guard import guard
from app.services.holders.register import pin_holders
from app.settings import Settings

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # 32 letters, none of I L O U
LOOK_ALIKES = str.maketrans("OILU", "011V")
TYPED_LENGTH = 10
SECRET_LENGTH = 26  # 128 bits, five to a letter
MOST_AT_ONCE = 200_000
PIN = "~"  # between the secret of a link and the fingerprint of the second holder

# GF(32) = GF(2)[x] / (x^5 + x^2 + 1). Weights are powers of x: all different, none zero.
POLYNOMIAL = 0b100101


def times_x(element: int) -> int:
    doubled = element << 1
    return doubled ^ POLYNOMIAL if doubled & 0b100000 else doubled


def times(a: int, b: int) -> int:
    product = 0
    while b:
        product ^= a if b & 1 else 0
        a, b = times_x(a), b >> 1
    return product


def check_sum(values: Sequence[int]) -> int:
    """Return the sum of weight times value; the weight of the last character is 1."""
    total, weight = 0, 1
    for value in reversed(values):
        total, weight = total ^ times(weight, value), times_x(weight)
    return total


def with_check(letters: str) -> str:
    """Append the character that makes the sum over all of them zero."""
    return letters + ALPHABET[check_sum([*map(ALPHABET.index, letters), 0])]


def is_checksum_valid(code: str) -> bool:
    return check_sum([*map(ALPHABET.index, code)]) == 0


def read_code(text: str) -> str | None:
    """Return a typed code in standard form: any case, spaces, dashes, O for 0, I or L for 1, digits of any script."""
    text = text[:200].partition(PIN)[0]
    letters = [_plain(letter) for letter in unicodedata.normalize("NFKC", text).upper()]
    code = "".join(letters).translate(LOOK_ALIKES)
    if not set(code) <= set(ALPHABET):
        return None
    if len(code) == SECRET_LENGTH or (len(code) == TYPED_LENGTH and is_checksum_valid(code)):
        return code
    return None


def _plain(letter: str) -> str:
    if letter.isspace() or unicodedata.category(letter) in ("Pd", "Cf") or letter in "-_.":
        return ""
    return str(unicodedata.digit(letter, letter))


def typed_code(secret: str, key: bytes) -> str:
    """Return the ten typed characters for the secret of a QR code."""
    number = int.from_bytes(hmac.digest(key, b"typed code\0" + secret.encode(), hashlib.sha256), "big")
    return with_check("".join(ALPHABET[(number >> 5 * position) & 31] for position in range(TYPED_LENGTH - 1)))


def code_hash(code: str, wave: str, key: bytes) -> bytes:
    """Return the stored hash of a code in either spelling. The hash is valid for one wave only."""
    typed = typed_code(code, key) if len(code) == SECRET_LENGTH else code
    return hmac.digest(key, b"code\0" + wave.encode() + b"\0" + typed.encode(), hashlib.sha256)


def page_hash(number: str, code: bytes | None, key: bytes) -> bytes:
    """Return the stored hash of a sent page.

    The code is part of it, because a phone that several people share keeps its page number.
    """
    return hmac.digest(key, b"number\0" + number.encode() + b"\0" + (code or b""), hashlib.sha256)


@dataclass(frozen=True)
class Invitation:
    """Hold a code in both spellings with the address of its QR code. Only the operator has it."""

    typed: str
    link: str
    source: str
    stratum: str
    language: str | None

    @property
    def printed(self) -> str:
        return f"{self.typed[:5]}-{self.typed[5:]}"


def draw_secret() -> str:
    number = secrets.randbits(128)
    return "".join(ALPHABET[(number >> 5 * position) & 31] for position in range(SECRET_LENGTH))


def create_codes(
    engine: Engine,
    settings: Settings,
    wave_slug: str,
    count: int,
    source: str,
    stratum: str = "",
    language: str | None = None,
    progress: Callable[[int], None] = lambda done: None,
    frame: int | None = None,
    actor: Actor | None = None,
) -> list[Invitation]:
    """Create a batch of codes and return its invitations, which are not stored.

    `frame` is the number of addresses on the list in this stratum; weights of an address sample start from it. `actor`
    is None for a simulated wave.
    """
    if not 0 < count <= MOST_AT_ONCE:
        raise CodesRefused(wave_slug, f"expected between 1 and {MOST_AT_ONCE} codes, got {count}")
    if frame is not None and frame < count:
        raise CodesRefused(wave_slug, f"expected a list of at least {count} addresses, got {frame}")
    if not source or max(len(source), len(stratum)) > LONGEST_NAME:
        raise CodesRefused(wave_slug, f"expected a source and a stratum of at most {LONGEST_NAME} characters")
    drawn = {typed_code(secret, settings.secret): secret for secret in _secrets(count, settings.secret, progress)}
    with writing(engine) as session:
        wave = get_wave(session, wave_slug)
        if wave.code_policy == "none":
            raise CodesRefused(wave_slug, "it was planned without codes")
        if wave.status not in (DRAFT, OPEN):
            raise CodesRefused(wave_slug, f"it is {wave.status}")
        if language is not None and language not in wave.languages:
            raise CodesRefused(wave_slug, f"expected a language out of {', '.join(wave.languages)}, got {language}")
        assert wave.id is not None
        _check_kind(session, wave, source, stratum)
        batch = CodeBatch(wave_id=wave.id, source=source, stratum=stratum, language=language, codes=count, frame=frame)
        session.add(batch)
        session.flush()
        # In the order of the hash, so that the rows do not show the order of the list.
        hashes = sorted(code_hash(code, wave.slug, settings.secret) for code in drawn)
        store_rows(session, Code, [{"hash": each, "batch_id": batch.id, "spent": False} for each in hashes])
        if actor is not None:
            facts = {"codes": count, "source": source, "stratum": stratum, "language": language, "frame": frame}
            record_act(session, actor.name, "codes made", wave_slug, actor.now, **facts)
        pinned = find_pin(session, settings, wave)
        chances = [chance for _, chance in rated_agencies_of(session, wave.id)]
        links = {typed: link_of(settings, wave.slug, chances, secret, language) for typed, secret in drawn.items()}
    return [Invitation(typed, f"{link}{pinned}", source, stratum, language) for typed, link in links.items()]


def _check_kind(session: Session, wave: Wave, source: str, stratum: str) -> None:
    """Refuse a new kind of sample in an open wave: few codes would point at answers, and no key signs their tokens."""
    if wave.status != OPEN or not (wave.smallest_stratum or wave.token_keys):
        return
    assert wave.id is not None
    if (source, stratum) not in {(each.source, each.stratum) for each in invitations_of(session, wave.id)}:
        raise CodesRefused(wave.slug, "it is open, and its sources and parts of the city were fixed when it was opened")


def find_pin(session: Session, settings: Settings, wave: Wave) -> str:
    """Return the second holder's fingerprint for the end of a link, so that the page can compare it.

    A draft gets its holders here, because letters may be printed before it opens.
    """
    if wave.status == DRAFT and not wave.second_holder:
        try:
            pin_holders(session, settings, wave)
        except HoldersMissing:
            return ""
    return f"{PIN}{wave.second_holder}" if wave.second_holder else ""


def link_of(settings: Settings, wave: str, chances: Sequence[float], secret: str, language: str | None) -> str:
    """Return the address of a letter. Its last part is the number of the agency that the code chooses."""
    address = f"{settings.base_url}/s/{wave}"
    if len(chances) > 1:
        address += f"/{choose_place(code_hash(secret, wave, settings.secret), settings.secret, chances) + 1}"
    return address + (f"?lang={language}" if language else "") + f"#{secret}"


def to_list(invitations: Sequence[Invitation]) -> str:
    """Return invitations as CSV, for a print shop or a mail merge."""
    file = io.StringIO()
    rows = csv.writer(file)
    rows.writerow(["code", "link", "source", "stratum", "language"])
    for each in invitations:
        rows.writerow(map(guard, (each.printed, each.link, each.source, each.stratum, each.language or "")))
    return file.getvalue()


def _secrets(count: int, key: bytes, progress: Callable[[int], None]) -> Iterator[str]:
    """Yield `count` secrets with different typed codes."""
    seen: set[str] = set()
    while len(seen) < count:
        secret = draw_secret()
        typed = typed_code(secret, key)
        if typed not in seen:
            seen.add(typed)
            progress(len(seen))
            yield secret
