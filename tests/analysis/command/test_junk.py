"""Junk anywhere in a plan: answered or refused in sentences, never an exception."""

import contextlib
import copy
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from analysis.command import main
from tests.analysis.command.plans import PLAN, answers

JUNK = [None, "", "junk", -1, 0, 95, 1e308, float("nan"), [], {}, True, ["x"], {"a": 1}, [1, 2, 3], "income", "sex"]
MORE = """\
order: {wave: [2021, 2022]}
multiple: {both: {columns: [a1, a2]}}
tests:
  - {independence: [sex, voted], statistic: F}
  - {fit: sex, shares: {women: 52, men: 48}}
  - {difference: income, between: sex}
  - {ranks: income, between: wave}
  - {correlation: [a1, income]}
models:
  - {linear: trust, on: [income, sex], margins: sex, where: wave == 2021}
"""
TREE = YAML(typ="safe").load(PLAN + MORE)
COMMANDS = {
    "gaps": "gaps",
    "representation": "gaps",
    "weighting": "weights",
    "index": "index",
    "tests": "test",
    "models": "model",
    "order": "gaps",
}
Path_ = tuple[Any, ...]


def places(tree: Any, path: Path_ = ()) -> Iterator[Path_]:
    """Every place of a plan."""
    branches = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, branch in branches:
        yield (*path, key)
        yield from places(branch, (*path, key))


def with_junk(path: Path_, junk: Any) -> Any:
    tree = copy.deepcopy(TREE)
    place = tree
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = junk
    return tree


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the data of the plan."""
    path = tmp_path_factory.mktemp("junk")
    (path / "answers.csv").write_text(answers(), encoding="utf-8")
    return path


@settings(max_examples=120)
@given(path=st.sampled_from(list(places(TREE))), junk=st.sampled_from(JUNK))
def test_junk_in_a_plan_is_answered_or_refused(folder: Path, path: Path_, junk: Any) -> None:
    with (folder / "plan.yaml").open("w", encoding="utf-8") as file:
        YAML().dump(with_junk(path, junk), file)
    words = [COMMANDS.get(path[0], "estimate"), str(folder / "plan.yaml"), "--output", str(folder / "result")]
    complaints = io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(complaints):
        status = main(words)
    assert status in (0, 2)
    assert bool(complaints.getvalue()) == (status == 2)
    assert status == 0 or "expected" in complaints.getvalue()
