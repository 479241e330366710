"""Plan the sample of a round: wanted precision -> answers and letters in each part of the city, with scenarios."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Engine

from analysis.errors import AnalysisError
from analysis.planning import Stratum, allocate, precision, sample_size
from app.errors import Refused, TransitionRefused
from app.records.audit_log import record_act
from app.records.database import reading, writing
from app.records.wave_lifecycle import DRAFT
from app.records.wave_notes import SAMPLE, find_note, store_note
from app.records.waves import get_wave, rated_agencies_of
from app.services.common.actor import Actor
from app.services.waves.code_floor import fewest_codes
from app.services.waves.expected_crowds import ExpectedPart, warn_of_crowds

SD, DEFF = 22.0, 1.3  # points of 100, and the design effect of weighting: what earlier rounds of this survey gave
SHOWN_FROM = 50  # answers of a group from which its score is shown
MOST_PARTS, LONGEST_PART = 60, 40
FEWER = {"as planned": 0.0, "if 5 in 100 fewer answer": 5.0, "if half as many answer": 0.5}


class SampleRefused(Refused):
    """Refuse a form. `field` is the part of it that is wrong."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(sentence)


@dataclass(frozen=True)
class WantedSample:
    """Hold the form as it was typed. Margins are half-widths of 95 % intervals in points from 0 to 100."""

    parts: str
    city: str
    part: str = ""
    group: str = ""
    cost: str = ""
    list: str = ""
    selection: str = ""
    sd: str = ""


@dataclass(frozen=True)
class SamplePart:
    """A part of the city: its addresses on the list, the percentage that is expected to answer."""

    name: str
    addresses: int
    rate: float


@dataclass(frozen=True)
class PlannedPart:
    name: str
    addresses: int
    rate: float
    answers: int
    letters: int

    @property
    def one_in(self) -> int:
        return round(self.addresses / self.letters)


@dataclass(frozen=True)
class Scenario:
    """Hold the precision if so many answer: answers, and margins in points; None where nothing is shown."""

    words: str
    answers: int
    city: float | None
    parts: tuple[float | None, ...]
    change: float | None
    group: int | None


@dataclass(frozen=True)
class WorkedOut:
    """Hold the letters of each part, the scenarios, and the cost where one was typed."""

    parts: tuple[PlannedPart, ...]
    scenarios: tuple[Scenario, ...]
    cost: float | None

    @property
    def letters(self) -> int:
        return sum(part.letters for part in self.parts)

    @property
    def answers(self) -> int:
        return sum(part.answers for part in self.parts)


def work_out(wanted: WantedSample, agencies: int, fewest: int) -> WorkedOut:
    """Return the letters that the wanted precision needs. Each resident rates one of `agencies`.

    `fewest` is the smallest number of letters in a part, so that a code points at no one.
    """
    parts = read_parts(wanted.parts)
    city = _number("city", wanted.city, "half a width in points, such as 2.5", 0.2, 50)
    each = _number("part", wanted.part, "half a width in points, such as 5, or nothing", 0.2, 50) if wanted.part else 0
    group = _number("group", wanted.group, "a percentage of residents, such as 9, or nothing", 0.1, 100)
    sd = _number("sd", wanted.sd, "a standard deviation in points, such as 22", 1, 50) if wanted.sd else SD
    rated = max(agencies, 1)
    try:
        planned = _letters(parts, city, each, group / 100, sd, rated, fewest)
    except AnalysisError as refused:
        raise SampleRefused("city", str(refused)) from None
    cost = _number("cost", wanted.cost, "an amount such as 2.40, or nothing", 0, 1000)
    scenarios = tuple(_scenario(words, fewer, planned, sd, rated, group / 100) for words, fewer in FEWER.items())
    return WorkedOut(planned, scenarios, cost * sum(part.letters for part in planned) if wanted.cost else None)


def read_parts(text: str) -> list[SamplePart]:
    r"""Read parts of the city, one on each line: a name, its addresses, the percentage that will answer.

    >>> read_parts("North Hill, 9,800, 30\nRiverside; 11900; 28 %")
    [SamplePart(name='North Hill', addresses=9800, rate=30.0), SamplePart(name='Riverside', addresses=11900, rate=28.0)]
    """
    parts = []
    for line in filter(None, map(str.strip, text.splitlines())):
        name, *figures = (each.strip() for each in line.split(";" if ";" in line else ","))
        rate = figures.pop().rstrip(" %") if len(figures) > 1 else ""
        addresses = "".join(figures)
        if not 0 < len(name) <= LONGEST_PART or not addresses.isdecimal() or not _is_rate(rate) or not int(addresses):
            raise SampleRefused(
                "parts",
                f"Expected a name, the addresses on the list and the percentage that will answer, such as "
                f"North Hill, 9800, 30; got {line[:80]!r}.",
            )
        parts.append(SamplePart(name, int(addresses[:9]), float(rate)))
    if not 0 < len(parts) <= MOST_PARTS or len({part.name for part in parts}) < len(parts):
        raise SampleRefused(
            "parts", f"Type 1 to {MOST_PARTS} parts of the city, each once. A city in one piece is one."
        )
    return parts


def _is_rate(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal() and 0 < float(text) <= 100


def _number(field: str, text: str, expected: str, least: float, most: float) -> float:
    if not text:
        return 0.0
    plain = text.replace(",", ".", 1).rstrip(" %")
    if not plain.replace(".", "", 1).isdecimal() or not plain.isascii() or not least <= float(plain) <= most:
        raise SampleRefused(field, f"Expected {expected}, got {text[:40]!r}.")
    return float(plain)


def _letters(
    parts: Sequence[SamplePart], city: float, each: float, group: float, sd: float, rated: int, fewest: int
) -> tuple[PlannedPart, ...]:
    if not city:
        raise SampleRefused("city", "Type how sure the trust in each agency must be, such as 2.5 points.")
    people = sum(part.addresses for part in parts)
    total = rated * sample_size(sd=sd, margin=city, deff=DEFF, population=people).completes
    if group:
        total = max(total, math.ceil(SHOWN_FROM / group))
    floors = [_floor(part, each, sd, rated, fewest) for part in parts]
    strata = [Stratum(part.name, part.addresses) for part in parts]
    n = max(total, sum(floors))
    if n > people:
        raise SampleRefused(
            "city", f"This needs {n:,} answers, and the list has {people:,} addresses: lower the precision."
        )
    completes = allocate(strata, "proportional", n=n, minimum=floors).completes
    return tuple(_planned(part, answers, fewest) for part, answers in zip(parts, completes, strict=True))


def _floor(part: SamplePart, each: float, sd: float, rated: int, fewest: int) -> int:
    """Return the fewest answers of a part."""
    wanted = rated * sample_size(sd=sd, margin=each, deff=DEFF, population=part.addresses).completes if each else 1
    return min(max(wanted, 1), part.addresses)


def _planned(part: SamplePart, answers: int, fewest: int) -> PlannedPart:
    letters = max(math.ceil(answers / (part.rate / 100)), fewest)
    if letters > part.addresses:
        raise SampleRefused(
            "parts",
            f"{part.name} needs {letters:,} letters and has {part.addresses:,} addresses: lower the precision, or join "
            "it with another part.",
        )
    return PlannedPart(part.name, part.addresses, part.rate, answers, letters)


def _scenario(words: str, fewer: float, parts: Sequence[PlannedPart], sd: float, rated: int, group: float) -> Scenario:
    counts = [round(part.letters * _rate(part.rate, fewer) / 100) for part in parts]
    people = sum(part.addresses for part in parts)
    city = _margin(sum(counts) // rated, sd, people)
    within = tuple(_margin(n // rated, sd, part.addresses) for n, part in zip(counts, parts, strict=True))
    change = None if city is None else city * math.sqrt(2)
    return Scenario(words, sum(counts), city, within, change, round(sum(counts) * group) if group else None)


def _rate(rate: float, fewer: float) -> float:
    return rate * fewer if 0 < fewer < 1 else max(rate - fewer, 1)


def _margin(answers: int, sd: float, people: int) -> float | None:
    """Return the half-width of the interval in points; None where a score would not be shown."""
    if answers < SHOWN_FROM:
        return None
    return precision(min(answers, people), sd=sd, deff=DEFF, population=people).margin


# --- the stored plan


@dataclass(frozen=True)
class StoredSample:
    """Hold the plan as it was kept: the form, and the letters of each part."""

    wanted: WantedSample
    parts: tuple[PlannedPart, ...]

    @property
    def letters(self) -> int:
        return sum(part.letters for part in self.parts)


def find_sample(engine: Engine, slug: str) -> StoredSample | None:
    with reading(engine) as session:
        return to_sample(find_note(session, get_wave(session, slug).id or 0, SAMPLE))


def to_sample(document: Mapping[str, Any]) -> StoredSample | None:
    if not document:
        return None
    return StoredSample(WantedSample(**document["wanted"]), tuple(PlannedPart(**each) for each in document["parts"]))


def count_agencies(engine: Engine, slug: str) -> tuple[int, int]:
    """Return the number of agencies of a round, and the fewest letters of a part, so that each agency gets enough."""
    with reading(engine) as session:
        wave = get_wave(session, slug)
        chances = [chance for _, chance in rated_agencies_of(session, wave.id or 0)]
        return len(chances), fewest_codes(wave.smallest_stratum, chances)


def warn_of_few(engine: Engine, slug: str, parts: Sequence[PlannedPart]) -> tuple[str, ...]:
    """Return a sentence for each part in which an agency will get too few answers to keep their part or source."""
    with reading(engine) as session:
        chances = [chance for _, chance in rated_agencies_of(session, get_wave(session, slug).id or 0)]
    return tuple(warn_of_crowds([ExpectedPart(part.name, part.letters, part.rate) for part in parts], chances))


def store_sample(engine: Engine, slug: str, wanted: WantedSample, actor: Actor) -> StoredSample:
    """Store the plan of a draft, and declare its list and its selection in the protocol of the round."""
    found = work_out(wanted, *count_agencies(engine, slug))
    if wanted.list and not wanted.selection:
        raise SampleRefused("selection", "Say how addresses are drawn from the list, or name no list.")
    stored = StoredSample(wanted, found.parts)
    with writing(engine) as session:
        wave = get_wave(session, slug)
        if wave.status != DRAFT:
            raise TransitionRefused(slug, wave.status, DRAFT, ())
        declared = {"list": wanted.list, "selection": wanted.selection}
        wave.protocol = {**wave.protocol, **declared} if wanted.list else _without(wave.protocol, declared)
        session.add(wave)
        document = {"wanted": asdict(wanted), "parts": [asdict(part) for part in found.parts]}
        store_note(session, wave.id or 0, SAMPLE, document)
        record_act(session, actor.name, "sample planned", slug, actor.now, letters=stored.letters)
    return stored


def _without(protocol: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in protocol.items() if name not in names}


def describe_sample(sample: StoredSample) -> Iterator[str]:
    """Yield one line for each part, for a list of steps."""
    for part in sample.parts:
        yield f"{part.name}: {part.letters:,} letters to {part.addresses:,} addresses"
