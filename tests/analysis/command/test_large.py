"""Parquet data that exceed a share of memory: the same figures through DuckDB, and a word about it."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.frames.lazy import LazySource
from analysis.plan import large
from tests.analysis.command.plans import Desk

PLAN = """\
data: people
design: {weights: w, strata: [district, tenure], psu: block, nest: true}
missing: {all: [9], sex: [X]}
labels: {sex: {F: women, M: men}, voted: {0: "no", 1: "yes"}}
only: age >= 18
where: [mode != phone]
index: {name: trust, items: [a1, a2, a3], reversed: [a3], low: 1, high: 5, by: [sex]}
weighting:
  - rake: {shares: {district: {north: 52, south: 48}, tenure: {own: 60, rent: 40}}}
estimates:
  - {mean: trust, by: sex, where: sex == women}
  - {share: voted, by: [sex], interval: wilson, levels: ["yes"]}
  - {share: a1 >= 4, by: sex}
  - {total: income}
  - {ratio: [income, w]}
gaps:
  - {mean: trust, between: sex}
  - {mean: trust, waves: wave}
  - {mean: trust, by: sex, against: everyone}
  - {share: a1 >= 4, by: sex, against: everyone}
"""


def write_people(folder: Path, n: int = 900) -> None:
    chance = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "district": np.where(np.arange(n) % 2, "north", "south"),
            "tenure": chance.choice(["own", "rent"], n),
            "block": chance.integers(0, 9, n),
            "w": chance.uniform(1, 3, n).round(2),
            "sex": chance.choice(["F", "M", "X"], n),
            "age": chance.integers(16, 90, n),
            "mode": chance.choice(["web", "paper", "phone"], n),
            "wave": chance.choice([2023, 2024], n),
            "voted": chance.choice([0, 1, 9], n),
            "income": chance.integers(1000, 1100, n),
            **{f"a{k}": chance.choice([1, 2, 3, 4, 5, 9], n) for k in (1, 2, 3)},
        }
    )
    people = folder / "people"
    people.mkdir()
    for k, part in enumerate(np.array_split(np.arange(n), 3)):
        frame.iloc[part].to_parquet(people / f"{k}.parquet")


@pytest.mark.parametrize("command", ["estimate", "gaps", "index"])
def test_large_data_give_the_figures_of_data_in_memory(
    desk: Desk, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_people(desk.folder)
    desk.write("plan.yaml", PLAN)
    status, small, err = desk.run(command, "--format", "json")
    assert (status, err) == (0, "")
    monkeypatch.setattr(large, "MEMORY_SHARE", 0.0)
    monkeypatch.setattr(LazySource, "whole", lambda *_: pytest.fail("rows came into memory"))
    status, big, err = desk.run(command, "--format", "json")
    assert status == 0, err
    assert "DuckDB adds up its rows where they are" in err
    named = [{s["title"]: s["rows"] for s in json.loads(out)["sections"] if s["rows"]} for out in (small, big)]
    titles = [title for title in named[0] if title not in ("Weighting", "Reliability of trust")]
    assert list(named[1]) == titles
    for title in titles:
        for one, other in zip(named[0][title], named[1][title], strict=True):
            words = {k: v for k, v in one.items() if not isinstance(v, float)}
            assert words == {k: v for k, v in other.items() if not isinstance(v, float)}
            figures = {k: v for k, v in one.items() if isinstance(v, float)}
            assert figures == pytest.approx({k: other[k] for k in figures}, rel=1e-9, nan_ok=True)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("{total: income}", "{quantile: income}", "a quantile"),
        ("{total: income}", "{mean: income, deff: true}", "a design effect"),
        (", psu: block, nest: true", "", "without PSUs"),
        ("weighting:", "weighting:\n  - trim: {upper: 4}", "rows"),
    ],
)
def test_question_that_needs_rows_is_refused(
    desk: Desk, old: str, new: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_people(desk.folder, 90)
    monkeypatch.setattr(large, "MEMORY_SHARE", 0.0)
    monkeypatch.setattr("analysis.design.lazy.MOST_ROWS", 10)
    assert old in PLAN
    desk.write("plan.yaml", PLAN.replace(old, new))
    assert expected in desk.refusal("estimate")


def test_folder_without_parquet_files_is_refused(desk: Desk) -> None:
    (desk.folder / "people").mkdir()
    desk.write("plan.yaml", PLAN)
    assert "without Parquet files" in desk.refusal("estimate")
