"""A report in which some people answer nothing: no figure about other people changes, and no section fails."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analysis.disclosure import DraftReport
from analysis.frames import Factor
from analysis.index import IndexRecipe
from analysis.report import Sample
from analysis.report.recipe import draft_report
from tests.simulation.world import ITEMS, draw_address_sample, make_plan, make_world

RACES = ("White", "Black", "Hispanic", "Asian", "Native")
PLAN_OF_OTHERS = IndexRecipe.of_items("OTHER", ("B1", "B2", "B3"))


def study(silent: bool, race: Any = None) -> DraftReport:
    """Draft a report with two people of the last race, who answer no item if `silent`; `race` replaces all races."""
    world = make_world()
    sample = draw_address_sample(world, 2400, np.random.default_rng(3))
    codes = np.random.default_rng(4).choice(4, sample.table.rows, p=[0.5, 0.25, 0.15, 0.1])
    pair = np.array([10, 200])
    codes[pair] = 4
    items = {name: sample.table.numbers(name).copy() for name in ITEMS}
    for values in items.values():
        values[pair] = np.nan
    table = sample.table.with_columns(
        {**items, "race": race if race is not None else Factor(np.where(silent | (codes < 4), codes, -1), RACES)}
    )
    plan = make_plan(world)
    plan = replace(plan, groups={**plan.groups, "race": RACES}, indices=(PLAN_OF_OTHERS,))
    return draft_report([replace_table(sample, table)], plan, data="made")


def replace_table(sample: Sample, table: Any) -> Sample:
    return replace(sample, table=table)


def figures(report: DraftReport) -> dict[tuple[str, str], tuple[float, ...]]:
    """Table and row -> value, standard error, interval and df of each figure that is known."""
    found = {}
    for section in report.sections:
        for table in section.tables:
            for domain, row in zip(table.rows, table.estimates or (), strict=False):
                numbers = (row.value, row.se, row.interval.low, row.interval.high, row.df)
                found[table.id, f"{domain} {row.term}"] = numbers
    return found


def test_two_silent_people_leave_every_other_figure() -> None:
    silent, unknown = figures(study(silent=True)), figures(study(silent=False))
    gaps = [key for key in unknown if "gaps_by_race" in key[0]]
    assert len(gaps) == 4
    assert all(np.isfinite(unknown[key]).all() for key in gaps)
    moved = {
        key
        for key, row in unknown.items()
        if "composition" not in key[0] and not np.array_equal(row, silent[key], True)
    }
    assert moved == set()


@pytest.mark.parametrize("levels", [RACES, ()], ids=["known levels", "no levels"])
def test_report_stands_without_any_answer_on_race(levels: tuple[str, ...]) -> None:
    rows = draw_address_sample(make_world(), 2400, np.random.default_rng(3)).table.rows
    found = figures(study(silent=True, race=Factor(np.full(rows, -1, np.int64), levels)))
    assert any("index_by_age" in key[0] for key in found)
    assert not any("index_by_race" in key[0] for key in found)


def test_report_stands_without_any_answer_to_an_item() -> None:
    world = make_world()
    sample = draw_address_sample(world, 2400, np.random.default_rng(3))
    empty = sample.table.with_columns({name: np.full(sample.table.rows, np.nan) for name in ITEMS})
    report = draft_report([replace_table(sample, empty)], make_plan(world), data="made")
    assert report.sections
