"""Check the demo's own report: compare each difference that it calls clear with the simulated population."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import erf, inf, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.demo.community import VARIABLES
from app.demo.population import AGENCIES, Floats, Population
from app.demo.simulated_answers import HARDER, INSTITUTIONS, NOISE
from app.errors import Refused
from app.questionnaire.definition import Survey
from app.services.reports.publish import FrozenReport
from app.web.reports.findings import extreme_facets
from app.web.reports.page_set import read_report
from app.web.reports.row_writer import RowWriter

NOTHING = 1.0  # points: a true difference below it is what chance leaves between equal groups
REST = "rest_gaps_by_"
GRID = np.linspace(-8, 8, 3201)
NORMAL = np.array([0.5 * (1 + erf(x / sqrt(2))) for x in GRID])


@dataclass(frozen=True)
class Claim:
    """Hold a clear difference of a report and the true one, in points; one below `least` counts as none."""

    table: str
    words: str
    verdict: str
    truth: float
    least: float = NOTHING

    @property
    def is_false(self) -> bool:
        """Return whether nothing differs, or the other way round."""
        return abs(self.truth) < self.least or (self.truth > 0) != (self.verdict == "higher")

    @property
    def sentence(self) -> str:
        """Return what the report says and what is true."""
        return f"{self.table}, {self.words} is {self.verdict}, but the true difference is {self.truth:+.2f}"


class FalseClaims(Refused):
    """Refuse a demo whose report says what its population denies."""

    def __init__(self, wave: str, false: Sequence[str]) -> None:
        self.wave, self.false = wave, tuple(false)
        super().__init__(
            f"Expected every clear difference in the report of {wave!r} to be true of the simulated population, got "
            f"{len(self.false)} false: {'; '.join(self.false)}. Choose another SEED in app/demo/story.py."
        )


def find_false_claims(
    frozen: FrozenReport, survey: Survey, people: Population, before: Population | None
) -> tuple[int, list[Claim]]:
    """Return the number of clear differences in a published report, and those that the population denies."""
    writer = read_report(frozen, "en").main
    truth = PopulationTruth(survey, people, before)
    claims = [*find_claims(frozen.report.document, truth), *_extremes(writer, truth)]
    return len(claims), [claim for claim in claims if claim.is_false]


def _extremes(writer: RowWriter, truth: PopulationTruth) -> Iterator[Claim]:
    """Yield the parts of trust that sentences call the weakest or strongest, against the nearest other part."""
    for below, verdict in ((True, "lower"), (False, "higher")):
        for term, rows in extreme_facets(writer, below=below).items():
            for row in rows:
                means = truth.facet_means(row.agency)
                own = means.pop(term.partition(":")[2])
                nearest = min(means.values()) if below else max(means.values())
                yield Claim("facets", f"{row.domain} {term}", verdict, own - nearest, least=0.0)


def find_claims(document: Mapping[str, Any], truth: PopulationTruth) -> Iterator[Claim]:
    for section in document["sections"]:
        for table in section["tables"]:
            for row in table["rows"]:
                if row.get("verdict") in ("higher", "lower"):
                    name = table["id"].partition(".")[2]
                    yield Claim(name, f"{row['domain']} {row['term']}", row["verdict"], truth.of(name, row))


@dataclass(frozen=True, eq=False)
class PopulationTruth:
    """Compute true differences over the whole population."""

    survey: Survey
    people: Population
    before: Population | None
    _points: dict[tuple[str, str], Floats] = field(default_factory=dict, init=False)  # of (item, agency), as computed

    @cached_property
    def _earlier(self) -> PopulationTruth | None:
        return None if self.before is None else PopulationTruth(self.survey, self.before, None)

    def of(self, table: str, row: Mapping[str, Any]) -> float:
        """Return the true difference of a published row."""
        levels = _levels(row["domain"])
        if table == "agency_gaps":
            other = _levels(row["against"])["agency"]
            return self._mean("CTI", levels["agency"]) - self._mean("CTI", other)
        if table.startswith(REST):
            return self._to_rest(table.removeprefix(REST), levels)
        if table == "changes":
            assert self._earlier is not None
            return self._mean(row["term"], levels["agency"]) - self._earlier._mean(row["term"], levels["agency"])
        if table == "facet_gaps":
            return _to_others(self.facet_means(levels["agency"]), row["term"].partition(":")[2])
        if table == "institution_gaps":
            means = {code: float(self._item(code, INSTITUTIONS.get(code, "police")).mean()) for code in self._rated}
            return _to_others(means, row["term"].partition(":")[0])
        assert table == "drivers", table
        return inf  # each part of trust in an agency goes with trust in institutions

    def facet_means(self, agency: str) -> dict[str, float]:
        """Return the true points of each part of trust in an agency."""
        return {facet: self._mean(f"CTI:{facet}", agency) for facet in self._facets}

    @property
    def _facets(self) -> dict[str, tuple[str, ...]]:
        headline = next(index for index in self.survey.indices if index.id == "CTI")
        return {facet.id: facet.items for facet in headline.facets}

    @property
    def _rated(self) -> tuple[str, ...]:
        (facet,) = next(index for index in self.survey.indices if index.id == "ITI").facets
        return facet.items

    def _mean(self, term: str, agency: str) -> float:
        return float(self._index(term, agency).mean())

    def _index(self, term: str, agency: str) -> Floats:
        """(n,) the expected points of the index, or of one facet, of everyone for an agency."""
        facets = self._facets
        kept = [facets[term.partition(":")[2]]] if ":" in term else list(facets.values())
        means = [np.mean([self._item(code, agency) for code in items], axis=0) for items in kept]
        return np.asarray(np.mean(means, axis=0))

    def _item(self, code: str, agency: str) -> Floats:
        """(n,) the expected points of an answer: the chances to reach each step of the scale."""
        if (code, agency) not in self._points:
            self._points[code, agency] = self._compute_item(code, agency)
        return self._points[code, agency]

    def _compute_item(self, code: str, agency: str) -> Floats:
        trust, steps = self.people.trust[:, AGENCIES.index(agency)], len(self.survey.items[code].options)
        reached = [100 * step / steps for step in range(1, steps)]
        points = trust + HARDER.get(code, 0.0)
        return np.asarray(100 * np.mean([_normal((points - edge) / NOISE) for edge in reached], axis=0))

    def _to_rest(self, column: str, levels: Mapping[str, str]) -> float:
        inside = self._members(column, levels[column])
        if inside is None:
            return 0.0
        index = self._index("CTI", levels["agency"])
        return float(index[inside].mean() - index[~inside].mean())

    def _members(self, column: str, level: str) -> NDArray[np.bool_] | None:
        """(n,) who belongs to a group; None where its answers are drawn by chance alone."""
        family, _, code = column.rpartition("_")
        questions = {name: question for question, name in VARIABLES.items()}
        if family == questions["race"].lower():
            groups = self.people.groups[questions["race"]]
            return np.asarray((groups == int(code)) | (self.people.second_race == int(code)))
        question = questions.get(column)
        return None if question is None else np.asarray(self.people.groups[question] == int(level))


def _levels(domain: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in domain.split(", "))


def _to_others(means: Mapping[str, float], name: str) -> float:
    return means[name] - float(np.mean([value for other, value in means.items() if other != name]))


def _normal(z: Floats) -> Floats:
    return np.asarray(np.interp(z, GRID, NORMAL))
