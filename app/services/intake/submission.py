"""Read and check a resident's answer and put it into the ballot box. The page itself is in `app/web`.

Nothing about an answer is logged, and nothing is stored before "send".
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random, SystemRandom
from typing import Any

from app.errors import AnswerNotStored
from app.questionnaire.answers import AnswerProblem, Answers, read_answers
from app.questionnaire.definition import Section, Survey
from app.records.database import connect
from app.services.ballots.agency_choice import choose_place
from app.services.ballots.envelopes import INNER_SIZE, OPEN_LINK
from app.services.ballots.invitation_codes import TYPED_LENGTH, code_hash, page_hash, read_code
from app.services.ballots.mirror import Mirror
from app.services.ballots.response_flags import flags_of_page
from app.services.ballots.tokens.issuing import SigningRequest
from app.services.ballots.tokens.raw_rsa import IssuingKey
from app.services.ballots.tokens.token_keys import CodeKind, WaveTokens
from app.services.intake.acceptance import ASSISTED, PendingBallot, Verdict, count
from app.services.intake.flood_control import FloodControl, TokenLimit, WorkProof
from app.services.intake.group_commit import Writer
from app.services.intake.proof_of_work import task_of
from app.services.intake.readiness_checks import find_faults
from app.services.waves.assisted_entry import is_desk_open
from app.services.waves.open_waves import OpenWave, OpenWaveAgency, OpenWaves
from app.settings import Settings

__all__ = [
    "ASSISTED",
    "BallotBox",
    "OpenWave",
    "Outcome",
    "WorkProof",
    "WaveTokens",
    "OpenWaveAgency",
    "AnswerErrors",
    "SubmissionForm",
    "Verdict",
]

log = logging.getLogger(__name__)

COUNTED = Verdict.COUNTED
COUNTED_BEFORE = Verdict.COUNTED_BEFORE
CODE_SPENT = Verdict.CODE_SPENT
CODE_UNKNOWN = Verdict.CODE_UNKNOWN
CODE_MISSING = Verdict.CODE_MISSING
WAVE_CLOSED = Verdict.WAVE_CLOSED
NOTHING_ANSWERED = Verdict.NOTHING_ANSWERED
PROOF_WANTED = Verdict.PROOF_WANTED
BOX_CHANGED = Verdict.BOX_CHANGED

OTHER_AGENCY = "other_agency"  # the form is about another agency than its code or page number chooses

NUMBER = re.compile(r"[0-9a-f]{32}")
NO_CODE = "-" * TYPED_LENGTH  # its letters are not those of codes


@dataclass(frozen=True)
class SubmissionForm:
    """Hold a sent form. `language` and `address` are of the page and the network; neither is stored.

    `source` is `ASSISTED` for an answer from a desk.
    """

    number: str
    agency: str
    language: str
    code: str
    fields: Mapping[str, Sequence[str]]
    pace: str = ""
    trap: str = ""
    proof: WorkProof = field(default_factory=WorkProof)
    address: str = field(default="", repr=False)
    source: str = OPEN_LINK
    sealed: bytes = field(default=b"", repr=False)  # by the page, to the keys of `box`; then `fields` is empty
    box: str = ""
    is_refused: bool = False  # the page got no token for its code, and asks why, without an answer


@dataclass(frozen=True)
class AnswerErrors:
    """Hold the problems of answers that cannot be read, to be shown beside their questions."""

    problems: tuple[AnswerProblem, ...]


Outcome = Verdict | AnswerErrors


def to_pending_ballot(wave: OpenWave, form: SubmissionForm, key: bytes) -> PendingBallot | SigningRequest | Outcome:
    """Return the form as a ballot to count, or the reason why it does not count.

    The opening of its box checks an answer that a page sealed.
    """
    if form.sealed:
        is_whole = len(form.sealed) == INNER_SIZE and form.box
        return _to_pending(wave, form, key, {}) if is_whole else NOTHING_ANSWERED
    answers = read_answers(wave.survey, form.fields)
    if not isinstance(answers, Answers):
        return AnswerErrors(tuple(answers))
    if answers.empty():
        return (form.is_refused and to_code_check(wave, form, key)) or NOTHING_ANSWERED
    return _to_pending(wave, form, key, answers.coded())


def _to_pending(
    wave: OpenWave, form: SubmissionForm, key: bytes, answers: Mapping[str, Any]
) -> PendingBallot | Outcome:
    code = read_presented_code(wave, form)
    if isinstance(code, Verdict):
        return code
    agency = find_agency(wave, form, key)
    if agency is None:
        return about_another_agency(wave)
    number = form.number if NUMBER.fullmatch(form.number) else secrets.token_hex(16)
    hashed_code = code_hash(code, wave.slug, key) if code else None
    return PendingBallot(
        wave_id=wave.id,
        mark=page_hash(number, hashed_code, key),
        code=hashed_code,
        agency=agency,
        answers=answers,
        flags=frozenset() if form.source == ASSISTED else flags_of_page(form.pace, form.trap),
        source=form.source,
        inner=form.sealed,
        box=form.box,
    )


def find_agency(wave: OpenWave, form: SubmissionForm, key: bytes) -> str | None:
    """Return the rated agency, or None where the form is about another than its code or its page number chooses.

    Staff of a help point choose the agency that the paper names. The key of a token names it, which the opening checks.
    It is an empty text where the wave has none.
    """
    slugs = [agency.slug for agency in wave.agencies]
    if len(slugs) <= 1:
        return "".join(slugs)
    if form.source == ASSISTED or has_token(wave, form):
        return form.agency if form.agency in slugs else None
    chosen = choose_agency(wave, form.number, form.code, key)
    return form.agency if chosen and chosen.slug == form.agency else None


def has_token(wave: OpenWave, form: SubmissionForm) -> bool:
    """Return whether the page may have sealed a token with the answer: only the opening of its box shows it."""
    return wave.takes_tokens and form.sealed != b"" and not form.code.strip()


def to_code_check(wave: OpenWave, form: SubmissionForm, key: bytes) -> SigningRequest | AnswerErrors | None:
    """Return what looks a code up whose token a page could not get, so that it sends the code without an answer."""
    code = read_presented_code(wave, form)
    if wave.tokens is None or not code or isinstance(code, Verdict):
        return None
    if find_agency(wave, form, key) is None:
        return about_another_agency(wave)
    return SigningRequest(wave.id, code_hash(code, wave.slug, key), None)


def about_another_agency(wave: OpenWave) -> AnswerErrors:
    return AnswerErrors((AnswerProblem(next(iter(find_rated(wave.survey)), "_agency"), OTHER_AGENCY),))


def choose_agency(wave: OpenWave, number: str, code: str, key: bytes) -> OpenWaveAgency | None:
    """Return the agency that a code chooses, or the number of the page where there is no readable code."""
    if not wave.agencies:
        return None
    read = read_code(code) if wave.code != "none" and code.strip() else None
    mark = code_hash(read, wave.slug, key) if read else number.encode()
    return wave.agencies[choose_place(mark, key, [agency.probability for agency in wave.agencies])]


def find_rated(survey: Survey) -> tuple[str, ...]:
    """Return the items of all parts that name the rated agency, in their order."""
    rated = (section for section in survey.sections if _names_agency(section, survey))
    return tuple(code for section in rated for code in section.items)


def _names_agency(section: Section, survey: Survey) -> bool:
    texts = (section.title, section.introduction, *(survey.items[code].text for code in section.items))
    return any("{agency}" in (text or "") for text in texts)


def read_presented_code(wave: OpenWave, form: SubmissionForm) -> str | Verdict:
    """Return the code in one spelling. It is empty where none was given and none is needed, as at a desk.

    A text that is no code becomes one that no one has, and is looked up like any other: so it takes as long.
    """
    if wave.code == "none":
        return ""
    if not form.code.strip():
        needs_code = wave.code == "required" and form.source != ASSISTED and not has_token(wave, form)
        return CODE_MISSING if needs_code else ""
    return read_code(form.code) or NO_CODE


@dataclass(frozen=True)
class SoldToken:
    """Hold a signature, the modulus of its key, and the agency that the code chooses."""

    modulus: bytes
    signed: bytes
    agency: str


def sign(key: IssuingKey, blinded: bytes) -> bytes:
    """Sign a blinded message, or a random number in the place of an empty one: the work is the same."""
    number = int.from_bytes(blinded, "big") % key.modulus or 1 + secrets.randbelow(key.modulus - 1)
    return key.sign(number.to_bytes(key.size, "big"))


class BallotBox:
    """Give the resident's page access to everything below it; one for each process."""

    def __init__(self, settings: Settings, chance: Random | None = None) -> None:
        self._settings = settings
        self._key = settings.secret
        self._engine = connect(settings.database_url)
        chance = chance or SystemRandom()
        self._flood_control = FloodControl(self._key, settings.processes)
        self._token_limit = TokenLimit(settings.processes)
        self._waves = OpenWaves(self._engine, self._key)
        mirror = Mirror(settings.mirror_dir)
        self._writer = Writer(
            lambda waiting: count(self._engine, waiting, lambda: chance.randbytes(16), self._key, mirror)
        )

    @property
    def base_url(self) -> str:
        return self._settings.base_url

    def start(self) -> None:
        self._writer.start()

    def stop(self) -> None:
        self._writer.stop()
        self._engine.dispose()

    def find_open_wave(self, slug: str) -> OpenWave | None:
        return self._waves.find(slug)

    async def find_wave(self, slug: str) -> OpenWave | None:
        """Return the wave without waiting for the database in the event loop."""
        return await self._waves.find_soon(slug)

    async def renew_open_wave(self, slug: str) -> OpenWave | None:
        """Return the wave as the database has it now, because its box has changed."""
        self._waves.forget()
        return await self._waves.find_soon(slug)

    def list_open_waves(self) -> tuple[OpenWave, ...]:
        return self._waves.open_waves()

    async def submit(self, wave: OpenWave, form: SubmissionForm) -> Outcome:
        """Store the answer durably, or return why not.

        Raises `AnswerNotStored` when the database fails, or someone changed the keys or the record of the wave.
        """
        if wave.is_forged:
            raise AnswerNotStored
        outcome = to_pending_ballot(wave, form, self._key)
        if isinstance(outcome, SigningRequest):
            # A page asks only after it failed to buy a token, so that a code that is known was used.
            return CODE_SPENT if (await self._writer.request(outcome)).found else CODE_UNKNOWN
        if isinstance(outcome, PendingBallot) and outcome.code is None and outcome.source == OPEN_LINK:
            outcome = self._check_flood(outcome, form)
        return await self._writer.write(outcome) if isinstance(outcome, PendingBallot) else outcome

    def may_ask_for_token(self, address: str) -> bool:
        """Return whether the network of an address may ask for a token now, and count the request."""
        return self._token_limit.take(address)

    async def sell_token(self, wave: OpenWave, tokens: WaveTokens, code: str, blinded: bytes) -> SoldToken:
        """Sign a blinded message for a code, once. A used, unknown or malformed code gets a signature of no use.

        Without a message it returns the key of the code, and random bytes for a signature.
        Raises `AnswerNotStored` when the database fails; the same message can then be sent again.
        """
        mark = code_hash(read_code(code) or NO_CODE, wave.slug, self._key)
        digest = hashlib.sha256(blinded).digest() if blinded else None
        grant = await self._writer.request(SigningRequest(wave.id, mark, digest))
        agency = choose_agency(wave, "", code, self._key)
        slug = agency.slug if agency else ""
        kind = CodeKind(grant.found.source, grant.found.stratum, slug) if grant.found else None
        key = tokens.key_for(kind, slug, mark)
        if key is None:
            log.error("the wave %s has codes of a kind that was not there when it opened", wave.slug)
            raise AnswerNotStored
        signed = secrets.token_bytes(key.size)
        if digest is not None:
            signed = await asyncio.to_thread(sign, key, blinded if grant.is_granted else b"")
        return SoldToken(key.modulus.to_bytes(key.size, "big"), signed, slug)

    def _check_flood(self, ballot: PendingBallot, form: SubmissionForm) -> PendingBallot | Verdict:
        """Check an answer without a code for floods. Answers with a code or from a desk need no proof."""
        flags = self._flood_control.find_flags(form.address, form.number, form.proof)
        return PROOF_WANTED if flags is None else replace(ballot, flags=ballot.flags | flags)

    def choose_agency(self, wave: OpenWave, number: str, code: str = "") -> OpenWaveAgency | None:
        return choose_agency(wave, number, code, self._key)

    def task_of(self, page: str) -> str:
        """Return the proof-of-work task of a page."""
        return task_of(page, self._key)

    def is_desk_open(self, wave: OpenWave, typed: str) -> bool:
        """Return whether the typed text is the code of an open desk of the wave."""
        return is_desk_open(self._engine, self._settings, wave.id, wave.slug, typed)

    def find_faults(self) -> tuple[str, ...]:
        """Return a word for each reason why an answer could not be stored now; none if it could."""
        return find_faults(self._settings, self._engine, self._writer, self._waves.open_waves)
