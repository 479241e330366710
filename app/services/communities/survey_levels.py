"""Match the levels of a population table to the codes of a survey: weighting finds nothing under another name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Engine

from app.errors import BadTable, NotFound
from app.language.catalogs import load_catalog
from app.language.languages import SOURCE
from app.questionnaire import wording
from app.questionnaire.definition import Survey
from app.questionnaire.loading import load_survey
from app.records.communities import agencies_of, get_community
from app.records.database import reading
from app.records.waves import Wave, waves_of
from app.records.workforce import workforce_of_all
from app.services.communities.population import Level, find_lost_margins
from app.services.waves.plan_file import known_surveys, survey_path

RESIDENTS = "community-trust"
# Words of census and office tables -> the words of an answer that mean the same group.
SAME_GROUP: Mapping[str, str] = {
    "male": "man",
    "males": "man",
    "men": "man",
    "female": "woman",
    "females": "woman",
    "women": "woman",
    "american indian": "american indian or alaska native",
    "american indian and alaska native": "american indian or alaska native",
    "black": "black or african american",
    "hispanic": "hispanic or latino",
    "pacific islander": "native hawaiian or pacific islander",
    "native hawaiian and other pacific islander": "native hawaiian or pacific islander",
    "another": "another race or ethnicity",
    "some other race": "another race or ethnicity",
}


@dataclass(frozen=True)
class KnownLevels:
    """Hold the groups that a population table may name.

    `answers` has the codes of each variable of the survey with their English words, and no codes for a variable whose
    list is not known yet. `staff` has the levels of staff tables, where the community has no survey round.
    """

    survey: str
    answers: Mapping[str, Mapping[str, str]]
    staff: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def is_of_staff(self, variable: str, levels: Sequence[str]) -> bool:
        return bool(levels) and set(levels) <= self.staff.get(variable, frozenset())


def known_levels(engine: Engine, community_slug: str, survey: str = "") -> KnownLevels:
    """Return the levels of a survey: the named one, or that of the community's newest round, or community-trust."""
    if survey:
        return levels_of_survey(survey)
    with reading(engine) as session:
        community = get_community(session, community_slug)
        waves = sorted(waves_of(session, community.id or 0), key=_newest, reverse=True)
        for wave in waves:
            if answers := answers_of(load_survey(wave.survey_text)):
                return KnownLevels(wave.survey_id, answers)
        ids = [agency.id or 0 for agency in agencies_of(session, community.id or 0)]
        staff: dict[str, set[str]] = {}
        for row in workforce_of_all(session, ids):
            staff.setdefault(row.variable, set()).add(row.level)
    found = levels_of_survey(RESIDENTS)
    return replace(found, staff={name: frozenset(levels) for name, levels in staff.items()})


def levels_of_survey(survey: str) -> KnownLevels:
    path = survey_path(survey)
    if not path.is_file():
        raise NotFound("survey", survey, known_surveys())
    found = load_survey(path)
    return KnownLevels(found.id, answers_of(found))


def _newest(wave: Wave) -> tuple[bool, str, str]:
    return wave.opened_on is None, f"{wave.opened_on}", wave.slug


def answers_of(survey: Survey) -> dict[str, dict[str, str]]:
    """Return the codes of each key variable with their English words; none where the list is not known yet."""
    words = load_catalog(SOURCE, survey.catalog)
    found = {
        str(item.key_variable): {str(option.code): wording.option_text(option, words) for option in item.options}
        for item in survey.key_variables
    }
    waiting = {item.key_variable: dict[str, str]() for item in survey.set_aside if item.key_variable}
    return {**{str(name): codes for name, codes in waiting.items()}, **found}


# --- matching


@dataclass(frozen=True)
class Matched:
    """Hold the levels under the survey's codes, what was assumed, and the rows that name no group of it."""

    levels: tuple[Level, ...]
    notes: tuple[str, ...]
    problems: tuple[str, ...]


