"""The list of OWASP ASVS 5.0, levels 1 and 2: complete, nothing blank, and everything that it names is there."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
ITEMS = YAML(typ="safe").load((ROOT / "docs" / "asvs.yaml").read_text("utf-8"))
# Items of levels 1 and 2 in each chapter of the standard.
CHAPTERS = {
    "V1": 27, "V2": 11, "V3": 19, "V4": 10, "V5": 9, "V6": 35, "V7": 18, "V8": 7, "V9": 7, "V10": 29, "V11": 14,
    "V12": 9, "V13": 13, "V14": 9, "V15": 13, "V16": 16, "V17": 7,
}  # fmt: skip
KEPT_BY = ("test", "config", "waiver")


def kept_by(how: str) -> list[tuple[str, str]]:
    return [(id, item[how]) for id, item in ITEMS.items() if how in item]


def test_every_item_of_both_levels_is_there() -> None:
    assert Counter(id.split(".")[0] for id in ITEMS) == CHAPTERS
    assert len(ITEMS) == 253


def test_every_item_has_exactly_one_of_test_config_or_waiver() -> None:
    for id, item in ITEMS.items():
        assert item["asks"], id
        assert [how for how in KEPT_BY if item.get(how)] == [how for how in item if how != "asks"], id
        assert len(item) == 2, id


@pytest.mark.parametrize(("id", "named"), kept_by("test"), ids=[id for id, _ in kept_by("test")])
def test_every_test_exists(id: str, named: str) -> None:
    file, _, name = named.partition("::")
    assert re.search(rf"^def {name}\(", (ROOT / file).read_text("utf-8"), re.M), named


@pytest.mark.parametrize(("id", "named"), kept_by("config"), ids=[id for id, _ in kept_by("config")])
def test_every_configuration_exists(id: str, named: str) -> None:
    file, _, chapter = named.partition("#")
    text = (ROOT / file).read_text("utf-8")
    headings = {
        re.sub(r"[^a-z ]", "", line.lower()).strip().replace(" ", "-") for line in re.findall(r"^#+ (.+)$", text, re.M)
    }
    assert not chapter or chapter in headings, named


def test_waiver_states_a_reason() -> None:
    assert all(len(reason.split()) >= 3 for _, reason in kept_by("waiver"))


# Functions that run text as a program, or load objects out of it.
FORBIDDEN = {"eval", "exec", "compile", "os.system", "os.popen", "pickle.loads", "pickle.load", "marshal.loads"}


def test_nothing_runs_text_as_a_program() -> None:
    found = []
    for path in [*(ROOT / "app").rglob("*.py"), *(ROOT / "analysis").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in FORBIDDEN:
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
            if isinstance(node, ast.keyword) and node.arg == "shell":
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}: shell")
    assert found == []
