"""Read the plan of a wave from a YAML file, and report all its problems at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.errors import BadWavePlan, show_briefly
from app.language.languages import LANGUAGES
from app.paths import SURVEYS
from app.records.wave_lifecycle import FIRST_DAYS, MOST_DAYS, SMALLEST_BOX, SMALLEST_CELL
from app.services.waves.plan_text import find_bad_character, is_blank, read_document, shorten
from app.services.waves.protocol import find_protocol_problems, write_as_text

CODE_POLICIES = ("none", "optional", "required")
LARGEST, LONGEST_LINE = 1_000_000, 300


@dataclass(frozen=True)
class PlannedAgency:
    """Hold a planned agency. Without a `probability` it shares the rest equally with others."""

    slug: str
    names: Mapping[str, str]
    probability: float | None = None
    short_names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class WavePlan:
    """Hold the plan of a wave. `survey` is an id under `surveys/` or the path of a file.

    `smallest_stratum` is the fewest codes of one source, part of the city and agency, and `days_sealed` the number of
    days before an early opening. A plan file that does not name them has 20 and 7; 0 is for simulated waves.
    """

    slug: str
    survey: str
    community: str
    community_names: Mapping[str, str]
    languages: tuple[str, ...]
    agencies: tuple[PlannedAgency, ...] = ()
    contact: str = ""
    codes: str = "optional"
    drafts: tuple[str, ...] = ()
    areas: Mapping[int, str | Mapping[str, str]] = field(default_factory=dict)  # one name, or one for each language
    switched_on: tuple[str, ...] = ()
    support: Mapping[str, str] = field(default_factory=dict)
    box_size: int = SMALLEST_BOX
    smallest_cell: int = SMALLEST_CELL
    smallest_stratum: int = 0
    days_sealed: int = 0
    population_source: str | None = None
    protocol: Mapping[str, str] = field(default_factory=dict)


FIELDS: Mapping[str, tuple[type, str]] = {
    "wave": (str, "a short name such as river-city-2026"),
    "survey": (str, "the id of a survey or the path of its file"),
    "community": (dict, "a slug and a name in every language"),
    "languages": (list, "a list of language codes"),
    "agencies": (list, "a list of agencies, each with a slug and a name in every language"),
    "contact": (str, "a line with the contact for residents' questions"),
    "codes": (str, f"one of: {', '.join(CODE_POLICIES)}"),
    "drafts": (list, "a list of languages whose unreviewed wording is accepted"),
    "areas": (dict, "a number and a name for each area, or a name in every language"),
    "switched_on": (list, "a list of names from the survey"),
    "support": (dict, "a line of support in each language, such as {en: Call 211 for free}"),
    "box_size": (int, f"a whole number, {SMALLEST_BOX} or more"),
    "smallest_cell": (int, f"a whole number, {SMALLEST_CELL} or more"),
    "smallest_stratum": (int, f"a whole number, {SMALLEST_BOX} or more"),
    "days_sealed": (int, f"a number of days, from 1 to {MOST_DAYS}"),
    "population_source": (str, "the source of the population table"),
    "protocol": (dict, "statements about how the survey round was done, such as its list and selection"),
}
OPTIONAL = ("contact", "codes", "areas", "support", "box_size", "smallest_cell", "population_source", "protocol")
LEAST: Mapping[str, int] = {
    "box_size": SMALLEST_BOX,
    "smallest_cell": SMALLEST_CELL,
    "smallest_stratum": SMALLEST_BOX,
    "days_sealed": 1,
}
NEEDED = ("wave", "survey", "community", "languages")


def survey_path(survey: str) -> Path:
    """Return the path of a survey file: in the package for an id, else the given path."""
    known = SURVEYS / survey / "survey.yaml"
    return known if known.is_file() else Path(survey)


def known_surveys() -> list[str]:
    """Return the ids of the surveys that come with the service."""
    return sorted(path.parent.name for path in SURVEYS.glob("*/survey.yaml"))


def load_wave_plan(path: Path) -> WavePlan:
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise BadWavePlan(str(path), [f"expected a readable YAML file ({reason})"]) from None
    return read_wave_plan(str(path), text)


def read_wave_plan(source: str, text: str) -> WavePlan:
    return check_wave_plan(source, read_document(source, text))


def check_wave_plan(source: str, document: Any) -> WavePlan:
    problems = find_plan_problems(document)
    if problems:
        raise BadWavePlan(source, problems)
    return to_wave_plan(document)


def find_plan_problems(document: Any) -> list[str]:
    if not isinstance(document, dict):
        return [f"expected a list of settings such as `wave: ...`, found {type(document).__name__}"]
    problems = [f"{name}: missing, expected {FIELDS[name][1]}" for name in NEEDED if name not in document]
    problems += [
        f"{shorten(str(name))}: unknown, expected one of {', '.join(FIELDS)}" for name in document if name not in FIELDS
    ]
    for name, (kind, expected) in FIELDS.items():
        value = document.get(name)
        if name in document and (not isinstance(value, kind) or isinstance(value, bool)):
            problems.append(f"{name}: expected {expected}, found {show_briefly(value)}")
    return problems or _find_entry_problems(document) or _find_value_problems(document)


def _find_entry_problems(document: Mapping[str, Any]) -> list[str]:
    """Find entries of the wrong kind, and entries that stand in a list twice."""
    problems = []
    for name in ("languages", "drafts", "switched_on"):
        entries = document.get(name, [])
        problems += [
            f"{name}: expected text, found {show_briefly(each)}" for each in entries if not isinstance(each, str)
        ]
        texts = [each for each in entries if isinstance(each, str)]
        problems += [f"{name}: expected {show_briefly(each)} once, found it twice" for each in find_repeated(texts)]
    slugs = [each.get("slug") for _, each in _agencies(document) if isinstance(each, dict)]
    texts = [slug for slug in slugs if isinstance(slug, str)]
    problems += [f"agencies: expected {show_briefly(slug)} once, found it twice" for slug in find_repeated(texts)]
    problems += [
        f"areas: expected a name of 1 to {LONGEST_LINE} characters, found {show_briefly(name)}"
        for area in document.get("areas", {}).values()
        for name in (area.values() if isinstance(area, dict) and area else (area,))
        if not _is_name(name)
    ]
    return problems


def find_repeated(texts: Sequence[str]) -> list[str]:
    """Return the texts that occur more than once.

    >>> find_repeated(["en", "es", "en"])
    ['en']
    """
    return [text for text, count in Counter(texts).items() if count > 1]


def _is_name(name: Any) -> bool:
    return isinstance(name, str) and len(name) <= LONGEST_LINE and not is_blank(name) and not find_bad_character(name)


def _find_value_problems(document: Mapping[str, Any]) -> list[str]:
    languages = document["languages"]
    problems = [] if languages else ["languages: expected at least one"]
    problems += [
        f"languages: expected one of {', '.join(LANGUAGES)}, found {show_briefly(code)}"
        for code in languages
        if code not in LANGUAGES
    ]
    problems += [
        f"drafts: {show_briefly(code)} is not among the languages"
        for code in document.get("drafts", [])
        if code not in languages
    ]
    for name, least in LEAST.items():
        if document.get(name, least) < least:
            problems.append(f"{name}: expected {FIELDS[name][1]}, found {document[name]}")
        most = MOST_DAYS if name == "days_sealed" else LARGEST
        if document.get(name, least) > most:
            problems.append(f"{name}: expected at most {most}, found {document[name]}")
    for name in ("contact", "population_source"):
        if len(document.get(name, "")) > LONGEST_LINE:
            problems.append(f"{name}: expected at most {LONGEST_LINE} characters, found {len(document[name])}")
    if document.get("codes", "optional") not in CODE_POLICIES:
        problems.append(f"codes: expected {FIELDS['codes'][1]}, found {show_briefly(document['codes'])}")
    problems += [
        f"{name}: expected lower case letters, digits and dashes, found {show_briefly(slug)}"
        for name, slug in [("wave", document["wave"]), *_slugs(document)]
        if not is_slug(slug)
    ]
    problems += [
        f"areas: expected whole numbers from 1, found {show_briefly(code)}"
        for code in document.get("areas", {})
        if not isinstance(code, int) or code < 1
    ]
    problems += [
        f"areas: expected a name of {shorten(str(code))} in {language}, found none"
        for code, names in document.get("areas", {}).items()
        for language in languages
        if isinstance(names, dict) and language not in names
    ]
    problems += [
        f"areas: expected codes of languages before the names of {shorten(str(code))}, found {shorten(str(language))}"
        for code, names in document.get("areas", {}).items()
        for language in (names if isinstance(names, dict) else ())
        if language not in LANGUAGES
    ]
    problems += [
        f"support: expected a line of 1 to {LONGEST_LINE} characters, without braces, in one of the languages, "
        f"found {show_briefly(code)}: {show_briefly(line)}"
        for code, line in document.get("support", {}).items()
        if code not in languages or not _is_line(line)
    ]
    problems += find_protocol_problems(write_as_text(document.get("protocol", {})))
    for where, named in [("community", document["community"]), *_agencies(document)]:
        problems += _name_problems(where, named, languages)
    return problems


def _slugs(document: Mapping[str, Any]) -> list[tuple[str, Any]]:
    named = [("community", document["community"]), *_agencies(document)]
    return [(f"{where}: slug", each.get("slug") if isinstance(each, dict) else each) for where, each in named]


def _agencies(document: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(f"agency {number}", each) for number, each in enumerate(document.get("agencies", []), 1)]


def _is_line(line: Any) -> bool:
    is_short = isinstance(line, str) and len(line) <= LONGEST_LINE
    return is_short and bool(line.strip()) and not {"{", "}"} & set(line)


def is_slug(slug: Any) -> bool:
    return isinstance(slug, str) and 0 < len(slug) <= 80 and set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def _name_problems(where: str, named: Any, languages: Sequence[str]) -> list[str]:
    names = named.get("name") if isinstance(named, dict) else None
    if not isinstance(names, dict):
        return [f"{where}: expected a name in every language, such as {{en: River City}}"]
    problems = [f"{where}: expected a name in {code}" for code in languages if not _is_name(names.get(code))]
    problems += [
        f"{where}: expected a name of 1 to {LONGEST_LINE} characters that can be seen in {shorten(str(code))}"
        for code, name in names.items()
        if code not in languages and not _is_name(name)
    ]
    chance = named.get("probability", 1)
    if isinstance(chance, bool) or not isinstance(chance, int | float) or not 0 < chance <= 1:
        problems.append(f"{where}: expected a probability above 0 and up to 1, found {show_briefly(chance)}")
    return problems


def to_wave_plan(document: Mapping[str, Any]) -> WavePlan:
    options = {name: document[name] for name in OPTIONAL if name in document}
    if "protocol" in options:
        options["protocol"] = write_as_text(options["protocol"])
    return WavePlan(
        slug=document["wave"],
        survey=document["survey"],
        community=document["community"]["slug"],
        community_names=document["community"]["name"],
        languages=tuple(document["languages"]),
        agencies=tuple(
            PlannedAgency(each["slug"], each["name"], each.get("probability")) for each in document.get("agencies", [])
        ),
        drafts=tuple(document.get("drafts", [])),
        switched_on=tuple(document.get("switched_on", [])),
        smallest_stratum=document.get("smallest_stratum", SMALLEST_BOX),
        days_sealed=document.get("days_sealed", FIRST_DAYS),
        **options,
    )
