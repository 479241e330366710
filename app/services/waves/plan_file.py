"""What an operator writes down about a wave before it exists: a YAML file, read with all its problems at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from app.errors import BadWavePlan
from app.language.languages import LANGUAGES
from app.paths import SURVEYS
from app.records.wave_lifecycle import SMALLEST_BOX, SMALLEST_CELL

CODE_POLICIES = ("none", "optional", "required")
LARGEST, LONGEST_LINE = 1_000_000, 300


@dataclass(frozen=True)
class PlannedAgency:
    """`probability` is the chance that a resident is asked about it; None shares what is left equally."""

    slug: str
    names: Mapping[str, str]
    probability: float | None = None


@dataclass(frozen=True)
class WavePlan:
    """A wave as it is meant to be. `survey` is an id under `surveys/` or the path of a file."""

    slug: str
    survey: str
    community: str
    community_names: Mapping[str, str]
    languages: tuple[str, ...]
    agencies: tuple[PlannedAgency, ...] = ()
    contact: str = ""
    codes: str = "optional"
    drafts: tuple[str, ...] = ()
    areas: Mapping[int, str] = field(default_factory=dict)
    switched_on: tuple[str, ...] = ()
    box_size: int = SMALLEST_BOX
    smallest_cell: int = SMALLEST_CELL
    population_source: str | None = None


FIELDS: Mapping[str, tuple[type, str]] = {
    "wave": (str, "a short name such as river-city-2026"),
    "survey": (str, "the id of a survey or the path of its file"),
    "community": (dict, "a slug and a name in every language"),
    "languages": (list, "a list of language codes"),
    "agencies": (list, "a list of agencies, each with a slug and a name in every language"),
    "contact": (str, "a line that tells residents whom to ask"),
    "codes": (str, f"one of: {', '.join(CODE_POLICIES)}"),
    "drafts": (list, "a list of languages whose unreviewed wording is accepted"),
    "areas": (dict, "a number and a name for each area"),
    "switched_on": (list, "a list of names out of the survey"),
    "box_size": (int, f"a whole number, {SMALLEST_BOX} or more"),
    "smallest_cell": (int, f"a whole number, {SMALLEST_CELL} or more"),
    "population_source": (str, "where the population table comes from"),
}
NEEDED = ("wave", "survey", "community", "languages")


def survey_path(survey: str) -> Path:
    """Where the file of a survey is: beside the package for an id, else where the operator says."""
    known = SURVEYS / survey / "survey.yaml"
    return known if known.is_file() else Path(survey)


def known_surveys() -> list[str]:
    """The ids of the surveys that come with the service."""
    return sorted(path.parent.name for path in SURVEYS.glob("*/survey.yaml"))


def load_wave_plan(path: Path) -> WavePlan:
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise BadWavePlan(str(path), [f"expected a readable YAML file ({reason})"]) from None
    return read_wave_plan(str(path), text)


def read_wave_plan(source: str, text: str) -> WavePlan:
    try:
        written = YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        raise BadWavePlan(source, [f"expected a readable YAML file ({' '.join(str(error).split())})"]) from None
    return check_wave_plan(source, written)


def check_wave_plan(source: str, written: Any) -> WavePlan:
    problems = find_plan_problems(written)
    if problems:
        raise BadWavePlan(source, problems)
    return to_wave_plan(written)


def find_plan_problems(written: Any) -> list[str]:
    if not isinstance(written, dict):
        return [f"expected a list of settings such as `wave: ...`, found {type(written).__name__}"]
    problems = [f"{name}: missing, expected {FIELDS[name][1]}" for name in NEEDED if name not in written]
    problems += [f"{name}: unknown, expected one of {', '.join(FIELDS)}" for name in written if name not in FIELDS]
    for name, (kind, expected) in FIELDS.items():
        value = written.get(name)
        if name in written and (not isinstance(value, kind) or isinstance(value, bool)):
            problems.append(f"{name}: expected {expected}, found {value!r}")
    return problems or _find_value_problems(written)


def _find_value_problems(written: Mapping[str, Any]) -> list[str]:
    languages = written["languages"]
    problems = [] if languages else ["languages: expected at least one"]
    problems += [
        f"languages: expected one of {', '.join(LANGUAGES)}, found {code!r}"
        for code in languages
        if code not in LANGUAGES
    ]
    problems += [
        f"drafts: {code!r} is not among the languages" for code in written.get("drafts", []) if code not in languages
    ]
    for name, least in (("box_size", SMALLEST_BOX), ("smallest_cell", SMALLEST_CELL)):
        if written.get(name, least) < least:
            problems.append(f"{name}: expected {FIELDS[name][1]}, found {written[name]}")
        if written.get(name, least) > LARGEST:
            problems.append(f"{name}: expected at most {LARGEST}, found {written[name]}")
    for name in ("contact", "population_source"):
        if len(written.get(name, "")) > LONGEST_LINE:
            problems.append(f"{name}: expected at most {LONGEST_LINE} characters, found {len(written[name])}")
    if written.get("codes", "optional") not in CODE_POLICIES:
        problems.append(f"codes: expected {FIELDS['codes'][1]}, found {written['codes']!r}")
    problems += [
        f"{name}: expected lower case letters, digits and dashes, found {slug!r}"
        for name, slug in [("wave", written["wave"]), *_slugs(written)]
        if not is_slug(slug)
    ]
    problems += [
        f"areas: expected whole numbers from 1, found {code!r}"
        for code in written.get("areas", {})
        if not isinstance(code, int) or code < 1
    ]
    for place, named in [("community", written["community"]), *_agencies(written)]:
        problems += _name_problems(place, named, languages)
    return problems


def _slugs(written: Mapping[str, Any]) -> list[tuple[str, Any]]:
    named = [("community", written["community"]), *_agencies(written)]
    return [(f"{place}: slug", each.get("slug") if isinstance(each, dict) else each) for place, each in named]


def _agencies(written: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(f"agency {number}", each) for number, each in enumerate(written.get("agencies", []), 1)]


def is_slug(slug: Any) -> bool:
    return isinstance(slug, str) and 0 < len(slug) <= 80 and set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def _name_problems(place: str, named: Any, languages: Sequence[str]) -> list[str]:
    names = named.get("name") if isinstance(named, dict) else None
    if not isinstance(names, dict):
        return [f"{place}: expected a name in every language, such as {{en: River City}}"]
    problems = [f"{place}: expected a name in {code}" for code in languages if not str(names.get(code) or "").strip()]
    chance = named.get("probability", 1)
    if isinstance(chance, bool) or not isinstance(chance, int | float) or not 0 < chance <= 1:
        problems.append(f"{place}: expected a probability above 0 and up to 1, found {chance!r}")
    return problems


def to_wave_plan(written: Mapping[str, Any]) -> WavePlan:
    options = {
        name: written[name]
        for name in ("contact", "codes", "areas", "box_size", "smallest_cell", "population_source")
        if name in written
    }
    return WavePlan(
        slug=written["wave"],
        survey=written["survey"],
        community=written["community"]["slug"],
        community_names=written["community"]["name"],
        languages=tuple(written["languages"]),
        agencies=tuple(
            PlannedAgency(each["slug"], each["name"], each.get("probability")) for each in written.get("agencies", [])
        ),
        drafts=tuple(written.get("drafts", [])),
        switched_on=tuple(written.get("switched_on", [])),
        **options,
    )
