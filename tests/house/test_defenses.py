"""Take each defense of the ASVS list away: its test must fail, or it is no evidence. `make drills` tries all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.drills import choose

ROOT = Path(__file__).parents[2]
DEFENSES: dict[str, tuple[str, str, str]] = YAML(typ="safe").load(Path(__file__).with_name("defenses.yaml"))
ITEMS = YAML(typ="safe").load((ROOT / "docs" / "asvs.yaml").read_text("utf-8"))
COPIED, LINKED = ("app", "tests"), ("analysis", "locales", "migrations", "surveys", "docs", "deploy", "pyproject.toml")
TRIED = choose(["V7.4.2", "V6.5.3"], sorted(DEFENSES))
SECONDS = 600


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code in which defenses can be taken away."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in LINKED:
        (folder / name).symlink_to(ROOT / name)
    return folder


def test_each_defense_stands_in_its_file_once() -> None:
    for id, (file, defense, _) in DEFENSES.items():
        assert "test" in ITEMS[id], id
        assert (ROOT / file).read_text("utf-8").count(defense) == 1, id


@pytest.mark.slow
@pytest.mark.parametrize("id", TRIED)
def test_evidence_fails_without_the_defense(id: str, checkout: Path) -> None:
    file, defense, without = DEFENSES[id]
    path, before = checkout / file, (checkout / file).read_text("utf-8")
    path.write_text(before.replace(defense, without), "utf-8")
    try:
        ended = run_test(checkout, ITEMS[id]["test"])
    finally:
        path.write_text(before, "utf-8")
    assert ended.returncode == pytest.ExitCode.TESTS_FAILED, ended.stdout[-2000:]


def run_test(folder: Path, named: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", named]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COMMONTRUST"))}
    environment = kept | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )
