"""Build releases: protect the answers of a closed wave and write them as a package of files."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
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
from analysis.report.nonresponse import RATE_WITHHELD
from app.language.languages import SOURCE
from app.questionnaire.definition import Survey
from app.records.communities import Community, get_community_of
from app.records.database import reading
from app.records.population import population_of
from app.records.releases import PUBLIC, RESTRICTED, WITHDRAWN, Release, releases_of
from app.records.waves import Wave, get_wave, rated_agencies_of
from app.services.common.actor import Actor
from app.services.common.object_store import ObjectStore
from app.services.common.report_names import is_simulated, name_in
from app.services.releases.package import words
from app.services.releases.package.describing import describe
from app.services.releases.package.files import store_files
from app.services.releases.package.method import ABOUT_AGENCIES
from app.services.releases.package.package import plan_package
from app.services.releases.package.study import Change, ReleaseStudy, Tier
from app.services.releases.package.versions import WHY, choose_version, digest_variables
from app.services.releases.publish import FrozenRelease, Package, get_frozen_release, publish
from app.services.releases.release_plan import to_release_plan
from app.services.reports.publish import check_can_report, digest, history_of, opened_in, samples_in
from app.services.reports.published_data import earlier_releases
from app.services.reports.response_rates import may_divide_letters, withhold_rates
from app.services.reports.samples import ADDRESS_SAMPLE, to_plan
from app.services.translations.own_words import asked_survey
from app.services.waves.crowds import OTHER
from app.settings import Settings

# Restricted data go to few approved people: a little more detail, but never a unique person.
RULES: Mapping[Tier, MicrodataRules] = {
    "public": MicrodataRules(),
    "restricted": MicrodataRules(k=3),
}
PREFIX = {PUBLIC: "v", RESTRICTED: "r"}  # river-city-2026-v1.0.0
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Built:
    """Hold the result of building. The same answers give the same release again."""

    release: FrozenRelease
    is_new: bool


def build_release(
    engine: Engine,
    settings: Settings,
    slug: str,
    actor: Actor,
    tier: Tier = "public",
    progress: Progress = lambda step: None,
) -> Built:
    """Publish the data of a closed wave. The same answers and words give the same bytes, and then no new version."""
    progress("reading the answers")
    with reading(engine) as session:
        found = read_answers(session, settings, get_wave(session, slug), tier)
    with ObjectStore(settings).draft() as folder:
        current = find_current_data(settings, found)
        if current is not None:
            again = write_package(folder, found, as_published(found), current, progress)
            if again.sha256 == found.releases[-1].sha256:
                return Built(get_frozen_release(engine, found.releases[-1].name), is_new=False)
        else:
            progress("protecting people")
        microdata = current or protect(found)
        now = digest_variables(describe(found.survey, found.study, microdata))
        package = write_package(folder, found, as_next(found, now, actor), microdata, progress)
        name = publish(engine, settings, folder, found.wave, len(found.releases), package, actor)
    return Built(get_frozen_release(engine, name), is_new=True)


def find_current_data(settings: Settings, found: ReleaseAnswers) -> ProtectedMicrodata | None:
    """Return the published data, if they were made from the same answers and have all wanted variables."""
    last = found.releases[-1] if found.releases else None
    if last is None or last.status == WITHDRAWN:
        return None
    microdata = restore_microdata(ObjectStore(settings).sealed(last.name), last.data_sha256)
    document = microdata.document
    published = {entry["name"] for entry in document["variables"]} | set(document["left_out"]["variables"])
    wanted = {variable.name for variable in found.draft.variables if variable.kind != "index"}
    return microdata if document["data"] == found.draft.data and wanted <= published else None


@dataclass(frozen=True)
class ReleaseAnswers:
    """Hold the input of a release: the wave's answers and words, and everything published of them before."""

    wave: Wave
    community: Community
    survey: Survey
    study: ReleaseStudy
    draft: DraftMicrodata
    history: tuple[PublishedReport | ProtectedMicrodata, ...]
    releases: tuple[Release, ...]
    seed: int
    also_known: tuple[ProtectedMicrodata, ...] = ()


