"""A resident's answer: read, checked, and put into the ballot box. The page itself is `app/web`'s.

Nothing about it is logged, and nothing is kept before "send".
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random, SystemRandom

from sqlalchemy.exc import SQLAlchemyError

from app.questionnaire.answers import AnswerProblem, Answers, read_answers
from app.records.database import connect, reading
from app.records.wave_lifecycle import OPEN
from app.records.waves import waves_with_status
from app.services.ballots.invitation_codes import code_hash, number_mark, read_code
from app.services.ballots.mirror import Mirror
from app.services.ballots.response_flags import flags_of_page
from app.services.intake.acceptance import ASSISTED, OPEN_LINK, PendingBallot, Verdict, count
from app.services.intake.flood_control import FloodControl, WorkProof
from app.services.intake.group_commit import Writer
from app.services.intake.proof_of_work import task_of
from app.services.waves.assisted_entry import is_desk_open
from app.services.waves.open_waves import OpenWave, OpenWaveAgency, OpenWaves
from app.settings import Settings

__all__ = [
    "ASSISTED",
    "BallotBox",
    "OpenWave",
    "Outcome",
    "WorkProof",
    "OpenWaveAgency",
    "AnswerErrors",
    "SubmissionForm",
    "Verdict",
]

COUNTED = Verdict.COUNTED
COUNTED_BEFORE = Verdict.COUNTED_BEFORE
CODE_SPENT = Verdict.CODE_SPENT
CODE_UNKNOWN = Verdict.CODE_UNKNOWN
CODE_MISSING = Verdict.CODE_MISSING
WAVE_CLOSED = Verdict.WAVE_CLOSED
NOTHING_ANSWERED = Verdict.NOTHING_ANSWERED
PROOF_WANTED = Verdict.PROOF_WANTED

NUMBER = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class SubmissionForm:
    """What came in. `language` and `address` are the page's and the network's; neither is kept.

    `source` is `ASSISTED` where it came in at a desk.
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


@dataclass(frozen=True)
class AnswerErrors:
    """Answers that cannot be read, to be shown beside their questions."""

    problems: tuple[AnswerProblem, ...]


Outcome = Verdict | AnswerErrors


def to_pending_ballot(fielded: OpenWave, form: SubmissionForm, key: bytes) -> PendingBallot | Outcome:
    """The form as something that can be counted, or the reason why it is not."""
    answers = read_answers(fielded.survey, form.fields)
    agency = find_agency(fielded, form.agency)
    if not isinstance(answers, Answers):
        return AnswerErrors(tuple(answers))
    if agency is None:
        return AnswerErrors((AnswerProblem("_agency", "unknown_choice"),))
    if answers.empty():
        return NOTHING_ANSWERED
    code = read_presented_code(fielded, form)
    if isinstance(code, Verdict):
        return code
    number = form.number if NUMBER.fullmatch(form.number) else secrets.token_hex(16)
    kept_code = code_hash(code, fielded.slug, key) if code else None
    return PendingBallot(
        wave_id=fielded.id,
        mark=number_mark(number, kept_code, key),
        code=kept_code,
        agency=agency,
        answers=answers.coded(),
        flags=frozenset() if form.source == ASSISTED else flags_of_page(form.pace, form.trap),
        source=form.source,
    )


def find_agency(fielded: OpenWave, slug: str) -> str | None:
    """The agency that was rated: one of the wave's, none where it has none."""
    slugs = [agency.slug for agency in fielded.agencies]
    if len(slugs) <= 1:
        return "".join(slugs)
    return slug if slug in slugs else None


def read_presented_code(fielded: OpenWave, form: SubmissionForm) -> str | Verdict:
    """The code in one spelling; empty where none was given and none is asked for. At a desk none has to be given."""
    if fielded.code == "none":
        return ""
    if not form.code.strip():
        return CODE_MISSING if fielded.code == "required" and form.source != ASSISTED else ""
    return read_code(form.code) or CODE_UNKNOWN


class BallotBox:
    """What the resident's page needs of everything below it; one for each process."""

    def __init__(self, settings: Settings, chance: Random | None = None) -> None:
        self._settings = settings
        self._key = settings.secret
        self._engine = connect(settings.database_url)
        chance = chance or SystemRandom()
        self._doorway = FloodControl(self._key, settings.processes)
        self._waves = OpenWaves(self._engine)
        mirror = Mirror(settings.mirror_dir)
        self._writer = Writer(lambda casts: count(self._engine, casts, lambda: chance.randbytes(16), mirror))

    @property
    def base_url(self) -> str:
        return self._settings.base_url

    def start(self) -> None:
        self._writer.start()

    def stop(self) -> None:
        self._writer.stop()
        self._engine.dispose()

    def find_fielded_wave(self, slug: str) -> OpenWave | None:
        return self._waves.find(slug)

    def list_open_waves(self) -> tuple[OpenWave, ...]:
        return self._waves.open_waves()

    async def submit(self, fielded: OpenWave, form: SubmissionForm) -> Outcome:
        """Store the answer for good, or say why not. Raises `AnswerNotStored` when the database does not take it."""
        cast = to_pending_ballot(fielded, form, self._key)
        if isinstance(cast, PendingBallot) and cast.code is None and cast.source == OPEN_LINK:
            cast = self._let_through(cast, form)
        return await self._writer.write(cast) if isinstance(cast, PendingBallot) else cast

    def _let_through(self, cast: PendingBallot, form: SubmissionForm) -> PendingBallot | Verdict:
        """An answer without a code, as the doorway lets it pass. A code or a desk never has to prove anything."""
        marks = self._doorway.pass_through(form.address, form.number, form.proof)
        return PROOF_WANTED if marks is None else replace(cast, flags=cast.flags | marks)

    def task_of(self, page: str) -> str:
        """The work that is asked of a page."""
        return task_of(page, self._key)

    def is_desk_open(self, fielded: OpenWave, typed: str) -> bool:
        """Whether these letters are the code of a desk of the wave."""
        return is_desk_open(self._engine, self._settings, fielded.id, fielded.slug, typed)

    def is_ready(self) -> bool:
        """The database answers and the writer lives."""
        try:
            with reading(self._engine) as session:
                waves_with_status(session, (OPEN,))
        except SQLAlchemyError:
            return False
        return self._writer.is_alive()
