"""The help of the command line: it shows every key of a plan, and its plan runs as it stands."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pytest

from analysis.command.arguments import COMMANDS, read_arguments
from analysis.command.manual import manual
from analysis.plan import (
    hypotheses,
    inclusion,
    loading,
    models,
    planning,
    questions,
    reliability,
    replication,
    sections,
    weighting,
)
from analysis.plan.loading import load_plan
from analysis.plan.nodes import Reader
from tests.analysis.command.plans import Desk

PEOPLE = 240
TABLES: Mapping[str, Iterable[Mapping[str, Reader]]] = {
    "all": [
        loading.READERS, loading.DATA, loading.MULTIPLE, loading.DESIGN, loading.INDEX, loading.FACET,
        replication.OF_FILE, replication.MADE, inclusion.INCLUSION, *(keys for keys, _ in weighting.READERS.values()),
        weighting.READERS,  # type: ignore[list-item]
    ],
    "estimate": [questions.COMMON, questions.OPTIONS, *questions.OPTIONS.values()],  # type: ignore[list-item]
    "gaps": [questions.WAYS, questions.GAP_OPTIONS, questions.OF_WHOLE, questions.OF_ROWS, questions.RESIDENTS],
    "test": [hypotheses.KINDS, *(kind.options for kind in hypotheses.KINDS.values())],  # type: ignore[list-item]
    "model": [dict.fromkeys(models.FAMILIES), models.OPTIONS],  # type: ignore[list-item]
    "reliability": [
        reliability.KINDS, reliability.COMMON,  # type: ignore[list-item]
        *(kind.options for kind in reliability.KINDS.values()),
    ],
    "planning": [planning.FUNCTIONS, *(keys for keys, _, _ in planning.FUNCTIONS.values())],  # type: ignore[list-item]
    **{
        command: [kinds, *(kind.options for kind in kinds.values())]  # type: ignore[list-item]
        for command, kinds in zip(
            ("drawing", "trend", "comparability", "imputation", "open-link", "small-areas"),
            list(sections.SECTIONS.values())[1:],
            strict=True,
        )
    },
}  # fmt: skip


def written(text: str) -> set[str]:
    """Words that stand as a key, or as a word of a comment."""
    return set(re.findall(r"[a-z_0-9]+", text))


@pytest.mark.parametrize("section", TABLES)
def test_help_teaches_every_key_of_a_plan(section: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read_arguments(["--help"] if section == "all" else [section, "--help"])
    words = written(capsys.readouterr().out)
    assert {key for table in TABLES[section] for key in table if key not in words} == set()


def test_help_lists_every_word_of_a_choice() -> None:
    words = written(manual())
    assert {*hypotheses.STATISTICS, *hypotheses.RANKS, *replication.MAKERS} - words == {"F"}


def scale(wanted: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Answers on five points."""
    return np.clip(np.rint(3 + wanted + 0.7 * chance.normal(size=PEOPLE)), 1, 5).astype(int)


def riverton(folder: Path) -> None:
    """Data that hold every column of the plan of the help."""
    chance = np.random.default_rng(5)
    k = np.arange(PEOPLE)
    trust, fair, able = chance.normal(size=(3, PEOPLE))
    columns = {
        "person": [f"{20_000_000_000_000_000 + i}" for i in k],
        "district": np.where(k < 120, "north", "south"),
        "tenure": np.where(k % 4 < 2, "own", "rent"),
        "block": 1 + k // 10 % 6,
        "blocks": 60,
        "weight": chance.integers(20, 60, PEOPLE),
        "sex": chance.choice(["F", "M"], PEOPLE),
        "age": chance.integers(16, 95, PEOPLE),
        "interview": "complete",
        "wave": np.where(k % 2, "2024", "2023"),
        "round": np.where(k % 2, "after", "before"),
        "responded": (k % 12 > 0).astype(int),
        "voted": chance.integers(0, 2, PEOPLE),
        "income": chance.integers(100, 900, PEOPLE),
        "rooms": chance.integers(1, 6, PEOPLE),
        "used": chance.choice(["police fire", "police", "fire", ""], PEOPLE),
        "heard_tv": chance.integers(0, 2, PEOPLE),
        "heard_web": chance.integers(0, 2, PEOPLE),
        "a1": scale(trust + fair, chance),
        "a2": scale(trust + fair, chance),
        "a3": scale(-trust - fair, chance),
        **{item: scale(trust + able, chance) for item in ("b1", "b2", "b3")},
        "area": [f"a{i % 8}" for i in k],
        "staff_women": 20, "staff_men": 80, "pct_women": 51, "pct_men": 49, "staff_n": 100,
    }  # fmt: skip
    rows = [",".join(columns)]
    rows += [",".join(str(x if isinstance(x, (int, str)) else x[i]) for x in columns.values()) for i in k]
    (folder / "answers.csv").write_text("\n".join(rows) + "\n")
    (folder / "link.csv").write_text("\n".join([*rows[:1], *rows[2::3]]) + "\n")
    areas = [f"a{i},{0.1 + 0.05 * (i * 5 % 8)},{2.5 + 0.2 * i},{800 + 100 * i}" for i in range(8)]
    (folder / "areas.csv").write_text("\n".join(["area,poverty,rooms,people", *areas]) + "\n")
    cells = [f"a{i},{sex},{300 + 10 * i}" for i in range(8) for sex in "FM"]
    (folder / "cells.csv").write_text("\n".join(["area,sex,people", *cells]) + "\n")


def plan_of_help() -> str:
    lines = manual().split("then:")[0].splitlines()[2:]
    return "\n".join(line.removeprefix("  ") for line in lines) + "\n"


def test_plan_of_the_help_is_read_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "trust.yaml"
    path.write_text(plan_of_help())
    plan = load_plan(path)
    assert (len(plan.estimates), len(plan.gaps), len(plan.reliability)) == (8, 5, 5)
    assert list(plan.entries) == list(sections.SECTIONS)


@pytest.mark.parametrize("command", COMMANDS)
def test_plan_of_the_help_runs_with_every_command(desk: Desk, command: str) -> None:
    riverton(desk.folder)
    desk.write("plan.yaml", plan_of_help())
    status, out, err = desk.run(command, "--format", "json")
    assert status == 0, err
    if command != "weights":
        assert all(section["rows"] for section in json.loads(out)["sections"] if section["title"])
