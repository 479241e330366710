"""Small waves for tests: each function has good defaults, so that a test names only what it is about."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from random import Random
from typing import Any

from sqlalchemy import Engine, text

from app.questionnaire.loading import load_survey
from app.questionnaire.packing import layout_of
from app.records.ballots import Box, Envelope
from app.records.database import connect, reading
from app.records.schema import migrate
from app.records.waves import Wave
from app.services.ballots.envelopes import Ballot
from app.services.common.actor import Actor
from app.services.holders.identity import OPERATOR, SECOND
from app.services.holders.key_files import Passphrase, folders_in, make_folder
from app.services.holders.register import add_holder, list_statuses, publish_keys
from app.services.holders.wrapping import Cost
from app.services.intake import submission
from app.services.intake.submission import ASSISTED, BallotBox, Outcome, SubmissionForm
from app.services.waves import box_opening, lifecycle
from app.services.waves.box_opening import Opening
from app.services.waves.plan_file import PlannedAgency, WavePlan
from app.services.waves.unsealing import Reading, Unlock, unseal
from app.settings import Settings
from tests.services.prepared import copy_prepared
from tests.services.prepared import make_settings as make_settings

ITEMS = tuple(f"A{number}" for number in range(1, 11))
SURVEY = (
    "\n".join(
        [
            "id: tiny",
            'version: "1.0"',
            "title: Questions about public services",
            "defaults: {dont_know: true, prefer_not: true}",
            "scales:",
            "  trust: {from: 0, to: 10, low: Not at all, high: Completely}",
            "sections:",
            "  - id: trust",
            "    title: Trust",
            "    items:",
            *(f"      - {{code: {code}, text: How is {{agency}} at thing {code}?, scale: trust}}" for code in ITEMS),
            "",
        ]
    )
    .replace("text: How is {agency} at thing", 'text: "How is {agency} at thing')
    .replace("?, scale", '?", scale')
)

LAYOUT = layout_of(load_survey(SURVEY))
PASSPHRASE = "a passphrase of the tests"
UNLOCK = Unlock(Passphrase(PASSPHRASE))
CHEAP = Cost(passes=1, memory=8, lanes=1)
KEYS = 6  # enough boxes for most tests
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ACT = Actor("olga", NOON)
PLAN = WavePlan(
    slug="river-city-2026",
    survey=SURVEY,
    community="river-city",
    community_names={"en": "River City"},
    languages=("en",),
    agencies=(PlannedAgency("police", {"en": "the police"}), PlannedAgency("library", {"en": "the library"})),
    codes="optional",
)
ONE_AGENCY = PLAN.agencies[:1]  # so that all answers of one sample are of one kind


def make_database(settings: Settings, keys: int = KEYS) -> Engine:
    """Migrate an empty database and register two holders, both with their keys in KEY_DIR."""
    copied = copy_prepared(settings, filled_with(keys), keys)
    engine = connect(settings.database_url)
    if not copied:
        migrate(engine)
        if not folders_in(settings.key_dir):
            make_holders(engine, settings, keys)
    return engine


def make_database_and_wave(settings: Settings, **changes: Any) -> Engine:
    """Return a new database where the wave of `make_open_wave` is open; each plan is opened once, then copied."""
    plan = make_plan(**changes)
    fill = _FILLS.setdefault(repr(plan), partial(_migrate_and_open, plan))
    copied = copy_prepared(settings, fill, KEYS)
    engine = connect(settings.database_url) if copied else make_database(settings)
    if not copied:
        create_and_open(engine, settings, plan)
    return engine


_FILLS: dict[str, Callable[[Settings], None]] = {}


def _migrate_and_open(plan: WavePlan, settings: Settings) -> None:
    engine = make_database(settings)
    create_and_open(engine, settings, plan)
    engine.dispose()


@cache
def filled_with(keys: int) -> Callable[[Settings], None]:
    """Return a function that migrates the database of a new place and gives it two holders."""

    def fill(settings: Settings) -> None:
        engine = connect(settings.database_url)
        migrate(engine)
        make_holders(engine, settings, keys)
        engine.dispose()

    return fill


def make_holders(engine: Engine, settings: Settings, keys: int = KEYS) -> None:
    for name, role, passphrase in (("City", OPERATOR, None), ("Library friends", SECOND, PASSPHRASE)):
        holder = make_folder(settings.key_dir, name, role, passphrase, CHEAP)
        add_holder(engine, settings, publish_keys(holder, keys), ACT)


def add_keys(engine: Engine, settings: Settings, keys: int) -> None:
    """Make more one-time keys of both holders."""
    for folder in folders_in(settings.key_dir):
        holder = folder.unlock(Passphrase(PASSPHRASE) if folder.is_wrapped else None)
        add_holder(engine, settings, publish_keys(holder, keys), ACT)


def open_boxes(engine: Engine, settings: Settings, slug: str, actor: Actor, *rest: Any, **named: Any) -> Opening:
    """Open with the passphrase of the second holder of these tests."""
    return box_opening.open_boxes(engine, settings, slug, actor, *rest, unlock=UNLOCK, **named)


def make_plan(**changes: Any) -> WavePlan:
    """Return a plan. It offers every language but English as an accepted draft, unless a test chooses otherwise."""
    drafts = tuple(code for code in changes.get("languages", ()) if code != "en")
    return replace(PLAN, **({"drafts": drafts} | changes))


def make_open_wave(engine: Engine, settings: Settings, **changes: Any) -> WavePlan:
    """Open a wave."""
    plan = make_plan(**changes)
    create_and_open(engine, settings, plan)
    return plan


def create_and_open(engine: Engine, settings: Settings, plan: WavePlan) -> None:
    """Open a wave of this plan, after two holders are registered."""
    lifecycle.create_wave(engine, plan, ACT)
    if not list_statuses(engine, settings):
        make_holders(engine, settings)
    lifecycle.open_wave(engine, settings, plan.slug, ACT)


def let_days_pass(settings: Settings, days: int) -> None:
    """Let every survey round have opened that many days earlier, past the check of promises."""
    engine, opened = connect(settings.database_url), date.today() - timedelta(days=days)
    with engine.begin() as connection:
        connection.execute(text("UPDATE wave SET opened_on = :opened"), {"opened": opened.isoformat()})
    engine.dispose()


def open_envelope(engine: Engine, settings: Settings, envelope: Envelope) -> Ballot | None:
    """Return the contents of one envelope, with the keys of both holders."""
    with reading(engine) as session:
        box = session.get_one(Box, envelope.box_id)
        wave = session.get_one(Wave, box.wave_id)
        holders = (wave.operator_holder, wave.second_holder)
        opened = unseal(settings, [box], [envelope], Reading.of(session, wave), UNLOCK, holders, Random(1))
    return next(iter(opened.ballots), None)


def make_fields(number: int) -> dict[str, list[str]]:
    """Return answers that encode `number`: its decimal digits, one to an item."""
    return {code: [digit] for code, digit in zip(ITEMS, f"{number:010d}", strict=True)}


def make_number_of(codes: bytes) -> int:
    """Return the number that the codes of a response encode."""
    answers = LAYOUT.unpack(codes)
    return int("".join(str(answers[code]) for code in ITEMS))


def make_codes(number: int) -> bytes:
    return LAYOUT.pack({code: int(digit) for code, digit in zip(ITEMS, f"{number:010d}", strict=True)})


def make_form(number: int, code: str = "", page: str | None = None, **changes: Any) -> SubmissionForm:
    form = SubmissionForm(page or secrets.token_hex(16), "police", "en", code, make_fields(number))
    return replace(form, **changes)


def send(settings: Settings, slug: str, forms: Sequence[SubmissionForm], together: bool = False) -> list[Outcome]:
    """Send the forms to a freshly started ballot box, one after the other unless `together`; return the outcomes.

    A form is about the agency that its code or the number of its page chooses, if it names one of the wave.
    """
    box = BallotBox(settings)
    box.start()
    try:
        fielded = box.find_open_wave(slug)
        assert fielded is not None
        return asyncio.run(
            _submit_all(box, fielded, [_about_its_agency(box, fielded, each) for each in forms], together)
        )
    finally:
        box.stop()


def _about_its_agency(box: BallotBox, fielded: submission.OpenWave, form: SubmissionForm) -> SubmissionForm:
    chosen = box.choose_agency(fielded, form.number, form.code)
    is_named = form.agency in [agency.slug for agency in fielded.agencies]
    return replace(form, agency=chosen.slug) if chosen and is_named and form.source != ASSISTED else form


async def _submit_all(
    box: BallotBox, fielded: submission.OpenWave, forms: Iterable[SubmissionForm], together: bool
) -> list[Outcome]:
    if together:
        return list(await asyncio.gather(*(box.submit(fielded, form) for form in forms)))
    return [await box.submit(fielded, form) for form in forms]
