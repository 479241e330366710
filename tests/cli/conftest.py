"""Share fixtures: a data folder for each test, and the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("COMMONTRUST_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("COMMONTRUST_DATABASE_URL", raising=False)
    monkeypatch.setattr("os.nice", lambda by: by)  # `work` lowers its process, which here is the process of the tests

    def command(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        said = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, said.out, said.err

    return command
