"""Publish reports: computed from opened answers, protected by `analysis.disclosure`, frozen with their words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from analysis.disclosure import (
    DraftFact,
    DraftReport,
    ProtectedMicrodata,
    Shown,
    Withholding,
    preview,
    publish,
    restore,
    withheld_of,
)
from analysis.disclosure import PublishedReport as PublishedReport
from analysis.report import ReportPlan, Sample, draft_report
from app.errors import NothingToReport
from app.questionnaire.loading import load_survey
from app.questionnaire.wording_fingerprint import find_same_columns, fingerprint_index
from app.records.audit_log import record_act
from app.records.ballots import CURRENT, OPENING, Opened, ResponseKind, boxes_with_status, count_envelopes, opened_of
from app.records.codes import invitations_of
from app.records.communities import Agency, Community, get_community, get_community_of
from app.records.database import reading, writing
from app.records.population import population_of
from app.records.reports import Report, find_report, reports_of, versions_of
from app.records.wave_lifecycle import CLOSED, PUBLISHED
from app.records.waves import Wave, get_wave, rated_agencies_of, waves_of
from app.services.common.actor import Actor
from app.services.common.object_store import ObjectStore
from app.services.common.report_names import Words, name_in, report_words
from app.services.reports.beside_figures import BesideFigures, read_beside
from app.services.reports.published_data import earlier_releases
from app.services.reports.samples import groups_of, headline_of, source_id, to_plan, to_samples
from app.services.reports.targets import UnusedTable, find_unused, list_used, universe_of
from app.services.reports.weighting_notes import find_weighting_notes
from app.services.translations.own_words import asked_survey
from app.services.waves.lifecycle import publish_wave
from app.services.waves.protocol import FIELDS, is_random


@dataclass(frozen=True)
class FrozenReport:
    """Hold a published report: figures, words in each language, version, day and fingerprint."""

    community: str
    wave: str
    version: int
    published_on: date
    report: PublishedReport
    words: Words
    commitments: tuple[Mapping[str, Any], ...] = ()  # those that answer a finding of an earlier round
    shapes: Mapping[str, Any] | None = None  # of the parts of the city, where the community has a map

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.words)


@dataclass(frozen=True)
class Listed:
    """Hold one row of the list of reports."""

    community: str
    wave: str
    names: dict[str, str]
    version: int
    published_on: date
    languages: tuple[str, ...]


def preview_report(engine: Engine, slug: str, store: ObjectStore | None = None) -> list[Withholding]:
    """Return what a report would hide, and why. `store` has the data sets published before."""
    return preview_draft(engine, slug, store)[0]


def preview_draft(
    engine: Engine, slug: str, store: ObjectStore | None = None
) -> tuple[list[Withholding], tuple[str, ...]]:
    """Return what a report would hide, and what its weighting would merge or leave out."""
    with reading(engine) as session:
        wave = get_wave(session, slug)
        draft = _draft(session, wave)
        found = preview(draft, [*history_of(session, wave), *_data_before(session, wave, store)])
        return found, tuple(find_weighting_notes(draft))


@dataclass(frozen=True)
class SeenReport:
    """Hold a report as publishing it now would make it, what it hides, and notes about its weighting."""

    frozen: FrozenReport
    withheld: tuple[Withholding, ...]
    notes: tuple[str, ...]


def make_unpublished(engine: Engine, slug: str, day: date, store: ObjectStore | None = None) -> SeenReport:
    """Return the report as `publish_report` would freeze it, and store nothing."""
    with reading(engine) as session:
        wave = get_wave(session, slug)
        draft = _draft(session, wave)
        report = publish(draft, [*history_of(session, wave), *_data_before(session, wave, store)])
        beside = read_beside(session, wave, _published_before(session, wave), day)
        version = max(versions_of(session, wave.id or 0), default=0) + 1
        frozen = FrozenReport(
            get_community_of(session, wave.community_id).slug,
            slug,
            version,
            day,
            report,
            _words(session, wave),
            tuple(beside.commitments or ()),
            beside.shapes,
        )
    return SeenReport(frozen, tuple(withheld_of(report.tables)), tuple(find_weighting_notes(draft)))


def find_state(engine: Engine, slug: str) -> str:
    """Return a digest of all that changes a report: answers, population, protocol, words, earlier versions."""
    with reading(engine) as session:
        wave = get_wave(session, slug)
        rows = [row.model_dump_json(exclude={"id"}) for row in population_of(session, wave.community_id)]
        names = _words(session, wave)
        versions = versions_of(session, wave.id or 0)
        parts = (digest(opened_of(session, wave.id or 0)), rows, wave.protocol, names, versions, wave.status)
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def find_unweighted(engine: Engine, slug: str) -> tuple[UnusedTable, ...]:
    """Return the variables of the population table that the report of a wave cannot be weighted by, with reasons."""
    with reading(engine) as session:
        return _unused(session, get_wave(session, slug))


def _unused(session: Session, wave: Wave) -> tuple[UnusedTable, ...]:
    return find_unused(population_of(session, wave.community_id), groups_of(load_survey(wave.survey_text)))


def publish_report(
    engine: Engine,
    slug: str,
    actor: Actor,
    progress: Callable[[str], None] = lambda step: None,
    store: ObjectStore | None = None,
) -> FrozenReport:
    """Publish the report of a closed wave. The same answers give the same bytes, and then no new version.

    A new version follows too where the commitments or the map beside the figures have changed.

    The computation holds no lock, so that residents of another wave do not wait for it. If something was published
    meanwhile, the figures are checked again together with it.
    """
    while True:
        progress("weighting and estimating")
        with reading(engine) as session:
            wave = get_wave(session, slug)
            draft, history = _draft(session, wave), history_of(session, wave)
            data = _data_before(session, wave, store)
        progress("checking that no small group can be worked out")
        report = publish(draft, [*history, *data])
        if not any(isinstance(row.cell, Shown) for table in report.tables for row in table.rows):
            raise NothingToReport(slug, "it has too few answers to show a single figure; nothing was published")
        progress("storing the report with its words")
        with writing(engine) as session:
            wave = get_wave(session, slug)
            assert wave.id is not None
            if len(versions_of(session, wave.id)) != len(history):
                continue
            newest = find_report(session, wave.id)
            beside = read_beside(session, wave, _published_before(session, wave), actor.now.date())
            if newest is None or newest.sha256 != report.sha256 or not beside.is_in(newest):
                newest = _freeze(session, wave, report, beside, actor)
            return _read(get_community_of(session, wave.community_id), wave, newest)


def publish_beside(engine: Engine, slug: str, actor: Actor) -> FrozenReport:
    """Publish the frozen figures of the newest report again, with the commitments and the map of today.

    No answer is read and no figure computed, so nothing is left to audit. Raises `NothingToReport` without a change.
    """
    with writing(engine) as session:
        wave = get_wave(session, slug)
        newest = find_report(session, wave.id) if wave.id is not None else None
        if newest is None:
            raise NothingToReport(slug, "no report of it is published; publish it first")
        beside = read_beside(session, wave, _published_before(session, wave), actor.now.date())
        if beside.is_in(newest):
            raise NothingToReport(slug, "its newest report already shows the same commitments and map")
        report = restore(newest.content, newest.sha256)
        frozen = _freeze(session, wave, report, beside, actor, newest.words)
        return _read(get_community_of(session, wave.community_id), wave, frozen)


def find_frozen_report(
    engine: Engine, community_slug: str, wave_slug: str, version: int | None = None
) -> FrozenReport | None:
    """Return a published report; by default its newest version."""
    with reading(engine) as session:
        community = get_community(session, community_slug)
        wave = get_wave(session, wave_slug)
        if wave.community_id != community.id or wave.id is None:
            return None
        found = find_report(session, wave.id, version)
        return _read(community, wave, found) if found else None


def list_reports(engine: Engine) -> list[Listed]:
    """Return the newest version of each wave's report, the latest published first."""
    with reading(engine) as session:
        return [
            Listed(community.slug, wave.slug, community.names, found.version, found.published_on, tuple(found.words))
            for community, wave, found in reports_of(session)
        ]


def _freeze(
    session: Session,
    wave: Wave,
    report: PublishedReport,
    beside: BesideFigures,
    actor: Actor,
    words: Words | None = None,
) -> Report:
    assert wave.id is not None
    version = max(versions_of(session, wave.id), default=0) + 1
    frozen = Report(
        wave_id=wave.id,
        version=version,
        content=report.content,
        words=words or _words(session, wave),
        sha256=report.sha256,
        published_on=actor.now.date(),
        commitments=beside.commitments,
        shapes=beside.shapes,
    )
    session.add(frozen)
    if wave.status == CLOSED:
        publish_wave(session, wave, actor)
    record_act(session, actor.name, "report published", wave.slug, actor.now, version=version, sha256=report.sha256)
    session.flush()
    return frozen


def _words(session: Session, wave: Wave) -> Words:
    agencies = [agency for agency, _ in _rated(session, wave)]
    community = get_community_of(session, wave.community_id)
    return report_words(asked_survey(session, wave), community, agencies, wave.languages)


def _read(community: Community, wave: Wave, found: Report) -> FrozenReport:
    report = restore(found.content, found.sha256)
    return FrozenReport(
        community.slug, wave.slug, found.version, found.published_on, report, found.words,
        tuple(found.commitments or ()), found.shapes,
    )  # fmt: skip


