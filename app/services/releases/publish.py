"""Releases: answers go through the gate, become a package of files, and are published for good or withdrawn."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from analysis.disclosure import (
    DraftMicrodata,
    MicrodataRules,
    ProtectedMicrodata,
    PublishedReport,
    release,
    restore_microdata,
)
from analysis.release import draft_release
from app.errors import NotFound, ReleaseBroken, ReleaseGone, ReleaseOvertaken
from app.language.languages import SOURCE
from app.questionnaire.definition import Survey
from app.questionnaire.loading import load_survey
from app.records.audit_log import record_act
from app.records.communities import Community, get_community_of
from app.records.database import reading, writing
from app.records.population import population_of
from app.records.releases import (
    PUBLIC,
    RESTRICTED,
    WITHDRAWN,
    Release,
    add_downloads,
    all_releases,
    downloads_of,
    find_named,
    find_release,
    get_release,
    releases_of,
)
from app.records.waves import Wave, get_wave, rated_agencies_of
from app.services.common.actor import Actor
from app.services.common.object_store import ObjectStore, fingerprint
from app.services.common.report_names import is_simulated, name_in
from app.services.releases.package import words
from app.services.releases.package.about import to_about
from app.services.releases.package.describing import describe
from app.services.releases.package.files import PackedFile, store_files
from app.services.releases.package.package import SUMS, plan_package
from app.services.releases.package.study import Change, DataSet, ReleaseStudy, Tier
from app.services.releases.package.versions import WHY, choose_version, digest_variables
from app.services.releases.rules import to_release_plan
from app.services.reports.publish import check_can_report, digest, history_of, opened_in, samples_in
from app.services.reports.published_data import earlier_releases
from app.services.reports.samples import to_plan
from app.settings import Settings

# A restricted file goes to few people who signed for it: a little more detail, never a unique person.
RULES: Mapping[Tier, MicrodataRules] = {
    "public": MicrodataRules(),
    "restricted": MicrodataRules(k=3),
}
PREFIX = {PUBLIC: "v", RESTRICTED: "r"}  # river-city-2026-v1.0.0
Tell = Callable[[str], None]


def silent(step: str) -> None:
    """Tells nobody."""


@dataclass(frozen=True)
class FrozenRelease:
    """A release as it is read: what it is, whether it still stands, and its files."""

    name: str
    community: str
    community_names: dict[str, str]
    wave: str
    tier: str
    version: str
    status: str
    published_on: date
    withdrawn_on: date | None
    reason: str
    sha256: str
    changes: str
    about: dict[str, Any]

    @property
    def stands(self) -> bool:
        return self.status != WITHDRAWN

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.about["languages"])

    @property
    def files(self) -> tuple[PackedFile, ...]:
        return tuple(PackedFile(**facts) for facts in self.about["files"])

    def file(self, path: str) -> PackedFile | None:
        return next((file for file in self.files if file.path == path), None)


@dataclass(frozen=True)
class Built:
    """What building came to; the same answers give the same release again."""

    release: FrozenRelease
    is_new: bool


# --- building


def build_release(
    engine: Engine, settings: Settings, slug: str, actor: Actor, tier: Tier = "public", tell: Tell = silent
) -> Built:
    """Publish the data of a closed wave. The same answers and words give the same bytes, and then no new version."""
    tell("reading the answers")
    with reading(engine) as session:
        found = read_answers(session, settings, get_wave(session, slug), tier)
    with ObjectStore(settings).draft() as folder:
        standing = find_standing(settings, found)
        if standing is not None:
            again = write_package(folder, found, as_published(found), standing, tell)
            if again.sha256 == found.releases[-1].sha256:
                return Built(get_frozen_release(engine, found.releases[-1].name), is_new=False)
        else:
            tell("protecting people")
        microdata = standing or protect(found)
        now = digest_variables(describe(found.survey, found.study, microdata))
        package = write_package(folder, found, as_next(found, now, actor), microdata, tell)
        name = publish(engine, settings, folder, found, package, actor)
    return Built(get_frozen_release(engine, name), is_new=True)


def find_standing(settings: Settings, found: ReleaseAnswers) -> ProtectedMicrodata | None:
    """The data as they are published already, if they were made of the same answers and hold all that is wanted."""
    last = found.releases[-1] if found.releases else None
    if last is None or last.status == WITHDRAWN:
        return None
    microdata = restore_microdata(ObjectStore(settings).sealed(last.name), last.data_sha256)
    document = microdata.document
    there = {entry["name"] for entry in document["variables"]} | set(document["left_out"]["variables"])
    wanted = {variable.name for variable in found.draft.variables if variable.kind != "index"}
    return microdata if document["data"] == found.draft.data and wanted <= there else None


@dataclass(frozen=True)
class ReleaseAnswers:
    """What a release is made of: the wave's answers and words, and what was published of them before."""

    wave: Wave
    community: Community
    survey: Survey
    study: ReleaseStudy
    draft: DraftMicrodata
    history: tuple[PublishedReport | ProtectedMicrodata, ...]
    releases: tuple[Release, ...]
    seed: int
    beside: tuple[ProtectedMicrodata, ...] = ()


