"""Read the published figures of other surveys from `surveys/benchmarks/benchmarks.yaml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from analysis.gaps.benchmarks import Asked, BenchmarkGap, SurveyFigure, find_differences, gap_to_benchmark
from app.paths import SURVEYS

FILE = SURVEYS / "benchmarks" / "benchmarks.yaml"
Z95 = 1.959964  # margins are published at 95 percent
MODES = ("self-completion", "interview", "mixed")
SELECTIONS = ("random", "panel", "volunteers")
COUNTS = ("share", "mean", "points")


class BadBenchmarks(ValueError):
    """Refuse a file of benchmarks: what was expected and what was found, at which entry."""

    def __init__(self, place: str, expected: str, found: object) -> None:
        super().__init__(f"{place}: expected {expected}, found {found!r}")


@dataclass(frozen=True)
class BenchmarkSource:
    """Name a survey: by whom, when, how and among whom it was asked, and under which license it is quoted."""

    id: str
    short: str
    title: str
    publisher: str
    fielded: str
    mode: str
    selection: str
    universe: str
    license: str
    address: str


@dataclass(frozen=True)
class BenchmarkFigure:
    """Hold one published figure, in percent, points from 0 to 100, or (`mean`) on the scale's own unit.

    It is of a country (ISO code), of the average of several countries, or of the place that the source's title names.

    `se` is None where no margin is published. `step` is the distance of two values that can be published.
    """

    country: str
    countries: int
    count: str
    codes: tuple[int, ...]
    value: float
    se: float | None
    step: float
    at: str


@dataclass(frozen=True)
class BenchmarkQuestion:
    """Hold one question of a survey: its official words, or a question of our own that is close to it."""

    id: str
    source: BenchmarkSource
    construct: str
    text: str
    is_official: bool
    options: tuple[str, ...]
    scale: tuple[int, int] | None
    asked_in: Mapping[str, str]
    figures: tuple[BenchmarkFigure, ...]


@dataclass(frozen=True)
class OwnFigure:
    """Hold a published figure of the community, in the unit of the benchmark, and how it was asked."""

    value: float
    se: float
    people: float
    wording: str
    answers: tuple[str, ...]
    mode: str
    is_random: bool


def find_unlike(own: OwnFigure, question: BenchmarkQuestion, figure: BenchmarkFigure) -> tuple[str, ...]:
    """Return what keeps the two figures from being compared; empty where nothing does."""
    return find_differences(_own(own, figure), _other(question, figure))


def compare(own: OwnFigure, question: BenchmarkQuestion, figure: BenchmarkFigure, comparisons: int) -> BenchmarkGap:
    """Return the difference of the community's figure; `comparisons` is how many the reader sees together."""
    return gap_to_benchmark(_own(own, figure), _other(question, figure), comparisons)


def _own(own: OwnFigure, figure: BenchmarkFigure) -> SurveyFigure:
    asked = Asked(own.wording, own.answers, _counted(figure), own.mode, "random" if own.is_random else "volunteers")
    return SurveyFigure(own.value, own.se, asked, df=max(own.people - 1, 1.0))


def _other(question: BenchmarkQuestion, figure: BenchmarkFigure) -> SurveyFigure:
    answers = question.options or (tuple(map(str, question.scale)) if question.scale else ())
    wording = question.text if question.is_official else ""
    asked = Asked(wording, answers, _counted(figure), question.source.mode, question.source.selection)
    return SurveyFigure(figure.value, figure.se, asked, figure.step)


def _counted(figure: BenchmarkFigure) -> str:
    return f"{figure.count} {' '.join(map(str, figure.codes))}".strip()


@cache
def load_benchmarks(file: Path = FILE) -> tuple[BenchmarkQuestion, ...]:
    """Return every question in the order of the file.

    Raises `BadBenchmarks` for an entry without a field that it needs, or with a value that is none of those allowed.
    """
    written = YAML(typ="safe").load(file.read_text("utf-8"))
    sources = {name: _source(name, fields) for name, fields in written["sources"].items()}
    return tuple(_question(fields, sources) for fields in written["questions"])


def _source(name: str, fields: Mapping[str, Any]) -> BenchmarkSource:
    known = {key: _text(fields, key, name) for key in BenchmarkSource.__annotations__ if key != "id"}
    _among(known["mode"], MODES, name)
    _among(known["selection"], SELECTIONS, name)
    if not known["address"].startswith("https://"):
        raise BadBenchmarks(name, "an address that begins with https://", known["address"])
    return BenchmarkSource(id=name, **known)


def _question(fields: Mapping[str, Any], sources: Mapping[str, BenchmarkSource]) -> BenchmarkQuestion:
    place = _text(fields, "id", "question")
    source = sources.get(_text(fields, "source", place))
    if source is None:
        raise BadBenchmarks(place, f"a source among {', '.join(sources)}", fields["source"])
    if ("official" in fields) == ("close_to" in fields):
        raise BadBenchmarks(place, "either official or close_to", sorted(fields))
    scale = fields.get("scale")
    return BenchmarkQuestion(
        id=place,
        source=source,
        construct=_text(fields, "construct", place),
        text=str(fields.get("official") or fields["close_to"]),
        is_official="official" in fields,
        options=tuple(fields.get("options", ())),
        scale=(int(scale["from"]), int(scale["to"])) if scale else None,
        asked_in=dict(fields.get("asked_in", {})),
        figures=tuple(_figures(fields.get("figures", ()), place)),
    )


def _figures(entries: Any, place: str) -> Iterator[BenchmarkFigure]:
    for fields in entries:
        _among(fields.get("count"), COUNTS, place)
        if fields.get("country") and fields.get("countries"):
            raise BadBenchmarks(place, "a country or a number of countries", sorted(fields))
        value = fields.get("value")
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            raise BadBenchmarks(place, "a number as value", value)
        margin = fields.get("margin")
        se = fields.get("se", None if margin is None else margin / Z95)
        codes = tuple(fields.get("codes", ()))
        country, countries = fields.get("country", ""), int(fields.get("countries", 0))
        step = 10.0 ** -len(str(value).partition(".")[2])
        yield BenchmarkFigure(
            country, countries, fields["count"], codes, float(value), se, step, _text(fields, "at", place)
        )


def _text(fields: Mapping[str, Any], name: str, place: str) -> str:
    found = fields.get(name)
    if not isinstance(found, str) or not found.strip():
        raise BadBenchmarks(place, f"text as {name}", found)
    return found.strip()


def _among(found: object, allowed: tuple[str, ...], place: str) -> None:
    if found not in allowed:
        raise BadBenchmarks(place, f"one of {', '.join(allowed)}", found)
