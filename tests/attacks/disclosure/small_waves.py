"""Make small waves at random, and publish a report, a data set and a scorecard from each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.disclosure import (
    EVERYONE,
    DraftMicrodata,
    DraftScorecard,
    DraftTable,
    DraftUnit,
    ProtectedMicrodata,
    PublishedReport,
    PublishedScorecard,
    publish,
    publish_scorecard,
    release,
)
from analysis.disclosure.microdata.refusals import MicrodataRefused
from analysis.estimation import share
from analysis.frames import Factor, Table
from analysis.index import FacetRecipe, IndexRecipe
from analysis.release import KeyPlan, ReleasePlan, draft_release
from analysis.report import ItemPlan, ReportPlan, Sample, draft_report
from analysis.results import Estimates
from analysis.weighting import Margin, PopulationTargets

AGENCIES = ("police", "health")
LEVELS = {"age": 4, "gender": 3, "area": 3}
SINGLE, SCALE, SEVERAL = "C1", "B1", "D5"
OPTIONS = {SINGLE: (1, 2, 3, 4), SCALE: (1, 2, 3, 4, 5), SEVERAL: (1, 2, 3)}
INDEX = ("B1", "B2", "B3")
MEASURES = ("in_planning", "has_seat", "knows_findings", "shares_data")


@dataclass(frozen=True, eq=False)
class SmallWave:
    """Hold a wave's answers by source, its plan, and everything published of it."""

    samples: tuple[Sample, ...]
    plan: ReportPlan
    report: PublishedReport
    data: ProtectedMicrodata | None
    draft_data: DraftMicrodata
    scorecard: PublishedScorecard
    partners: NDArray[np.float64]


def make_small_wave(seed: int) -> SmallWave:
    """Draw a wave of one or two samples of 45 to 220 people, two thirds of them without a population table."""
    chance = np.random.default_rng([29, seed])
    shares = {name: _skewed(chance, count) for name, count in LEVELS.items()}
    answers = {name: _skewed(chance, len(codes)) for name, codes in OPTIONS.items()}
    samples = [_sample("address-sample", int(chance.integers(45, 221)), shares, answers, chance)]
    if chance.random() < 0.5:
        samples.append(_sample("open-link", int(chance.integers(45, 160)), shares, answers, chance))
    plan = _plan(seed, shares if seed % 3 == 0 else None)
    report = publish(draft_report(samples, plan, data="1"), [])
    draft = draft_release(samples, _release_plan(plan), data="1")
    partners = (chance.random((int(chance.integers(30, 80)), len(MEASURES))) < chance.random(len(MEASURES))).astype(
        float
    )
    card = publish_scorecard(DraftScorecard("city", (_unit(partners),)))
    return SmallWave(tuple(samples), plan, report, _released(draft, report, seed), draft, card, partners)


@dataclass(frozen=True, eq=False)
class Pair:
    """Hold a wave with two kinds of sample: its report, and its data set before protection."""

    report: PublishedReport
    draft: DraftMicrodata


def make_pair(seed: int, letters: int, helped: int, *, even: bool = False) -> Pair:
    """Draw a wave with letters and a help point; with `even`, all groups and answers are equally frequent."""
    chance = np.random.default_rng([31, seed, helped])
    draw = _equal if even else _skewed
    shares = {name: draw(chance, count) for name, count in LEVELS.items()}
    answers = {name: draw(chance, len(codes)) for name, codes in OPTIONS.items()}
    sizes = {"address-sample": letters, "assisted": helped}
    samples = [_sample(source, size, shares, answers, chance) for source, size in sizes.items() if size]
    plan = _plan(seed, None)
    report = publish(draft_report(samples, plan, data="1"), [])
    return Pair(report, draft_release(samples, _release_plan(plan), data="1"))


def _equal(chance: np.random.Generator, count: int) -> NDArray[np.float64]:
    return np.full(count, 1 / count)