def read_answers(session: Session, settings: Settings, wave: Wave, tier: Tier) -> ReleaseAnswers:
    """Everything that building needs, read at once."""
    check_can_report(session, wave)
    assert wave.id is not None
    community, survey = get_community_of(session, wave.community_id), load_survey(wave.survey_text)
    opened = opened_in(session, wave)
    agencies = [agency.slug for agency, _ in rated_agencies_of(session, wave.id)]
    plan = to_release_plan(survey, to_plan(wave.slug, survey, agencies, population_of(session, wave.community_id)))
    data = digest(opened)
    draft = draft_release(samples_in(session, wave, opened), plan, data=data)
    return ReleaseAnswers(
        wave=wave,
        community=community,
        survey=survey,
        study=to_study(session, settings, wave, community, survey, tier),
        draft=draft,
        history=(*history_of(session, wave), *earlier_releases(session, ObjectStore(settings), wave, tier)),
        releases=tuple(releases_of(session, wave.id, tier)),
        seed=make_seed(settings, wave.slug, tier),
        beside=public_beside(session, settings, wave, draft) if tier == RESTRICTED else (),
    )


def public_beside(
    session: Session, settings: Settings, wave: Wave, draft: DraftMicrodata
) -> tuple[ProtectedMicrodata, ...]:
    """The public data, which whoever gets the restricted ones may hold too: as they are, or as they will be."""
    there = earlier_releases(session, ObjectStore(settings), wave, PUBLIC)
    seed = make_seed(settings, wave.slug, PUBLIC)
    return tuple(there) or (release(draft, history_of(session, wave), RULES["public"], seed=seed),)


def make_seed(settings: Settings, wave: str, tier: str) -> int:
    """What deals and shuffles the records: one for all releases of a wave, known to nobody without the secret."""
    return int.from_bytes(hmac.digest(settings.secret, f"release {tier} {wave}".encode(), "sha256"))


def to_study(
    session: Session, settings: Settings, wave: Wave, community: Community, survey: Survey, tier: Tier
) -> ReleaseStudy:
    """The study, before it has a version."""
    assert wave.id is not None
    assert wave.opened_on is not None
    languages = tuple(lang for lang in wave.languages if lang in words.complete_languages()) or (SOURCE,)
    fielded = (wave.opened_on, wave.closed_on or wave.opened_on)
    names = {lang: name_in(community.names, lang) for lang in languages}
    return ReleaseStudy(
        release="",
        wave=wave.slug,
        version="",
        tier=tier,
        published_on=date.min,
        community=community.names,
        title=words.say(languages, words.TITLE, community=names, dates=words.dates(languages, fielded)),
        survey=f"{survey.id} {survey.version}",
        agencies={
            agency.slug: {lang: name_in(agency.names, lang) for lang in languages}
            for agency, _ in rated_agencies_of(session, wave.id)
        },
        languages=languages,
        fielded=fielded,
        base_url=settings.base_url,
        contact=wave.contact,
        simulated=is_simulated(community.names.values()),
    )


def protect(found: ReleaseAnswers) -> ProtectedMicrodata:
    """Through the gate: nothing else makes what may leave. As it will be read again, so that it is described alike."""
    made = release(found.draft, found.history, RULES[found.study.tier], seed=found.seed, beside=found.beside)
    return restore_microdata(made.content, made.sha256)


# --- packing


@dataclass(frozen=True)
class Package:
    """A package in its draft folder."""

    data: DataSet
    files: tuple[PackedFile, ...]

    @property
    def sha256(self) -> str:
        """The fingerprint of the list of all fingerprints."""
        return next(file.sha256 for file in self.files if file.path == SUMS)


def identify(study: ReleaseStudy, version: str, changes: Sequence[Change]) -> ReleaseStudy:
    """The study as one version of its data."""
    name = f"{study.wave}-{PREFIX[study.tier]}{version}"
    day = changes[-1].published_on
    return replace(study, release=name, version=version, published_on=day, changes=tuple(changes))


def as_published(found: ReleaseAnswers) -> ReleaseStudy:
    """The study under the name and day of the newest release, which is there already."""
    return identify(found.study, found.releases[-1].version, [_change(each) for each in found.releases])


def as_next(found: ReleaseAnswers, now: Mapping[str, str], actor: Actor) -> ReleaseStudy:
    """The study under the version that comes after all that are there."""
    last = found.releases[-1] if found.releases else None
    version, step = choose_version(last.version if last else None, last.about["digests"] if last else {}, now)
    change = Change(version, actor.now.date(), WHY[step])
    return identify(found.study, version, [*map(_change, found.releases), change])