def read_answers(session: Session, settings: Settings, wave: Wave, tier: Tier) -> ReleaseAnswers:
    """Read everything that building needs, in one session."""
    check_can_report(session, wave)
    assert wave.id is not None
    community, survey = get_community_of(session, wave.community_id), asked_survey(session, wave)
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
        also_known=public_data(session, settings, wave, draft) if tier == RESTRICTED else (),
    )


def public_data(
    session: Session, settings: Settings, wave: Wave, draft: DraftMicrodata
) -> tuple[ProtectedMicrodata, ...]:
    """Return the public data, published or as they will be. People with restricted data may have them too."""
    published = earlier_releases(session, ObjectStore(settings), wave, PUBLIC)
    seed = make_seed(settings, wave.slug, PUBLIC)
    return tuple(published) or (release(draft, history_of(session, wave), RULES["public"], seed=seed),)


def make_seed(settings: Settings, wave: str, tier: str) -> int:
    """Return the seed that shuffles the records. It is the same for all releases of a wave, and needs the secret."""
    return int.from_bytes(hmac.digest(settings.secret, f"release {tier} {wave}".encode(), "sha256"))


def to_study(
    session: Session, settings: Settings, wave: Wave, community: Community, survey: Survey, tier: Tier
) -> ReleaseStudy:
    """Return the study, before it has a version."""
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
        title=words.translate(languages, words.TITLE, community=names, dates=words.dates(languages, fielded)),
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
        protocol=wave.protocol,
        facts=published_facts(history_of(session, wave)),
    )


def published_facts(reports: Sequence[PublishedReport]) -> dict[str, Any]:
    """Return the facts about people with letters and agencies in the newest report; none before there is one."""
    sections = reports[-1].document["sections"] if reports else ()
    named = {each["name"]: each["facts"] for each in sections if "method" in each["name"]}
    shared = {name: fact for name, fact in named.get("method", {}).items() if name in ABOUT_AGENCIES}
    facts = shared | dict(named.get(f"{ADDRESS_SAMPLE}.method", {}))
    found = {name: fact["value"] for name, fact in facts.items()}
    sources = {name.removesuffix(".method") for name in named}
    is_divided = may_divide_letters(sources) or RATE_WITHHELD in named.get(f"{OTHER}.method", {})
    return withhold_rates(found) if is_divided else found


def protect(found: ReleaseAnswers) -> ProtectedMicrodata:
    """Return the protected data, restored from their bytes, so that they are described as at every later reading."""
    protected = release(found.draft, found.history, RULES[found.study.tier], seed=found.seed, beside=found.also_known)
    return restore_microdata(protected.content, protected.sha256)


# --- packing


def identify(study: ReleaseStudy, version: str, changes: Sequence[Change]) -> ReleaseStudy:
    """Return the study as one version of its data."""
    name = f"{study.wave}-{PREFIX[study.tier]}{version}"
    day = changes[-1].published_on
    return replace(study, release=name, version=version, published_on=day, changes=tuple(changes))


def as_published(found: ReleaseAnswers) -> ReleaseStudy:
    """Return the study with the name and day of the newest release."""
    return identify(found.study, found.releases[-1].version, [_change(each) for each in found.releases])


def as_next(found: ReleaseAnswers, now: Mapping[str, str], actor: Actor) -> ReleaseStudy:
    """Return the study with the version after all existing ones."""
    last = found.releases[-1] if found.releases else None
    version, step = choose_version(last.version if last else None, last.about["digests"] if last else {}, now)
    change = Change(version, actor.now.date(), WHY[step])
    return identify(found.study, version, [*map(_change, found.releases), change])


def _change(found: Release) -> Change:
    return Change(found.version, found.published_on, found.changes)


def write_package(
    folder: Path, found: ReleaseAnswers, study: ReleaseStudy, microdata: ProtectedMicrodata, progress: Progress
) -> Package:
    data = describe(found.survey, study, microdata)
    return Package(
        data, store_files(folder, plan_package(data, found.survey), lambda path: progress(f"writing {path}"))
    )
