"""Create, open and close waves. The allowed steps are a table in `records/wave_lifecycle`."""

from __future__ import annotations

import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from app.errors import BadWavePlan, TransitionRefused, WaveExists, WaveNotReady
from app.questionnaire.definition import Survey
from app.questionnaire.editing.document import write_translations
from app.questionnaire.loading import freeze, load_survey
from app.questionnaire.problems import SurveyProblems
from app.records.audit_log import record_act
from app.records.ballots import CURRENT, OPENED, OPENING, boxes_with_status, count_envelopes, count_responses
from app.records.codes import BatchCount, batch_counts, invitations_of
from app.records.communities import Agency, Community, agencies_of, find_community, get_community_of
from app.records.database import reading, writing
from app.records.draft_versions import add_version, last_version
from app.records.population import population_of
from app.records.tokens import delete_token_secrets
from app.records.wave_lifecycle import CLOSED, DRAFT, OPEN, PUBLISHED, TRANSITIONS, WITHDRAWN
from app.records.waves import RatedAgency, Wave, find_wave, get_wave, rated_agencies_of, waves_with_status
from app.services.ballots.tokens.token_keys import (
    CodeKind,
    find_kinds,
    make_privates,
    store_token_keys,
    why_no_tokens,
)
from app.services.common.actor import Actor
from app.services.holders.register import make_box, pin_holders
from app.services.holders.round_record import digest_of_record
from app.services.translations.own_words import asked_survey
from app.services.translations.review_status import sentences_asked, unreviewed
from app.services.waves.plan_file import PlannedAgency, WavePlan, survey_path
from app.services.waves.readiness import find_reasons
from app.services.waves.word_freezing import freeze_words
from app.settings import Settings

LISTED = (OPEN, CLOSED, DRAFT, PUBLISHED, WITHDRAWN)  # the order of a list of waves


def create_wave(engine: Engine, plan: WavePlan, actor: Actor) -> Survey:
    """Store the plan as a draft. It replaces a draft of the same name, but never an opened wave."""
    text = survey_path(plan.survey).read_text("utf-8") if "\n" not in plan.survey else plan.survey
    frozen = freeze(text, {"areas": plan.areas} if plan.areas else {}, plan.switched_on, plan.support)
    survey = load_survey(frozen)
    with writing(engine) as session:
        community = store_community(session, plan)
        wave = _store_draft(session, plan.slug, _columns(plan, survey, frozen, community))
        _store_version(session, wave, actor)
        _store_rated(session, wave, community, plan.agencies)
        record_act(session, actor.name, "wave created", plan.slug, actor.now, survey=survey.id, version=survey.version)
    return survey


def _columns(plan: WavePlan, survey: Survey, frozen: str, community: Community) -> dict[str, Any]:
    return {
        "community_id": community.id,
        "survey_id": survey.id,
        "survey_version": survey.version,
        "survey_text": frozen,
        "languages": list(plan.languages),
        "drafts": list(plan.drafts),
        "code_policy": plan.codes,
        "contact": plan.contact,
        "box_size": plan.box_size,
        "smallest_cell": plan.smallest_cell,
        "smallest_stratum": plan.smallest_stratum,
        "days_sealed": plan.days_sealed,
        "population_source": plan.population_source,
        "protocol": dict(plan.protocol),
    }


def _store_draft(session: Session, slug: str, columns: dict[str, Any]) -> Wave:
    wave = find_wave(session, slug)
    if wave is None:
        wave = Wave(slug=slug, **columns)
    elif wave.status != DRAFT:
        raise WaveExists(slug, wave.status)
    for name, value in columns.items():
        setattr(wave, name, value)
    session.add(wave)
    session.flush()
    return wave


def _store_version(session: Session, wave: Wave, actor: Actor) -> None:
    """Keep the questions that a new plan replaces among the versions of a draft whose questions were edited."""
    last = last_version(session, wave.id or 0)
    if last is not None and last.text != wave.survey_text:
        add_version(session, wave.id or 0, wave.survey_text, actor.name, actor.now.date(), "the plan was saved")


def store_community(session: Session, plan: WavePlan) -> Community:
    community = find_community(session, plan.community) or Community(slug=plan.community, names={})
    community.names = {**plan.community_names, **community.names}
    session.add(community)
    session.flush()
    return community


def _store_rated(session: Session, wave: Wave, community: Community, planned: Sequence[PlannedAgency]) -> None:
    assert wave.id is not None
    assert community.id is not None
    for rated in [
        session.get_one(RatedAgency, (wave.id, agency.id)) for agency, _ in rated_agencies_of(session, wave.id)
    ]:
        session.delete(rated)
    session.flush()
    known = {agency.slug: agency for agency in agencies_of(session, community.id)}
    for each, chance in zip(planned, fill_probabilities([agency.probability for agency in planned]), strict=True):
        agency = known.get(each.slug) or Agency(community_id=community.id, slug=each.slug, names={})
        agency.names = {**each.names, **agency.names}  # a plan names what has no name yet
        agency.short_names = {**each.short_names, **(agency.short_names or {})}
        session.add(agency)
        session.flush()
        assert agency.id is not None
        session.add(RatedAgency(wave_id=wave.id, agency_id=agency.id, probability=chance))


def fill_probabilities(chances: Sequence[float | None]) -> list[float]:
    """Return the probabilities with gaps filled: agencies without one share the rest equally."""
    if not chances:
        return []
    given = math.fsum(chance for chance in chances if chance is not None)
    gaps = sum(chance is None for chance in chances)
    left = 1 - given
    if (gaps and left <= 0) or (not gaps and not math.isclose(given, 1, abs_tol=1e-6)):
        raise BadWavePlan("agencies", [f"expected probabilities that sum to 1, found {given:g}"])
    return [left / gaps if chance is None else chance for chance in chances]


def open_wave(engine: Engine, settings: Settings, slug: str, actor: Actor, second: str | None = None) -> str:
    """Open a wave for residents. From then on no promise to them can be weakened.

    `second` names the second holder; without a name it is the one that was added last. Returns why its codes travel
    beside the sealed answers, or an empty text where they buy tokens.
    """
    privates = make_privates(_count_token_keys(engine, slug))
    with writing(engine) as session:
        wave = get_wave(session, slug)
        check_can_become(wave, OPEN)
        check_is_ready(session, wave)
        holders = pin_holders(session, settings, wave, second)
        wave.survey_text = write_translations(wave.survey_text, asked_survey(session, wave).translations)
        gap = find_token_gap(session, wave)
        tokens = store_token_keys(session, settings.secret, wave, _kinds_of(session, wave), privates)
        wave.record_digest = digest_of_record(session, wave)
        wave.status, wave.opened_on = OPEN, actor.now.date()
        session.add(make_box(session, settings, wave, holders, secrets.token_hex(8)))
        freeze_words(session, settings.secret, wave, wave.languages)
        facts = {"languages": wave.languages, "drafts": wave.drafts, "codes": wave.code_policy}
        facts |= {"second holder": holders.second} | ({"token keys": tokens} if tokens else {})
        facts |= {"no tokens": gap} if gap else {}
        record_act(session, actor.name, "wave opened", slug, actor.now, **facts)
    return gap


def _count_token_keys(engine: Engine, slug: str) -> int:
    """Return how many keys a draft needs, before a transaction makes others wait for them."""
    with reading(engine) as session:
        wave = get_wave(session, slug)
        return len(_kinds_of(session, wave)) if wave.status == DRAFT else 0


def _kinds_of(session: Session, wave: Wave) -> list[CodeKind]:
    """Return the kinds of codes that buy a token, or none where the page cannot seal one with each answer."""
    return [] if find_token_gap(session, wave) else find_kinds(session, wave)


def find_token_gap(session: Session, wave: Wave) -> str:
    """Return why the codes of a draft would travel beside the sealed answers, and what helps; else an empty text."""
    try:
        survey = load_survey(wave.survey_text)
    except SurveyProblems:
        return "its survey has problems"  # the wave is not ready, and says why
    return why_no_tokens(wave, survey, find_kinds(session, wave))


def close_wave(engine: Engine, slug: str, actor: Actor) -> None:
    """Close a wave to new answers. The rest of a box can then be opened, however small it is."""
    with writing(engine) as session:
        wave = get_wave(session, slug)
        check_can_become(wave, CLOSED)
        wave.status, wave.closed_on = CLOSED, actor.now.date()
        delete_token_secrets(session, wave.id or 0)
        record_act(session, actor.name, "wave closed", slug, actor.now)


def withdraw_wave(engine: Engine, slug: str, actor: Actor) -> None:
    """Withdraw a draft."""
    with writing(engine) as session:
        wave = get_wave(session, slug)
        check_can_become(wave, WITHDRAWN)
        wave.status = WITHDRAWN
        record_act(session, actor.name, "wave withdrawn", slug, actor.now)


def publish_wave(session: Session, wave: Wave, actor: Actor) -> None:
    """Mark the wave as published, in the transaction that freezes the report."""
    check_can_become(wave, PUBLISHED)
    wave.status = PUBLISHED
    record_act(session, actor.name, "wave published", wave.slug, actor.now)


def add_language(
    engine: Engine, settings: Settings, slug: str, language: str, actor: Actor, is_draft: bool = False
) -> None:
    """Add a language to a draft or an open wave."""
    with writing(engine) as session:
        wave = get_wave(session, slug)
        is_new = language not in wave.languages
        wave.languages = [*wave.languages, *([language] if is_new else ())]
        wave.drafts = sorted({*wave.drafts, language}) if is_draft else wave.drafts
        if wave.status != DRAFT and is_new:
            check_is_ready(session, wave, (language,))  # the others are frozen
            freeze_words(session, settings.secret, wave, (language,))
        record_act(session, actor.name, "language added", slug, actor.now, language=language)


def check_can_become(wave: Wave, status: str) -> None:
    if status not in TRANSITIONS[wave.status]:
        raise TransitionRefused(wave.slug, wave.status, status, TRANSITIONS[wave.status])


def check_is_ready(session: Session, wave: Wave, languages: Sequence[str] | None = None) -> None:
    if reasons := find_obstacles(session, wave, languages):
        raise WaveNotReady(wave.slug, reasons)


def find_obstacles(session: Session, wave: Wave, languages: Sequence[str] | None = None) -> list[str]:
    """Return the reasons why a wave cannot be opened yet, in all of its languages or in these alone."""
    assert wave.id is not None
    checked = wave.languages if languages is None else languages
    survey, rated = asked_survey(session, wave), rated_agencies_of(session, wave.id)
    return find_reasons(
        wave,
        checked,
        get_community_of(session, wave.community_id),
        [agency for agency, _ in rated],
        population_of(session, wave.community_id),
        unreviewed(session, survey.catalog, checked, asked=sentences_asked(survey)),
        invitations_of(session, wave.id) if wave.status == DRAFT else (),
        survey.translations,
        [chance for _, chance in rated],
    )


@dataclass(frozen=True)
class WaveStatus:
    """Hold the status for the operator: `waiting` answers are sealed, `opened` ones can be analyzed."""

    slug: str
    status: str
    survey: str
    languages: tuple[str, ...]
    code_policy: str
    box_size: int
    waiting: int
    being_opened: int
    opened: int
    traces_left: int
    batches: tuple[BatchCount, ...]


def wave_status(engine: Engine, slug: str) -> WaveStatus:
    with reading(engine) as session:
        wave = get_wave(session, slug)
        assert wave.id is not None
        boxes = {status: boxes_with_status(session, wave.id, status) for status in (CURRENT, OPENING, OPENED)}
        return WaveStatus(
            slug=wave.slug,
            status=wave.status,
            survey=f"{wave.survey_id} {wave.survey_version}",
            languages=tuple(wave.languages),
            code_policy=wave.code_policy,
            box_size=wave.box_size,
            waiting=count_envelopes(session, [box.id for box in boxes[CURRENT]]),
            being_opened=count_envelopes(session, [box.id for box in boxes[OPENING]]),
            opened=count_responses(session, wave.id),
            traces_left=len(boxes[OPENED]),
            batches=tuple(batch_counts(session, wave.id)),
        )


def list_wave_lines(engine: Engine) -> list[str]:
    """Return one line for each wave: its name, status, community, survey and days, the open ones first."""
    with reading(engine) as session:
        return [_wave_line(session, wave) for status in LISTED for wave in waves_with_status(session, (status,))]


def _wave_line(session: Session, wave: Wave) -> str:
    community = get_community_of(session, wave.community_id).slug
    days = [f"opened {wave.opened_on}"] if wave.opened_on else []
    days += [f"closed {wave.closed_on}"] if wave.closed_on else []
    return "  ".join((wave.slug, wave.status, community, f"{wave.survey_id} {wave.survey_version}", *days))