def match_levels(levels: Sequence[Level], known: KnownLevels, spare: Sequence[str] = ()) -> Matched:
    """Match each level by its code, or by the English words of the answer.

    Levels in `spare` may stay without a code: groups of a census table that a survey does not offer.
    """
    matcher = _Matcher(known, spare)
    found = tuple(matcher.match(levels))
    return Matched(found, tuple(matcher.notes()), tuple(matcher.problems))


def as_answers(
    source: str, levels: Sequence[Level], known: KnownLevels, spare: Sequence[str] = ()
) -> tuple[tuple[Level, ...], tuple[str, ...]]:
    """Return the levels under the survey's codes and what was assumed; refuse the table where a row names no group."""
    found = match_levels(levels, known, spare)
    problems = [*found.problems, *find_lost_margins(levels)]
    if problems:
        raise BadTable(source, problems)
    return found.levels, found.notes


class _Matcher:
    def __init__(self, known: KnownLevels, spare: Sequence[str]) -> None:
        self.known, self.spare = known, spare
        self.problems: list[str] = []
        self.renamed: list[str] = []
        self.unused: list[str] = []
        self.unchecked: list[str] = []
        self.of_staff: list[str] = []
        self.seen: dict[tuple[str, str], str] = {}

    def match(self, levels: Sequence[Level]) -> Iterator[Level]:
        for variable in dict.fromkeys(each.variable for each in levels):
            rows = [each for each in levels if each.variable == variable]
            if self.known.is_of_staff(variable, [each.level for each in rows]):
                self.of_staff.append(variable)
                yield from rows
            elif variable not in self.known.answers:
                self.refuse_variable(rows[0])
            elif not self.known.answers[variable]:
                self.unchecked.append(variable)
                yield from rows
            else:
                yield from filter(None, map(self.one, rows))

    def one(self, row: Level) -> Level | None:
        codes = self.known.answers[row.variable]
        code = _code_of(row.level, codes)
        if code is None and row.level in self.spare:
            self.unused.append(f"{row.variable} {row.level}")
            return row
        if code is None:
            listed = ", ".join(f"{each} ({text})" for each, text in codes.items())
            self.refuse(row, f"expected a level of {row.variable} among {listed}, found {row.level!r}")
            return None
        first = self.seen.setdefault((row.variable, code), row.level)
        if first != row.level:
            self.refuse(row, f"expected each level once, found {row.variable} {code} as {first!r} and {row.level!r}")
        if code != row.level:
            self.renamed.append(f"{row.variable} {row.level} as {code}")
        return replace(row, level=code)

    def refuse_variable(self, row: Level) -> None:
        known = ", ".join(self.known.answers) or "none"
        self.refuse(row, f"expected a variable of {self.known.survey} among {known}, found {row.variable!r}")

    def refuse(self, row: Level, problem: str) -> None:
        self.problems.append(f"line {row.line}: {problem}" if row.line else problem)

    def notes(self) -> Iterator[str]:
        if self.renamed:
            yield f"levels by the words of {self.known.survey}: {', '.join(self.renamed)}"
        if self.unused:
            yield f"no answer of {self.known.survey}, so not for weighting: {', '.join(self.unused)}"
        for variable in self.unchecked:
            yield f"{variable} as written: its list is not known before the survey round"
        for variable in self.of_staff:
            yield f"{variable} by the groups of the staff table: answers cannot be weighted by it"


def _code_of(level: str, codes: Mapping[str, str]) -> str | None:
    """Return the code of a level: the code itself, the words of one answer, or another word for one answer."""
    if level in codes:
        return level
    wanted = " ".join(level.casefold().split())
    by_words = [code for code, text in codes.items() if text.casefold() == wanted]
    same = [code for code, text in codes.items() if text.casefold() == SAME_GROUP.get(wanted)]
    found = by_words or same
    return found[0] if len(found) == 1 else None