def _change(found: Release) -> Change:
    return Change(found.version, found.published_on, found.changes)


def write_package(
    folder: Path, found: ReleaseAnswers, study: ReleaseStudy, microdata: ProtectedMicrodata, tell: Tell
) -> Package:
    data = describe(found.survey, study, microdata)
    return Package(data, store_files(folder, plan_package(data, found.survey), lambda path: tell(f"writing {path}")))


# --- publishing, withdrawing, reading


def publish(
    engine: Engine, settings: Settings, folder: Path, found: ReleaseAnswers, package: Package, actor: Actor
) -> str:
    """Put the package in its place and write down that it is there, unless somebody else was faster."""
    study, data = package.data.study, package.data
    assert found.wave.id is not None
    with writing(engine) as session:
        if len(releases_of(session, found.wave.id, study.tier)) != len(found.releases):
            raise ReleaseOvertaken(study.wave, study.version)
        session.add(
            Release(
                wave_id=found.wave.id,
                name=study.release,
                tier=study.tier,
                version=study.version,
                sha256=package.sha256,
                data_sha256=sha256(data.content).hexdigest(),
                about=to_about(data, package.files),
                changes=study.changes[-1].words,
                published_on=study.published_on,
            )
        )
        record_act(session, actor.name, "release published", study.release, actor.now, sha256=package.sha256)
        session.flush()
        ObjectStore(settings).keep(folder, study.tier, study.release, data.content)
    return study.release


def withdraw_release(engine: Engine, settings: Settings, name: str, reason: str, actor: Actor) -> None:
    """Take a release back for good. Its files go, its name and the reason stay; what was taken cannot be fetched."""
    with writing(engine) as session:
        found = get_release(session, name)
        if found.status == WITHDRAWN:
            raise ReleaseGone(name, found.withdrawn_on)
        found.status, found.withdrawn_on, found.reason = WITHDRAWN, actor.now.date(), reason
        record_act(session, actor.name, "release withdrawn", name, actor.now, reason=reason)
        tier = found.tier
    ObjectStore(settings).drop(tier, name)


def find_frozen_release(engine: Engine, name: str) -> FrozenRelease | None:
    """A release by its name, or the newest public one of the wave of that name."""
    with reading(engine) as session:
        found = find_named(session, name)
        return to_frozen(*found) if found else None


def get_frozen_release(engine: Engine, name: str) -> FrozenRelease:
    found = find_frozen_release(engine, name)
    if found is None:
        raise NotFound("release", name)
    return found


def list_releases(engine: Engine, tier: str | None = PUBLIC) -> list[FrozenRelease]:
    """All releases, the latest first, withdrawn ones among them."""
    with reading(engine) as session:
        return [to_frozen(*row) for row in all_releases(session, tier)]


def to_frozen(community: Community, wave: Wave, found: Release) -> FrozenRelease:
    return FrozenRelease(
        name=found.name,
        community=community.slug,
        community_names=community.names,
        wave=wave.slug,
        tier=found.tier,
        version=found.version,
        status=found.status,
        published_on=found.published_on,
        withdrawn_on=found.withdrawn_on,
        reason=found.reason,
        sha256=found.sha256,
        changes=found.changes,
        about=found.about,
    )


# --- checking


def verify_release(engine: Engine, settings: Settings, name: str, tell: Tell = silent) -> FrozenRelease:
    """Every file is what it was, and what was published still passes the gate. Raises what is wrong, all of it."""
    with reading(engine) as session:
        found = get_release(session, name)
        wave = session.get_one(Wave, found.wave_id)
        frozen = to_frozen(get_community_of(session, wave.community_id), wave, found)
    if not frozen.stands:
        raise ReleaseGone(name, frozen.withdrawn_on)
    store = ObjectStore(settings)
    problems = []
    for file in frozen.files:
        tell(file.path)
        problems += check_file(store.find(frozen.tier, name, file.path), file)
    tell("the rules of the gate")
    restore_microdata(store.sealed(name), found.data_sha256)
    if problems:
        raise ReleaseBroken(name, problems)
    return frozen


def check_file(path: Path | None, file: PackedFile) -> list[str]:
    if path is None:
        return [f"{file.path} is missing"]
    return [] if fingerprint(path) == file.sha256 else [f"{file.path} has changed"]


# --- downloads


def count_downloads(engine: Engine, name: str, path: str, number: int) -> None:
    """Add to how often a file was taken."""
    with writing(engine) as session:
        found = find_release(session, name)
        if found and found.id is not None:
            add_downloads(session, found.id, path, number)


def downloads_in_tens(engine: Engine, name: str) -> int:
    """How often files of the data were taken, rounded down to tens."""
    with reading(engine) as session:
        found = find_release(session, name)
        total = sum(downloads_of(session, found.id).values()) if found and found.id is not None else 0
    return total - total % 10
