"""Plan a wave in a form: names come from the community, everything else from the form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from sqlalchemy import Engine
from sqlmodel import Session

from app.errors import BadWavePlan, NotFound
from app.language.languages import LANGUAGES, SOURCE
from app.questionnaire.editing.document import without_round
from app.questionnaire.loading import load_survey
from app.records.communities import agencies_of, get_community, get_community_of
from app.records.database import reading
from app.records.draft_versions import last_version
from app.records.wave_lifecycle import OPEN
from app.records.waves import Wave, find_wave, get_wave, rated_agencies_of, waves_of
from app.services.waves.lifecycle import check_can_become
from app.services.waves.own_surveys import OWN, get_own_text, to_choice
from app.services.waves.plan_file import WavePlan, check_wave_plan, known_surveys, read_wave_plan
from app.services.waves.protocol import LAST_DAY, MINUTES, RESULTS_DAY

THE_FORM = "the form"
OF_ROUND = "round:"
LONGEST_NUMBER = 6  # digits
ALL_DRAFTS = "*"  # in place of the languages whose unchecked translations are accepted
PROTOCOL_FIELDS = ("conductor", LAST_DAY, RESULTS_DAY, MINUTES)  # of the protocol; the sample page has the others
BETWEEN = " | "  # the names of an area in several languages


@dataclass(frozen=True)
class WantedWave:
    """Hold the form as it was typed."""

    wave: str
    survey: str
    community: str
    languages: Sequence[str]
    agencies: Sequence[str]
    contact: str
    codes: str
    drafts: Sequence[str]
    areas: str
    support: str
    switched_on: str
    box_size: str
    population_source: str
    protocol: Mapping[str, str] = field(default_factory=dict)  # the statements of `PROTOCOL_FIELDS`


def find_draft(engine: Engine, slug: str) -> WantedWave:
    """Return a draft as the form shows it for changes."""
    with reading(engine) as session:
        wave = get_wave(session, slug)
        check_can_become(wave, OPEN)
        frozen = YAML(typ="safe", pure=True).load(wave.survey_text)
        return WantedWave(
            wave=wave.slug,
            survey=_choice_of(session, wave),
            community=get_community_of(session, wave.community_id).slug,
            languages=wave.languages,
            agencies=[agency.slug for agency, _ in rated_agencies_of(session, wave.id or 0)],
            contact=wave.contact,
            codes=wave.code_policy,
            drafts=wave.drafts,
            areas=format_areas(frozen),
            support="\n".join(f"{code} {line}" for code, line in (frozen.get("support") or {}).items()),
            switched_on=" ".join(frozen.get("switched_on") or ()),
            box_size=str(wave.box_size),
            population_source=wave.population_source or "",
            protocol={name: wave.protocol[name] for name in PROTOCOL_FIELDS if name in wave.protocol},
        )


def _choice_of(session: Session, wave: Wave) -> str:
    """Return the survey that a draft was planned with, or the draft itself where its questions were edited."""
    if last_version(session, wave.id or 0) is not None:
        return f"{OF_ROUND}{wave.slug}"
    catalog = load_survey(wave.survey_text).catalog
    return catalog if catalog in known_surveys() else to_choice(wave.survey_id, wave.survey_version)


def list_edited_rounds(engine: Engine, community: str) -> list[tuple[str, str]]:
    """Return the rounds of a community whose questions were edited, as choices of a plan with their words."""
    with reading(engine) as session:
        waves = waves_of(session, get_community(session, community).id or 0)
        return [
            (f"{OF_ROUND}{wave.slug}", f"The questions of {wave.slug} ({wave.survey_id} {wave.survey_version})")
            for wave in waves
            if last_version(session, wave.id or 0) is not None
        ]


def _get_round_text(engine: Engine, wanted: WantedWave) -> str:
    slug = wanted.survey.removeprefix(OF_ROUND)
    with reading(engine) as session:
        wave = get_wave(session, slug)
        if wave.community_id != get_community(session, wanted.community).id:
            raise NotFound("wave", slug)
        return without_round(wave.survey_text)


def find_survey(engine: Engine, wanted: WantedWave) -> str:
    """Return the id of a survey of the service, or the file of one of the community; raise `NotFound`."""
    if wanted.survey.startswith(OWN):
        return f"{get_own_text(engine, wanted.community, wanted.survey)}\n"
    if wanted.survey.startswith(OF_ROUND):
        return _get_round_text(engine, wanted)
    if wanted.survey not in known_surveys():
        raise NotFound("survey", wanted.survey, known_surveys())
    return wanted.survey


def format_areas(frozen: Mapping[str, Any]) -> str:
    """Return the areas in the survey of a wave, one on each line."""
    lists = frozen.get("lists") or {}
    return "\n".join(f"{number} {_format_area(name)}" for number, name in (lists.get("areas") or {}).items())


def _format_area(name: str | Mapping[str, str]) -> str:
    return name if isinstance(name, str) else BETWEEN.join(f"{code} {each}" for code, each in name.items())


def to_plan(engine: Engine, wanted: WantedWave) -> WavePlan:
    """Return the plan, or raise all its problems, each beginning with its part of the form."""
    with reading(engine) as session:
        community = get_community(session, wanted.community)
        agencies = {agency.slug: agency.names for agency in agencies_of(session, community.id or 0)}
        draft = find_wave(session, wanted.wave)
        protocol = dict(draft.protocol) if draft else {}  # the form has fields for some, and must lose none
    protocol = {name: text for name, text in {**protocol, **wanted.protocol}.items() if text}
    areas, problems = read_areas(wanted.areas)
    support, unread = read_support(wanted.support)
    problems += unread
    if not wanted.box_size.isdecimal() or len(wanted.box_size) > LONGEST_NUMBER:
        problems.append(f"box_size: expected a whole number, found {wanted.box_size!r}")
    try:
        survey = find_survey(engine, wanted)
    except NotFound:
        problems.append(f"survey: expected one of {', '.join(known_surveys())}, or a survey of the community")
    if problems:
        raise BadWavePlan(THE_FORM, problems)
    written: dict[str, Any] = {
        "wave": wanted.wave,
        "survey": survey,
        "community": {"slug": community.slug, "name": community.names},
        "languages": list(wanted.languages),
        "agencies": [{"slug": slug, "name": names} for slug, names in agencies.items() if slug in wanted.agencies],
        "contact": wanted.contact,
        "codes": wanted.codes,
        "drafts": [
            code
            for code in wanted.languages
            if code in wanted.drafts or (ALL_DRAFTS in wanted.drafts and code != SOURCE)
        ],
        "box_size": int(wanted.box_size),
    }
    more = {
        "areas": areas,
        "support": support,
        "switched_on": wanted.switched_on.replace(",", " ").split(),
        "population_source": wanted.population_source,
        "protocol": protocol,
    }
    return check_wave_plan(THE_FORM, written | {name: value for name, value in more.items() if value})


def read_areas(text: str) -> tuple[dict[int, str | dict[str, str]], list[str]]:
    r"""Read areas, on each line a number and a name, or a name for each language with its code before it.

    >>> read_areas("1 North Hill\n2. Riverside")
    ({1: 'North Hill', 2: 'Riverside'}, [])
    >>> read_areas("1 en North Hill | es Colina Norte")
    ({1: {'en': 'North Hill', 'es': 'Colina Norte'}}, [])
    """
    areas: dict[int, str | dict[str, str]] = {}
    problems = []
    for line in filter(None, map(str.strip, text.splitlines())):
        number, _, name = line.partition(" ")
        digits = number.rstrip(".:")
        if digits.isdecimal() and len(digits) <= LONGEST_NUMBER and name.strip():
            areas[int(digits)] = _read_names(name.strip())
        else:
            problems.append(f"areas: expected a number and a name such as '1 North Hill', found {line!r}")
    return areas, problems


def _read_names(text: str) -> str | dict[str, str]:
    if BETWEEN.strip() not in text:
        return text
    parts = (part.strip().partition(" ") for part in text.split(BETWEEN.strip()))
    return {code: name.strip() for code, _, name in parts}


def read_support(text: str) -> tuple[dict[str, str], list[str]]:
    r"""Read lines of support, the code of a language and the words on each line.

    >>> read_support("en Call 211 for free.\nes Llame al 211, es gratis.")
    ({'en': 'Call 211 for free.', 'es': 'Llame al 211, es gratis.'}, [])
    """
    parts = [line.partition(" ") for line in filter(None, map(str.strip, text.splitlines()))]
    problems = [
        f"support: expected a language and words such as 'en Call 211', found {code!r}"
        for code, _, words in parts
        if code not in LANGUAGES or not words.strip()
    ]
    return {code: words.strip() for code, _, words in parts}, problems


def read_plan_file(text: str) -> WavePlan:
    """Read a plan in YAML. Only surveys of this service are allowed, because a path would be one of the server."""
    plan = read_wave_plan("the file", text)
    if plan.survey not in known_surveys():
        raise BadWavePlan("the file", [f"survey: expected one of {', '.join(known_surveys())}, found another name"])
    return plan


def by_field(problems: Sequence[str], fields: Mapping[str, str]) -> dict[str, str]:
    """Return problems by their part of the form; several of one part are joined.

    >>> by_field(["agency 1: expected a name in es", "wave: missing"], {"agency": "agencies", "wave": "wave"})
    {'agencies': 'agency 1: expected a name in es', 'wave': 'missing'}
    """
    found: dict[str, list[str]] = {}
    for problem in problems:
        where, _, text = problem.partition(": ")
        word = where.split(" ")[0]
        field = fields.get(word, "")
        found.setdefault(field, []).append(text if field == word else problem)
    return {field: "; ".join(texts) for field, texts in found.items()}
