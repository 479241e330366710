"""The floors of the house: imports run down only."""

from pathlib import Path

from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[2]


def test_imports_run_down_only(monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


def test_no_file_is_longer_than_500_lines() -> None:
    long = [
        str(path.relative_to(ROOT))
        for top in ("app", "analysis", "tests")
        for path in (ROOT / top).rglob("*.py")
        if len(path.read_text("utf-8").splitlines()) > 500
    ]
    assert long == []
