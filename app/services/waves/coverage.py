"""Compare the answers so far with the population, and find the groups to reach next. Rounded, from opened boxes.

The rules are those of publishing: no number below ten, all others rounded to five, no hidden group by subtraction.
Everything here is computed from the shown numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Engine
from sqlmodel import Session

from analysis.disclosure import Rules
from analysis.disclosure.cells import rounded_count
from app.language.catalogs import load_catalog
from app.language.languages import SOURCE
from app.questionnaire import wording
from app.questionnaire.definition import Item, Survey
from app.questionnaire.loading import load_survey
from app.records.codes import BatchCount, batch_counts
from app.records.database import reading
from app.records.population import PopulationShare, population_of
from app.records.tallies import Group
from app.records.waves import Wave, get_wave
from app.services.waves.crowds import OTHER, find_lost_labels
from app.services.waves.tallies import EVERYBODY, STRATUM, fewest_of, find_tallies, group_of, stratum_of

RULES = Rules()
LAGGING = 0.8  # a group below this part of its share is behind
WORTH_REACHING = 20  # with fewer expected answers, a shortfall may be chance
MOST_TO_REACH = 5
OTHER_WAYS = "Other ways of taking part"


@dataclass(frozen=True)
class CoverageLine:
    """Hold one group. `answers` is rounded, or None where it must be hidden."""

    words: str
    answers: int | None
    part: int | None = None  # percent of all answers
    residents: int | None = None  # percent of all residents
    expected: int | None = None  # answers with an equal response in all groups


@dataclass(frozen=True)
class CoverageVariable:
    id: str
    lines: tuple[CoverageLine, ...]
    overlaps: bool


@dataclass(frozen=True)
class StratumLine:
    """Hold a part of the sample: its codes, answers from opened boxes, and the response rate in percent."""

    words: str
    codes: int | None
    answers: int | None
    rate: int | None


@dataclass(frozen=True)
class Behind:
    """Hold a group to reach next."""

    variable: str
    words: str
    answers: int | None
    expected: int


@dataclass(frozen=True)
class Coverage:
    """Hold the fieldwork of a wave. Numbers below `fewest` are hidden."""

    total: int | None
    fewest: int
    variables: tuple[CoverageVariable, ...]
    strata: tuple[StratumLine, ...]
    behind: tuple[Behind, ...]
    is_scattered: bool = False  # some answers of letters lost their part or source, so that no rate is known


def load_coverage(engine: Engine, slug: str) -> Coverage:
    with reading(engine) as session:
        return coverage_of(session, get_wave(session, slug))


def coverage_of(session: Session, wave: Wave) -> Coverage:
    tallies, fewest = find_tallies(session, wave), fewest_of(wave)
    survey, population = load_survey(wave.survey_text), population_of(session, wave.community_id)
    total = rounded_or_hidden(tallies.get(EVERYBODY, 0), fewest)
    variables = tuple(
        _variable(item, survey, tallies, shares_of(item.key_variable or "", population), total, fewest)
        for item in survey.key_variables
    )
    codes = {stratum_of(batch.source, batch.stratum): batch for batch in batch_counts(session, wave.id or 0)}
    is_scattered = _is_scattered(codes, tallies)
    strata = _strata({group: batch.codes for group, batch in codes.items()}, tallies, fewest, is_scattered=is_scattered)
    return Coverage(total, fewest, variables, strata, find_behind(variables, fewest), is_scattered)


def rounded_or_hidden(count: int, fewest: int) -> int | None:
    """Return a count as it may be shown: rounded, or None below `fewest`.

    >>> [rounded_or_hidden(count, 10) for count in (0, 9, 10, 13, 48)]
    [None, None, 10, 15, 50]
    """
    return rounded_count(count, RULES.rounding_base) if count >= fewest else None


def shares_of(variable: str, population: Sequence[PopulationShare]) -> dict[str, float]:
    """Return the residents' shares of each level of a variable, by option code."""
    rows = [row for row in population if row.variable == variable]
    whole = sum(row.count or 0 for row in rows)
    return {
        row.level: row.share if row.share is not None else (row.count or 0) / whole
        for row in rows
        if whole or row.share is not None
    }


