"""Ten seconds with a report: the text of its first screen answers three questions as the published intervals do.

How much do residents trust the police? Is it better than last time? Who trusts it less? The reports come from a
simulated city. The suite reads two, `make drills` twenty.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from analysis.report import analyse
from app.services.reports.publish import FrozenReport
from app.web.reports.findings import find_findings
from app.web.reports.handlers import make_page
from app.web.reports.page_set import read_report
from tests.drills import choose
from tests.truth.city import GAPS, NOTHING, Effects, draw_letters, make_city, make_plan
from tests.truth.rounds import LETTERS
from tests.web.reports.making import make_words

COMMUNITIES = choose(2, 20)
POLICE = "River City Police"
CARD = re.compile(
    rf"{POLICE}\n(?P<level>[\d.]+) of 100\n[^\n]*: (?P<low>[\d.]+) to (?P<high>[\d.]+)\n"
    r"(?:(?!Change)[^\n]*\n)?"  # the ends of the axis, which a phone does not show
    r"Change since the previous survey round: (?P<change>[a-z ]+): \S+ \((?P<from>\S+) to (?P<to>\S+)\)\n"
    r"(?P<groups>(?:(?:Clearly|Groups)[^\n]*\n?)*)"
)


@dataclass(frozen=True)
class Answers:
    """The answers of a reader after ten seconds."""

    level: tuple[str, str, str]
    change: tuple[str, str, str]
    less: frozenset[str]


@cache
def make_community(seed: int) -> FrozenReport:
    """The report of a simulated city with a round before it; every second city has planted gaps."""
    effects: Effects = GAPS if seed % 2 else NOTHING
    chance = np.random.default_rng([2031, seed])
    city = make_city(effects, chance)
    letters = LETTERS * (4 if effects else 1)  # enough answers to find the planted gaps
    before, now = (draw_letters(city, letters, chance) for _ in range(2))
    report = analyse([now], make_plan(city), data="now", before=[before])
    return FrozenReport("river-city", "x", 1, date(2026, 5, 2), report, make_words())


class Lines(HTMLParser):
    """Collect the text of the first screen: from the headline to the end of the cards, a line for each block."""

    BLOCKS = ("p", "h2", "h3", "div", "article")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.feed(html[html.index('<p class="headline">') : html.index('<p class="facts">')])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.BLOCKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        self.words.append(re.sub(r"\s+", " ", data))

    @property
    def text(self) -> str:
        lines = "".join(self.words).split("\n")
        return "\n".join(re.sub(" +", " ", line).strip() for line in lines if line.strip())


def first_screen(frozen: FrozenReport) -> str:
    return Lines(make_page(frozen, "en", False).body.decode()).text


def read_answers(text: str, names: Mapping[str, str]) -> Answers:
    """Answer from the text alone."""
    found = CARD.search(text)
    assert found, text
    less = re.search("Clearly less trust: ([^\n]*)", found["groups"])
    groups = {group for group, name in names.items() if less and name in less[1]}
    change = (found["change"], found["from"], found["to"])
    return Answers((found["level"], found["low"], found["high"]), change, frozenset(groups))


# --- the same from the published document


def published_answers(frozen: FrozenReport) -> Answers:
    document = json.loads(frozen.report.content)
    index, change = (row_of(document, table)["cell"] for table in ("index", "changes"))
    words = "clearly up" if change["low"] > 0 else "clearly down" if change["high"] < 0 else "no clear change"
    if row_of(document, "changes")["verdict"] == "unclear":
        words = "no clear change"
    bounds = tuple(f"{'+' if change[name] > 0 else ''}{change[name]:.1f}" for name in ("low", "high"))
    less = frozenset(
        row["domain"].rpartition(", ")[2]
        for table in tables(document)
        if "rest_gaps_by_" in table["id"]
        for row in table["rows"]
        if "agency=police" in row["domain"] and row["verdict"] == "lower" and row["cell"]["high"] < 0
    )
    low, high = (bound.replace("-", "\N{MINUS SIGN}") for bound in bounds)
    return Answers((f"{index['value']:.1f}", f"{index['low']:.1f}", f"{index['high']:.1f}"), (words, low, high), less)


def tables(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [table for section in document["sections"] for table in section["tables"]]


def row_of(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = next(table for table in tables(document) if table["id"].endswith(f".{name}"))
    found: Mapping[str, Any] = next(row for row in table["rows"] if "agency=police" in row["domain"])
    return found


def names_of(frozen: FrozenReport) -> dict[str, str]:
    """The words for each group in a sentence."""
    context = read_report(frozen, "en")
    groups = {row.group for table in context.main.source.tables.values() for row in table.rows if row.group}
    return {"=".join(group): context.phrasing.noun(*group) for group in groups}


@pytest.mark.parametrize("seed", range(COMMUNITIES))
def test_first_screen_answers_as_the_published_intervals(seed: int) -> None:
    frozen = make_community(seed)
    expected = published_answers(frozen)
    assert read_answers(first_screen(frozen), names_of(frozen)) == expected
    assert expected.less or not seed % 2


@pytest.mark.parametrize("seed", range(COMMUNITIES))
def test_every_finding_of_a_difference_has_a_verdict(seed: int) -> None:
    frozen = make_community(seed)
    document = json.loads(frozen.report.content)
    rows = [
        (table["id"], row["cell"])
        for table in tables(document)
        for row in table["rows"]
        if row.get("verdict") in ("higher", "lower")
    ]
    clear = {(cell["value"], cell["low"], cell["high"]) for _, cell in rows}
    findings = find_findings(read_report(frozen, "en").main)
    said = [found for found in findings if found.kind in ("gap", "change")]
    assert all((cell.value, cell.low, cell.high) in clear for found in said for cell in found.cells)
    assert not [found for found in findings if found.kind == "facet"]  # no part of trust truly differs in this city
    may_be_said = [cell for table, cell in rows if "gaps_by_" in table and not cell["flags"]]
    assert any(found.kind == "gap" for found in said) == bool(may_be_said)
