"""Share fixtures: a plan, its data, and the command line."""

from pathlib import Path

import pytest

from tests.analysis.command.plans import Desk


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A folder with a good plan and good data."""
    return Desk(tmp_path, capsys)