def history_of(session: Session, wave: Wave) -> list[PublishedReport]:
    """Return every report of the wave that was ever published."""
    assert wave.id is not None
    versions = versions_of(session, wave.id)
    found = [find_report(session, wave.id, version) for version in versions]
    return [restore(report.content, report.sha256) for report in found if report]


def _data_before(session: Session, wave: Wave, store: ObjectStore | None) -> list[ProtectedMicrodata]:
    return earlier_releases(session, store, wave) if store else []


def _draft(session: Session, wave: Wave) -> DraftReport:
    """Return the draft of a wave: its answers by source, the plan, and the wave before."""
    check_can_report(session, wave)
    opened = opened_in(session, wave)
    before = _wave_before(session, wave)
    return draft_report(
        samples_in(session, wave, opened),
        _plan(session, wave),
        data=digest(opened),
        facts=_facts(session, wave),
        before=before.samples,
        before_plan=before.plan,
        compared=before.columns,
        earlier=_reports_before(session, wave),
    )


def check_can_report(session: Session, wave: Wave) -> None:
    """Check that the wave is over, that its boxes are all open, and that its questions make an index."""
    check_is_counted(session, wave)
    if not load_survey(wave.survey_text).indices:
        raise NothingToReport(wave.slug, "its survey has no index; see its figures on the scorecard")


def check_is_counted(session: Session, wave: Wave) -> None:
    """Check that the wave is over and that its boxes are all open."""
    assert wave.id is not None
    if wave.status not in (CLOSED, PUBLISHED):
        raise NothingToReport(wave.slug, f"it is {wave.status}; close it first")
    sealed = [box.id for status in (CURRENT, OPENING) for box in boxes_with_status(session, wave.id, status)]
    waiting = count_envelopes(session, sealed)
    if waiting:
        raise NothingToReport(wave.slug, "some answers are still sealed; unlock them first")


def opened_in(session: Session, wave: Wave) -> Opened:
    """Return the opened answers, and refuse an empty wave."""
    assert wave.id is not None
    found = opened_of(session, wave.id)
    if not len(found):
        raise NothingToReport(wave.slug, "no one has answered")
    return found


def _rated(session: Session, wave: Wave) -> list[tuple[Agency, float]]:
    assert wave.id is not None
    return rated_agencies_of(session, wave.id)


def digest(opened: Opened) -> str:
    """Return a digest of the answers that does not depend on their order."""
    rows: dict[ResponseKind, list[bytes]] = {kind: [] for kind in opened.kinds}
    lists = [rows[kind] for kind in opened.kinds]
    for index, codes in zip(opened.kind_indices, opened.codes, strict=True):
        lists[index].append(codes)
    found = hashlib.sha256()
    for kind, codes_of_kind in sorted(rows.items()):
        found.update(json.dumps([*kind, len(codes_of_kind)]).encode())
        found.update(b"".join(sorted(codes_of_kind)))
    return found.hexdigest()


def samples_in(session: Session, wave: Wave, opened: Opened) -> list[Sample]:
    """Return the answers by sample source, with the numbers of invited and listed addresses."""
    assert wave.id is not None
    frames: dict[str, dict[str, float]] = {}
    invited: dict[str, dict[str, int]] = {}
    for batch in invitations_of(session, wave.id):
        source = source_id(batch.source)
        invited.setdefault(source, {})[batch.stratum] = batch.codes
        if batch.frame is not None:
            frames.setdefault(source, {})[batch.stratum] = float(batch.frame)
    return to_samples(load_survey(wave.survey_text), opened, frames, invited, is_random=is_random(wave.protocol))


