"""Load the outcome measures from `surveys/measures/measures.yaml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from ruamel.yaml import YAML

from app.errors import NotFound
from app.paths import SURVEYS

FILE = SURVEYS / "measures" / "measures.yaml"

Step = Literal["envision", "plan", "invest", "evaluate", "strengthen"]
MeasureKind = Literal["people", "share", "rate", "mix", "survey", "staffing", "amount"]
MeasureDirection = Literal["up", "down", "target", "described", "parity"]
STEPS: tuple[Step, ...] = ("envision", "plan", "invest", "evaluate", "strengthen")
UPLOADED: frozenset[MeasureKind] = frozenset({"people", "share", "rate", "mix"})
OF_A_WHOLE: frozenset[MeasureKind] = frozenset({"people", "share", "mix"})


@dataclass(frozen=True)
class FigureSource:
    """Name a figure of a wave's survey: one of its shares or indices, or certain answers to an item.

    With `by_group`, it is the index of each group of residents.
    """

    survey: str
    share: str = ""
    index: str = ""
    item: str = ""
    met: tuple[int, ...] = ()
    by_group: bool = False

    @property
    def term(self) -> str:
        return self.share or self.index or self.item


def _read_source(written: Mapping[str, Any]) -> FigureSource:
    names = {name: written[name] for name in ("survey", "share", "index", "item") if name in written}
    return FigureSource(**names, met=tuple(written.get("met", ())), by_group=written.get("by_group", False))


@dataclass(frozen=True)
class Measure:
    """Define a measure: numerator, denominator, unit, period, and known pitfalls.

    `needs` are measures without which it is never published; `people` marks figures about people. A share that
    `exceeds` may be above 100 percent, such as events beyond the plan. An `amount` follows from the numerator of the
    measure `of`.
    """

    id: str
    step: Step
    version: str
    title: str
    kind: MeasureKind
    source: str
    numerator: str
    denominator: str
    unit: str
    period: str
    direction: MeasureDirection
    breakdowns: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    companions: tuple[str, ...] = ()
    trap: str = ""
    figure: FigureSource | None = None
    people: bool = False
    exceeds: bool = False
    of: str = ""
    rounded: bool = False

    @property
    def is_uploaded(self) -> bool:
        return self.kind in UPLOADED

    @property
    def is_part_of_whole(self) -> bool:
        """Return whether the numerator is a part of the denominator, so that it can never be larger."""
        return self.is_share and not self.exceeds

    @property
    def is_share(self) -> bool:
        """Return whether the value is in percent of the denominator."""
        return self.kind in OF_A_WHOLE

    @property
    def most(self) -> float | None:
        """Return the largest value that is possible, or None."""
        return 100.0 if self.kind in ("survey", "staffing") or (self.is_part_of_whole and self.kind != "mix") else None


@dataclass(frozen=True)
class WaveFigure:
    """Name a figure of a wave that accompanies a measure or answers a question."""

    id: str
    title: str
    source: FigureSource


@dataclass(frozen=True)
class QuestionEntries:
    """Choose entries of a register that answer a question: those with something in `where`, with these fields."""

    register: str
    where: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class OutcomeQuestion:
    """Define one question of the blueprint. A `statement` is answered by an attested yes or no."""

    id: str
    step: Step
    text: str
    by: tuple[str, ...]
    statement: bool = False
    entries: tuple[QuestionEntries, ...] = ()


@dataclass(frozen=True)
class Definitions:
    """Hold everything that a scorecard may contain; `beside` are figures that only accompany measures."""

    measures: Mapping[str, Measure]
    beside: Mapping[str, Measure]
    figures: Mapping[str, WaveFigure]
    questions: tuple[OutcomeQuestion, ...]

    @property
    def all(self) -> Mapping[str, Measure]:
        return {**self.measures, **self.beside}

    def get(self, id: str) -> Measure:
        found = self.all.get(id)
        if found is None:
            raise NotFound("outcome measure", id, self.all)
        return found

    def of_step(self, step: Step) -> list[Measure]:
        return [each for each in self.measures.values() if each.step == step]

    @property
    def wave_figures(self) -> Mapping[str, FigureSource]:
        """Return each figure that comes from a wave, by the id of its measure or its own."""
        computed = {each.id: each.figure for each in self.measures.values() if each.figure}
        return computed | {each.id: each.source for each in self.figures.values()}

    @property
    def statements(self) -> tuple[str, ...]:
        return tuple(each.id for each in self.questions if each.statement)

    def sentences(self) -> list[str]:
        """Return every text that readers see in their own language."""
        texts = [
            text
            for each in self.all.values()
            for text in (each.title, each.numerator, each.denominator, each.trap)
            if text
        ]
        return [*texts, *(each.title for each in self.figures.values()), *(each.text for each in self.questions)]


@cache
def load_definitions(path: Path = FILE) -> Definitions:
    document = YAML(typ="safe", pure=True).load(path.read_text("utf-8"))
    return Definitions(
        measures=_measures(document["measures"]),
        beside=_measures(document["beside"]),
        figures={each["id"]: _figure(each) for each in document["figures"]},
        questions=tuple(_question(each) for each in document["questions"]),
    )


def _measures(written: Sequence[Mapping[str, Any]]) -> dict[str, Measure]:
    return {each["id"]: _measure(each) for each in written}


def _measure(written: Mapping[str, Any]) -> Measure:
    lists = {name: tuple(written.get(name, ())) for name in ("breakdowns", "needs", "companions")}
    source = _read_source(written["figure"]) if "figure" in written else None
    people = written.get("people", written["kind"] == "people")
    return Measure(**{**written, **lists, "figure": source, "people": people})


def _figure(written: Mapping[str, Any]) -> WaveFigure:
    return WaveFigure(written["id"], written["title"], _read_source(written))


def _question(written: Mapping[str, Any]) -> OutcomeQuestion:
    entries = tuple(
        QuestionEntries(each["register"], each["where"], tuple(each["fields"])) for each in written.get("entries", ())
    )
    return OutcomeQuestion(**{**written, "by": tuple(written["by"]), "entries": entries})
