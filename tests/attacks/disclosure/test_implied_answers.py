"""An attacker who knows the questionnaire fills in blank answers, from other options and from questions asked after."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest

from analysis.disclosure import DraftMicrodata, ProtectedMicrodata, release
from analysis.release import draft_release
from analysis.report import ItemPlan, Sample
from tests.analysis.release.people import draw_letters, draw_volunteers, make_plan

SEED = 10**12 + 31
BLANK, NOT_ASKED = -6, -9
OPTIONS = (1, 2, 3, 4)  # the last is "none of these"
ASKED = [chosen for chosen in product((0, 1), repeat=4) if sum(chosen) and (not chosen[3] or sum(chosen) == 1)]
SHARES = {1: 0.3, 2: 0.012, 3: 0.2}


def with_harm(sample: Sample, chance: np.random.Generator) -> Sample:
    """Return a sample in which each person chose an option or none of these, and a question follows the rare one."""
    table = sample.table
    chosen = {option: chance.random(table.rows) < share for option, share in SHARES.items()}
    columns: dict[str, Any] = {f"D5_{option}": found.astype(float) for option, found in chosen.items()}
    columns["D5_4"] = (~np.logical_or.reduce(list(chosen.values()))).astype(float)
    columns["D6"] = np.where(chosen[2], 1.0 + (chance.random(table.rows) < 0.5), NOT_ASKED)
    return replace(sample, table=table.with_columns(columns))


@pytest.fixture(scope="module", params=[False, True], ids=["sensitive", "visible"])
def draft(request: pytest.FixtureRequest) -> DraftMicrodata:
    chance, plan = np.random.default_rng(5), make_plan()
    others = [item for item in plan.report.items if item.code != "D5"]
    asked = [ItemPlan("D5", "multiple", OPTIONS, sensitive=True), ItemPlan("D6", "single", (1, 2), sensitive=True)]
    plan = replace(
        plan,
        report=replace(plan.report, items=(*others, *asked)),
        harmless={},
        asked_after={"D6": frozenset({"D5"})},
        visible=frozenset({"D5"} if request.param else ()),
    )
    samples = [with_harm(each, chance) for each in (draw_letters(4000, chance), draw_volunteers(600, chance))]
    return draft_release(samples, plan, data="1")


@pytest.fixture(scope="module")
def data(draft: DraftMicrodata) -> ProtectedMicrodata:
    return release(draft, seed=SEED)


def possible(chosen: tuple[int, ...], after: int | None) -> list[tuple[int, ...]]:
    """Return the answers that a record may hide, by the rules of the questionnaire alone."""
    return [
        each
        for each in ASKED
        if all(seen in (BLANK, true) for seen, true in zip(chosen, each, strict=True))
        and (after in (None, BLANK) or (after != NOT_ASKED) == bool(each[1]))
    ]


def test_no_blank_option_follows_from_the_others(data: ProtectedMicrodata) -> None:
    if not {f"D5_{option}" for option in OPTIONS} & set(data.columns):
        return  # a question that would be mostly blank is left out as a whole
    stated = np.stack([data.columns[f"D5_{option}"] for option in OPTIONS], axis=1)
    after = data.columns.get("D6")
    hidden = np.flatnonzero((stated == BLANK).any(axis=1))
    assert len(hidden) > 0
    for row in hidden:
        fits = possible(tuple(stated[row].tolist()), None if after is None else int(after[row]))
        assert len({each[1] for each in fits}) == 2, stated[row]


def test_options_of_a_question_keep_their_order(draft: DraftMicrodata) -> None:
    """Equal answers give equal files in each process."""
    found = [each.name for each in draft.variables if each.name.startswith("D5_")]
    assert found == [f"D5_{option}" for option in OPTIONS]


def test_question_is_left_out_as_a_whole(data: ProtectedMicrodata) -> None:
    """One option that is not in the file would follow from the others, and from the question after it."""
    out = set(data.document["left_out"]["variables"])
    options = {f"D5_{option}" for option in OPTIONS}
    assert not out & options or options | {"D6"} <= out
