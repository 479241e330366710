"""The layers of the code: imports run down only."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_imports_run_down_only() -> None:
    # In a process of its own, because import-linter configures logging for the whole process.
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    told = subprocess.run([*command, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr


def test_no_file_is_longer_than_500_lines() -> None:
    long = [
        str(path.relative_to(ROOT))
        for top in ("app", "analysis", "tests")
        for path in (ROOT / top).rglob("*.py")
        if len(path.read_text("utf-8").splitlines()) > 500
    ]
    assert long == []
