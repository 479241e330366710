"""Write the disclosure report: the protection rules, the remaining risk, and the cost of protection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.language import formats
from app.language.extraction import mark
from app.services.releases.package import words
from app.services.releases.package.documents import to_json
from app.services.releases.package.rendering import render_page
from app.services.releases.package.study import DataSet

PARTS = ("rules", "notes", "left_out", "risk", "loss", "weights", "audit")
RULES: Mapping[str, str] = {
    "k": mark("Fewest records that are alike in all background variables"),
    "l": mark("Fewest different answers to a sensitive question among them"),
    "most_keys": mark("Most background variables"),
    "small_group": mark("Smallest group of people that a background variable shows"),
    "units_in_group": mark("Fewest units of the sample in a group of replicates"),
}
RISKS: Mapping[str, str] = {
    "combinations": mark("Combinations of background variables"),
    "smallest": mark("Records in the smallest combination"),
    "sample_uniques": mark("Unique records"),
    "in_small_combinations": mark("Share of records in combinations that are too small"),
    "expected_matches": mark("Chance that a person who knows someone’s background picks the right record"),
    "population_uniques": mark("Records expected to be unique in the population too"),
}
BETWEEN_NAMES = " · "  # of columns, which belong to no language
SHARES = frozenset({"in_small_combinations", "expected_matches"})


@dataclass(frozen=True)
class RiskTable:
    """Hold a part of the report. The first cell of a row is its name, or a code where `coded`."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    coded: bool = False


def write_disclosure(data: DataSet) -> bytes:
    """Return the report as the disclosure control wrote it."""
    return to_json({name: plain(data.document[name]) for name in PARTS if name in data.document})


def write_disclosure_page(data: DataSet, lang: str) -> bytes:
    text = words.catalog_for(lang).text
    title = data.study.title[lang]
    return render_page(
        "disclosure.html",
        lang,
        f"{text('Disclosure report')}: {title}",
        study_title=title,
        release=data.study.release,
        tables=[table for table in DisclosureWriter(data.document, lang).tables() if table.rows],
    )


@dataclass(frozen=True)
class DisclosureWriter:
    """Write the report in the words of one language."""

    document: Mapping[str, Any]
    lang: str

    def tables(self) -> Iterator[RiskTable]:
        yield RiskTable(self.translate(mark("Rules")), (), tuple(self._rules()))
        both = (self.translate(mark("Before")), self.translate(mark("In the file")))
        yield RiskTable(self.translate(mark("Risk")), ("", *both), tuple(self._risks()))
        lost = (self.translate(mark("Variable")), self.translate(mark("Detail lost")))
        yield RiskTable(self.translate(mark("Answers combined")), lost, tuple(self._merged()), coded=True)
        blank = (
            self.translate(mark("Variable")),
            self.translate(mark("Values hidden")),
            self.translate(mark("Distribution moved by")),
        )
        yield RiskTable(self.translate(mark("Values hidden")), blank, tuple(self._blank()), coded=True)
        yield RiskTable(self.translate(mark("Left out")), (), tuple(self._left_out()))
        yield RiskTable(self.translate(mark("Weights")), self._weight_heads(), tuple(self._weights()))
        yield RiskTable(self.translate(mark("Public and official figures")), (), tuple(self._official()))
        yield RiskTable(self.translate(mark("Audit with everything published before")), (), tuple(self._audit()))

    def translate(self, sentence: str, **values: str) -> str:
        texts: dict[str, Any] = dict(values)
        return words.catalog_for(self.lang).text(sentence, **texts)

    def _rules(self) -> Iterator[tuple[str, ...]]:
        rules = self.document.get("rules", {})
        yield from ((self.translate(label), self.number(rules[name])) for name, label in RULES.items() if name in rules)

    def _risks(self) -> Iterator[tuple[str, ...]]:
        risk = self.document.get("risk", {})
        for name, label in RISKS.items():
            if name in risk.get("before", {}):
                write = self.share if name in SHARES else self.number
                yield self.translate(label), write(risk["before"][name]), write(risk["after"][name])

    def _merged(self) -> Iterator[tuple[str, ...]]:
        for name, found in self.document.get("loss", {}).get("merged", {}).items():
            if found["step"]:
                yield name, self.share(found["detail_lost"])

    def _blank(self) -> Iterator[tuple[str, ...]]:
        for name, found in self.document.get("loss", {}).get("variables", {}).items():
            if found["suppressed"]:
                yield name, self.number(found["suppressed"]), self.share(found["hellinger"])

    def _left_out(self) -> Iterator[tuple[str, ...]]:
        found = self.document.get("left_out", {})
        if found.get("variables"):
            yield self.translate(mark("Variables")), BETWEEN_NAMES.join(found["variables"])
        if found.get("sources"):
            yield (
                self.translate(mark("Kinds of sample")),
                formats.listed(words.name_sources(found["sources"], self.lang), self.lang),
            )
        held = sum(found.get("held_back_at_most", {}).values())
        if held:
            yield (
                self.translate(mark("Records left out, so that no one can be sure to be in the file")),
                self.translate(mark("at most {number}"), number=self.number(held)),
            )

    def _weight_heads(self) -> tuple[str, ...]:
        heads = (mark("Sample"), mark("Fitted to the population by"), mark("Replicates"), mark("Design effect"))
        return tuple(map(self.translate, heads))

    def _weights(self) -> Iterator[tuple[str, ...]]:
        for found in self.document.get("weights", {}).values():
            margins = BETWEEN_NAMES.join(found["margins"]) or "–"
            yield (
                words.name_sources([found["source"]], self.lang)[0],
                margins,
                self.number(found["groups"]),
                self.number(found["design_effect"], 2),
            )

    def _official(self) -> Iterator[tuple[str, ...]]:
        close = self.document.get("loss", {}).get("within_a_quarter_se")
        if close is not None:
            label = mark("Figures that differ from the official ones by at most a quarter of a standard error")
            yield self.translate(label), self.share(close)

    def _audit(self) -> Iterator[tuple[str, ...]]:
        audit = self.document.get("audit", {})
        labels = {
            "releases": mark("Publications checked together"),
            "cells": mark("Small groups tested"),
            "recovered": mark("Small groups found"),
        }
        yield from (
            (self.translate(label), self.number(audit[name])) for name, label in labels.items() if name in audit
        )

    def number(self, value: float | None, decimals: int = 0) -> str:
        """Format a number; withheld numbers are a dash."""
        return "–" if value is None else formats.number(value, self.lang, decimals)

    def share(self, value: float | None) -> str:
        return "–" if value is None else formats.percent(value, self.lang)


def plain(value: Any) -> Any:
    """Return a read-only document as plain JSON."""
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(each) for each in value]
    return value
