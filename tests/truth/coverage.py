"""Measure how often the intervals of a report hold the truth, by type of figure: ``python -m tests.truth.coverage``.

The truth of a figure is what its own estimator gives for answers of all adults of the simulated city.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from analysis.design import Design
from analysis.disclosure import DraftTable, Rules
from analysis.report import Sample, weigh
from analysis.report.answers import institution_tables, item_tables, share_tables
from analysis.report.claims import Question, claims_of
from analysis.report.contrasts import facet_gap_table, institution_gap_table
from analysis.report.indices import change_tables, group_tables, headline_tables, other_index_tables
from analysis.report.respondents import composition_tables, driver_table, reliability_tables
from analysis.report.scores import with_scores
from analysis.report.study import ReportPlan, Study
from analysis.results import Estimate
from analysis.simultaneous import critical_value
from tests.truth.city import GAPS, City, Floats, draw_letters, everyone, make_city, make_plan

SECTIONS = (
    headline_tables,
    other_index_tables,
    institution_tables,
    group_tables,
    item_tables,
    share_tables,
    driver_table,
    reliability_tables,
    facet_gap_table,
    institution_gap_table,
)
SIZES = (200, 400, 1000)
ANSWERING = 0.35  # of the letters, about
TIMES = 10  # answers of each adult that make the truth

# The start of a table's name -> the type of its figures; the first that fits counts.
TYPES: Mapping[str, str] = {
    "index_by_area": "index of an area",
    "index_by_": "index of a group",
    "index": "index of an agency",
    "facets": "facet",
    "agency_gaps": "agencies compared",
    "facet_gaps": "facets compared",
    "institution_gaps": "institutions compared",
    "rest_gaps_by_": "group against the rest",
    "changes": "change between waves",
    "other_indices_by_": "other index of a group",
    "other_indices": "other index",
    "institutions": "share in a band",
    "institution_scores": "mean of a question",
    "item_C5": "barrier",
    "item_": "share of an answer",
    "dont_know": "don't know",
    "share_": "ratio",
    "drivers": "driver",
    "reliability": "reliability",
    "composition_before": "representation",
}
Key = tuple[str, object, str]


@dataclass(frozen=True, slots=True)
class Held:
    """Say whether an interval held the truth, for a figure or for all figures of a question."""

    type: str
    question: str
    holds: bool
    ratio: float


@lru_cache(maxsize=1)
def the_city() -> tuple[City, ReportPlan, Mapping[Key, float]]:
    """Return the city, its plan and the truth of each figure."""
    city = make_city(GAPS, np.random.default_rng(2028))
    plan = make_plan(city, with_items=True)
    return city, plan, dict(_truths(city, plan))


def _truths(city: City, plan: ReportPlan) -> Iterator[tuple[Key, float]]:
    table, _ = with_scores(everyone(city, TIMES, np.random.default_rng(2029)), plan)
    area = city.groups["area"]
    weight = city.answering / np.bincount(area)[area]
    table = table.with_columns({"expected": np.tile(weight, TIMES)})
    study = Study(Sample("address-sample", table, True), Design.of(table))
    for each in _tables(study, None, plan):
        yield from _values(each)
    weighted = Study(study.sample, Design.of(table, weights="expected"))
    for each in composition_tables(weighted, plan):
        if "after" in each.id:
            renamed = each.id.replace("after", "before")
            yield from (((renamed, *key[1:]), value) for key, value in _values(each))


def _tables(study: Study, before: Study | None, plan: ReportPlan) -> Iterator[DraftTable]:
    for section in SECTIONS:
        yield from section(study, plan)
    yield from change_tables(study, before, plan)


def _values(table: DraftTable) -> Iterator[tuple[Key, float]]:
    assert table.estimates is not None
    for k, row in enumerate(table.estimates):
        yield _key(table, k, row), row.value


def _key(table: DraftTable, k: int, row: Estimate) -> Key:
    against = table.against[k] if table.against else None
    return table.id, (row.group, against), row.term


def run(size: int, seed: int) -> tuple[Held, ...]:
    """Return which intervals of one sample hold, and which questions hold as a whole.

    The wave before is the sample of the seed before, so that each sample is drawn and weighted once.
    """
    _, plan, truths = the_city()
    before, now = weighted(size, seed - 1), weighted(size, seed)
    tables = list(_tables(now, before, plan))
    composed = [each for each in composition_tables(now, plan) if "before" in each.id]
    single = [held for table in (*tables, *composed) for held in _held(table, truths)]
    return (*single, *_held_together(now, tables, truths))


@lru_cache(maxsize=2)
def weighted(size: int, seed: int) -> Study:
    """Return the weighted answers of one sample."""
    city, plan, _ = the_city()
    chance = np.random.default_rng([2031, size, seed + 1])
    return weigh(draw_letters(city, round(size / ANSWERING), chance), plan)


def _type(table: DraftTable) -> str:
    name = table.id.partition(".")[2]
    return next(kind for start, kind in TYPES.items() if name.startswith(start))


def _truth(table: DraftTable, k: int, row: Estimate, truths: Mapping[Key, float]) -> float:
    return 0.0 if table.id.endswith("changes") else truths[_key(table, k, row)]


def is_shown(row: Estimate, rules: Rules) -> bool:
    """Return whether a report shows a figure of so few people."""
    return row.n >= rules.score_minimum and row.n_effective >= rules.effective_minimum


def _held(table: DraftTable, truths: Mapping[Key, float]) -> Iterator[Held]:
    assert table.estimates is not None
    for k, row in enumerate(table.estimates):
        if is_shown(row, Rules()) and not (row.se == 0 and row.value == _truth(table, k, row, truths)):
            truth = _truth(table, k, row, truths)
            name = f"{table.id} {row.group} {row.term}"
            ratio = (row.value - truth) / row.se if row.se > 0 else float("nan")
            yield Held(_type(table), name, row.interval.low <= truth <= row.interval.high, ratio)


def _held_together(study: Study, tables: Sequence[DraftTable], truths: Mapping[Key, float]) -> Iterator[Held]:
    rows = {
        (table.id, k): (row, _truth(table, k, row, truths))
        for table in tables
        for k, row in enumerate(table.estimates or ())
    }
    shown = frozenset(place for place, (row, _) in rows.items() if is_shown(row, Rules()))
    for question in claims_of(study, tables).questions:
        asked = question.shown(shown)
        if asked.places:
            yield _together(asked, np.array([rows[place][1] for place in asked.places]))


def _together(question: Question, truth: Floats) -> Held:
    statistic = np.abs((question.values - truth) / question.errors)
    critical = critical_value(question.correlation, question.df)
    return Held(f"together: {question.name.split()[0]}", question.name, bool(statistic.max() <= critical), float("nan"))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=400)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--worst", type=int, default=0)
    asked = parser.parse_args()
    with ProcessPoolExecutor(asked.workers) as pool:
        for size in asked.sizes:
            seeds = range(asked.first, asked.first + asked.rounds)
            show(size, list(pool.map(partial(run, size), seeds)), asked.worst)


def show(size: int, rounds: Sequence[tuple[Held, ...]], worst: int) -> None:
    """Print the coverage of each type, and of the worst figures."""
    print(f"n = {size}: {len(rounds)} samples")
    for kind in types_of(rounds):
        print(f"  {kind:30s} {describe(kind, rounds)}", flush=True)
    singles: dict[str, list[bool]] = defaultdict(list)
    for held in (held for each in rounds for held in each):
        singles[held.question].append(held.holds)
    often = {name: float(np.mean(found)) for name, found in singles.items() if len(found) > len(rounds) / 2}
    for name in sorted(often, key=lambda name: often[name])[:worst]:
        print(f"    {100 * often[name]:5.1f} % of {len(singles[name])} {name}")


def types_of(rounds: Sequence[tuple[Held, ...]]) -> list[str]:
    """Return the types of figures that the rounds hold."""
    return sorted({held.type for each in rounds for held in each})


def coverage_of(kind: str, rounds: Sequence[tuple[Held, ...]]) -> tuple[float, float]:
    """Return the coverage of a type and its Monte Carlo error, with a sample as one observation."""
    own = [found for each in rounds if (found := [held.holds for held in each if held.type == kind])]
    held, number = np.array([[sum(found), len(found)] for found in own], float).T
    share = held.sum() / number.sum()
    return float(share), float(np.sqrt(((held - share * number) ** 2).sum()) / number.sum())


def describe(kind: str, rounds: Sequence[tuple[Held, ...]]) -> str:
    """Return coverage, the number of figures, and how estimates lie around the truth in standard errors."""
    share, error = coverage_of(kind, rounds)
    found = [held.ratio for each in rounds for held in each if held.type == kind]
    ratios = np.array([ratio for ratio in found if np.isfinite(ratio)] or [0.0])
    stated = f"{100 * share:5.1f} % ± {100 * error:.1f}  ({len(found) / len(rounds):4.1f} each)"
    return f"{stated}  bias/SE {ratios.mean():5.2f}  SD/SE {ratios.std():.3f}"


if __name__ == "__main__":
    main()