def _variable(
    item: Item,
    survey: Survey,
    tallies: Mapping[Group, int],
    shares: Mapping[str, float],
    total: int | None,
    fewest: int,
) -> CoverageVariable:
    words = load_catalog(SOURCE, survey.catalog)
    names = [wording.option_text(option, words) for option in item.options]
    counts = [tallies.get(group_of(item, option.code), 0) for option in item.options]
    overlaps = item.kind.takes_several
    shown = [rounded_or_hidden(count, fewest) for count in counts] if overlaps else hide_small_groups(counts, fewest)
    lines = (
        _line(name, answers, shares.get(str(option.code)), total)
        for name, answers, option in zip(names, shown, item.options, strict=True)
    )
    return CoverageVariable(item.key_variable or "", tuple(lines), overlaps)


def _line(words: str, answers: int | None, share: float | None, total: int | None) -> CoverageLine:
    line = CoverageLine(words, answers)
    if answers is not None and total:
        line = replace(line, part=min(100, round(100 * answers / total)))
    if share is not None:
        line = replace(line, residents=round(100 * share), expected=round(share * total) if total else None)
    return line


def hide_small_groups(counts: Sequence[int], fewest: int) -> list[int | None]:
    """Hide small groups, and a second one where a single hidden group would follow from the others.

    >>> hide_small_groups([60, 4, 30], 10), hide_small_groups([60, 40], 10), hide_small_groups([3, 4, 90], 10)
    ([60, None, None], [60, 40], [None, None, 90])
    """
    shown = [rounded_or_hidden(count, fewest) for count in counts]
    if shown.count(None) == 1 and len(shown) > 1:
        smallest = min((count, index) for index, count in enumerate(counts) if shown[index] is not None)[1]
        shown[smallest] = None
    return shown


def _is_scattered(codes: Mapping[Group, BatchCount], tallies: Mapping[Group, int]) -> bool:
    """Return whether answers of letters may be counted without their part of the city or their source."""
    kinds = {(batch.source, batch.stratum) for batch in codes.values()}
    return not {stratum_of(*kind) for kind in find_lost_labels(kinds)}.isdisjoint(tallies)


def _strata(
    codes: Mapping[Group, int], tallies: Mapping[Group, int], fewest: int, *, is_scattered: bool
) -> tuple[StratumLine, ...]:
    """Return every part of the sample; people without a code are a line of their own."""
    groups = [*codes, *(group for group in sorted(tallies) if group[0] == STRATUM and group not in codes)]
    shown = hide_small_groups([tallies.get(group, 0) for group in groups], fewest)
    lines = (_stratum(group[1], codes.get(group), answers) for group, answers in zip(groups, shown, strict=True))
    return tuple(replace(line, rate=None) if is_scattered else line for line in lines)


def _stratum(words: str, codes: int | None, answers: int | None) -> StratumLine:
    rate = min(100, round(100 * answers / codes)) if answers is not None and codes else None
    return StratumLine(OTHER_WAYS if words == OTHER else words, codes, answers, rate)


def find_behind(variables: Sequence[CoverageVariable], fewest: int) -> tuple[Behind, ...]:
    """Return the groups furthest behind their share; a hidden group counts as just below the limit."""
    found = [
        (_shown_answers(line, fewest) / line.expected, Behind(variable.id, line.words, line.answers, line.expected))
        for variable in variables
        for line in variable.lines
        if line.expected is not None and line.expected >= WORTH_REACHING
    ]
    late = sorted((pair for pair in found if pair[0] < LAGGING), key=lambda pair: pair[0])
    return tuple(behind for _, behind in late[:MOST_TO_REACH])


def _shown_answers(line: CoverageLine, fewest: int) -> int:
    return line.answers if line.answers is not None else fewest - 1
