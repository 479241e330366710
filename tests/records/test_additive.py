"""Migrations only add to the schema, because the version before still serves while they run."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from app.records.schema import MIGRATIONS

# The number of migrations before the first wave could run.
BEFORE_THE_FIRST_WAVE = 12
ADDS = {"create_table", "add_column", "create_index", "create_unique_constraint", "create_check_constraint", "f"}
REVISIONS = sorted(MIGRATIONS.glob("versions/*.py"))


def acts(path: Path) -> list[ast.Call]:
    (upgrade,) = [
        node
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name == "upgrade"
    ]
    calls = [node for node in ast.walk(upgrade) if isinstance(node, ast.Call)]
    return [call for call in calls if ast.unparse(call.func).startswith("op.")]


@pytest.mark.parametrize("path", REVISIONS, ids=lambda path: path.stem)
def test_a_revision_adds_and_takes_nothing_away(path: Path) -> None:
    if int(path.stem[:4]) <= BEFORE_THE_FIRST_WAVE:
        assert acts(path)
        return
    for call in acts(path):
        assert ast.unparse(call.func).removeprefix("op.") in ADDS, ast.unparse(call)
        if ast.unparse(call.func) == "op.add_column":
            column = ast.unparse(call.args[1])
            assert "server_default" in column or "nullable=True" in column, column


def test_revisions_form_one_chain() -> None:
    found = [path.stem[:4] for path in REVISIONS]
    assert found == [f"{number:04d}" for number in range(1, len(found) + 1)]