def _skewed(chance: np.random.Generator, count: int) -> NDArray[np.float64]:
    found = chance.random(count) ** 2 + 0.01
    return np.asarray(found / found.sum())


def _released(draft: DraftMicrodata, report: PublishedReport, seed: int) -> ProtectedMicrodata | None:
    try:
        return release(draft, [report], seed=10**12 + seed)
    except MicrodataRefused:
        return None


def _sample(
    source: str,
    size: int,
    shares: dict[str, NDArray[np.float64]],
    answers: dict[str, NDArray[np.float64]],
    chance: np.random.Generator,
) -> Sample:
    columns: dict[str, object] = {"agency": Factor(chance.integers(0, 2, size), AGENCIES)}
    columns["stratum"] = Factor(np.zeros(size, np.int64), ("city",))
    for name, found in shares.items():
        codes = np.where(chance.random(size) < 0.03, -1, chance.choice(len(found), size, p=found))
        columns[name] = Factor(codes, tuple(str(k + 1) for k in range(len(found))))
        columns[name.upper()] = np.where(codes < 0, -7.0, codes + 1.0)
    for name in (SINGLE, SCALE):
        codes = chance.choice(OPTIONS[name], size, p=answers[name]).astype(float)
        columns[name] = np.where(chance.random(size) < 0.04, -7.0, codes)
    for name in INDEX[1:]:
        columns[name] = chance.choice(5, size) + 1.0
    for option, part in zip(OPTIONS[SEVERAL], answers[SEVERAL], strict=True):
        columns[f"{SEVERAL}_{option}"] = (chance.random(size) < part).astype(float)
    return Sample(source, Table(columns), source == "address-sample")


def _plan(seed: int, shares: dict[str, NDArray[np.float64]] | None) -> ReportPlan:
    items = (
        ItemPlan(SINGLE, "single", OPTIONS[SINGLE]),
        ItemPlan(SCALE, "scale", OPTIONS[SCALE]),
        ItemPlan(SEVERAL, "multiple", OPTIONS[SEVERAL], sensitive=True),
    )
    groups = {name: tuple(str(k + 1) for k in range(count)) for name, count in LEVELS.items()}
    recipe = IndexRecipe("CTI", (FacetRecipe("trust", INDEX, low=1, high=5),), 1)
    return ReportPlan(f"wave-{seed}", AGENCIES, recipe, (), (), items, (), groups, _targets(shares))


def _targets(shares: dict[str, NDArray[np.float64]] | None) -> PopulationTargets | None:
    if shares is None:
        return None
    margins = [
        Margin.of_shares(name, {str(k + 1): float(part) for k, part in enumerate((found + 0.1) / (found + 0.1).sum())})
        for name, found in shares.items()
    ]
    return PopulationTargets(tuple(margins), 20_000.0)


def _release_plan(plan: ReportPlan) -> ReleasePlan:
    keys = tuple(
        KeyPlan(name, name.upper(), codes, ((codes,),))
        for name, codes in ((name, tuple(range(1, count + 1))) for name, count in LEVELS.items())
    )
    return ReleasePlan(plan, keys, frozenset(LEVELS))


def _unit(partners: NDArray[np.float64]) -> DraftUnit:
    """Return the shares of a wave of partners, all of whom were asked."""
    rows = []
    for column, name in zip(partners.T, MEASURES, strict=True):
        table = {"met": Factor(column.astype(np.int64), ("no", "yes"))}
        found = [row for row in share(Design.of(table), "met") if row.term == "met=yes"]
        rows += [type(row)(**{**{f: getattr(row, f) for f in row.__slots__}, "term": name}) for row in found]
    estimates = Estimates("share", tuple(rows), np.full((len(rows), len(rows)), np.nan), len(partners) - 1)
    table = DraftTable("shares", "shares", "share", tuple(r.n for r in rows), estimates, rows=(EVERYONE,) * len(rows))
    return DraftUnit("city/partners", "1", {}, (table,))
