"""`commontrust desk`: an operator opens a help point, reads its code once, and closes it."""

from __future__ import annotations

import re
from pathlib import Path

from tests.cli.conftest import Run
from tests.cli.test_commands import PLAN
from tests.services.making import SURVEY


def test_desk_commands_open_show_the_code_once_and_close(run: Run, tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(SURVEY)
    (tmp_path / "wave.yaml").write_text(PLAN.format(survey=tmp_path / "tiny.yaml"))
    run("migrate")
    run("wave", "create", str(tmp_path / "wave.yaml"))
    assert run("desk", "list", "river-city-2026")[1] == "There are no help points.\n"
    code, said, stated = run("desk", "open", "river-city-2026", "library")
    assert code == 0
    assert re.fullmatch(r"[0-9A-Z]{5}-[0-9A-Z]{5}\n", said)
    assert stated.startswith("Type this code at http://127.0.0.1:8000/desk/river-city-2026.")
    assert re.fullmatch(r"library  opened \S+  open\n", run("desk", "list", "river-city-2026")[1])
    assert run("desk", "open", "river-city-2026", "library")[0] == 2
    assert (
        run("desk", "close", "river-city-2026", "library")[1]
        == "The help point library of river-city-2026 is closed.\n"
    )
    assert " closed 20" in run("desk", "list", "river-city-2026")[1]
    assert run("desk", "close", "river-city-2026", "nowhere")[0] == 2