def _published_before(session: Session, wave: Wave) -> list[Wave]:
    """Return the community's earlier published waves of this survey, oldest first."""
    waves = [
        other
        for other in waves_of(session, wave.community_id)
        if other.status == PUBLISHED
        and other.survey_id == wave.survey_id
        and (other.opened_on, other.slug) < (wave.opened_on, wave.slug)
    ]
    return sorted(waves, key=lambda other: (other.opened_on, other.slug))


@dataclass(frozen=True)
class WaveBefore:
    """Hold the answers of an earlier wave, its plan, and the columns that both waves compute alike."""

    samples: tuple[Sample, ...] = ()
    plan: ReportPlan | None = None
    columns: frozenset[str] = frozenset()


def _wave_before(session: Session, wave: Wave) -> WaveBefore:
    """Return the last earlier wave that asked any questions of the headline index in the same words."""
    survey = load_survey(wave.survey_text)
    headline = headline_of(survey)
    for other in reversed(_published_before(session, wave)):
        asked = load_survey(other.survey_text)
        columns = {name for name in find_same_columns(asked, survey) if name.partition(":")[0] == headline.id}
        if columns:
            samples = tuple(samples_in(session, other, opened_in(session, other)))
            plan = None if other.survey_version == wave.survey_version else _plan(session, other)
            return WaveBefore(samples, plan, frozenset(columns))
    return WaveBefore()


def _plan(session: Session, wave: Wave) -> ReportPlan:
    agencies = [agency.slug for agency, _ in _rated(session, wave)]
    return to_plan(wave.slug, load_survey(wave.survey_text), agencies, population_of(session, wave.community_id))


def _wording(wave: Wave) -> str:
    """Return the fingerprint of the questions and the rule of the headline index."""
    survey = load_survey(wave.survey_text)
    return fingerprint_index(survey, headline_of(survey))


def _reports_before(session: Session, wave: Wave) -> list[PublishedReport]:
    """Return the newest report of each earlier wave."""
    found = [find_report(session, each.id) for each in _published_before(session, wave) if each.id is not None]
    return [restore(report.content, report.sha256) for report in found if report]


def _facts(session: Session, wave: Wave) -> list[DraftFact]:
    """Return the facts of the method box: the disclosure list of the AAPOR (2021)."""
    community = get_community_of(session, wave.community_id)
    assert wave.opened_on is not None
    dates = f"{wave.opened_on}/{wave.closed_on or wave.opened_on}"
    facts = [
        DraftFact("community", community.slug, "constant"),
        DraftFact("wave", wave.slug, "constant"),
        DraftFact("survey", f"{wave.survey_id} {wave.survey_version}", "constant"),
        DraftFact("wording", _wording(wave), "constant"),
        DraftFact("fielded", dates, "date"),
        DraftFact("languages", ", ".join(wave.languages), "text"),
        DraftFact("conducted_by", name_in(community.names, "en"), "text"),
    ]
    unused = " ".join(each.variable for each in _unused(session, wave) if each.is_asked)
    if unused:
        facts.append(DraftFact("population_unused", unused, "constant"))
    if wave.contact:
        facts.append(DraftFact("contact", wave.contact, "constant"))
    facts += [DraftFact(f"protocol.{name}", text, "constant") for name, text in wave.protocol.items() if name in FIELDS]
    facts += _chances(session, wave)
    rows = population_of(session, wave.community_id)
    if used_rows := list_used(rows, groups_of(load_survey(wave.survey_text))):
        facts.append(DraftFact("population_universe", universe_of(used_rows), "constant"))
    years = {row.year for row in rows}
    if wave.population_source:
        facts.append(DraftFact("population", wave.population_source, "constant"))
    return facts + ([DraftFact("population_year", max(years), "constant")] if years else [])


def _chances(session: Session, wave: Wave) -> list[DraftFact]:
    """Return the probability with which a code draws each agency, in percent. On an open link people choose one."""
    rated = _rated(session, wave)
    chances = " ".join(f"{agency.slug}={100 * chance:.0f}" for agency, chance in rated)
    if len(rated) < 2:
        return []
    return [DraftFact("agency_chances", chances, "constant"), DraftFact("open_link_agency", "chosen", "constant")]
