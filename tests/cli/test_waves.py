"""`wave list` and `wave flags`: their output and their help texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.records.database import connect
from app.services.waves import lifecycle
from app.settings import load_settings
from tests.cli.conftest import Run
from tests.services.making import ACT, make_open_wave


def test_list_shows_no_wave_of_an_empty_database(run: Run) -> None:
    run("migrate")
    status, out, err = run("wave", "list")
    assert (status, err) == (0, "")
    assert out == "There are no survey rounds: create one with `commontrust wave create PLAN`.\n"


def test_list_shows_each_wave_with_open_ones_first(run: Run) -> None:
    run("migrate")
    settings = load_settings()
    engine = connect(settings.database_url)
    make_open_wave(engine, settings, slug="a-closed-one")
    lifecycle.close_wave(engine, "a-closed-one", ACT)
    make_open_wave(engine, settings, slug="open-one")
    engine.dispose()
    assert run("wave", "list")[1].splitlines() == [
        "open-one  open  river-city  tiny 1.0  opened 2026-11-23",
        "a-closed-one  closed  river-city  tiny 1.0  opened 2026-11-23  closed 2026-11-23",
    ]


@pytest.mark.parametrize("command", ["flags", "marks"])
def test_flags_are_counted_under_both_names(run: Run, command: str) -> None:
    run("migrate")
    settings = load_settings()
    engine = connect(settings.database_url)
    slug = make_open_wave(engine, settings).slug
    engine.dispose()
    status, out, _ = run("wave", command, slug)
    assert status == 0
    assert out.splitlines()[0] == "crowd: fewer than 10"


def test_help_hides_the_earlier_name_of_flags(run: Run) -> None:
    out = run("wave", "--help")[1]
    assert "  flags " in out
    assert "marks" not in out


def test_help_of_create_shows_a_plan_that_can_be_used(run: Run, tmp_path: Path) -> None:
    lines = run("wave", "create", "--help")[1].splitlines()
    assert not any("\\b" in line or "\b" in line for line in lines)
    start = next(number for number, line in enumerate(lines) if line.startswith("  wave: river-city-2026"))
    plan = [line[2:] for line in lines[start : lines.index("", start)]]
    assert len(plan) > 8
    (tmp_path / "plan.yaml").write_text("\n".join(plan), "utf-8")
    run("migrate")
    status, out, err = run("wave", "create", str(tmp_path / "plan.yaml"))
    assert (status, err) == (0, "")
    assert out.startswith("The survey round river-city-2026 is a draft with ")


def test_help_of_sign_keeps_its_lines(run: Run) -> None:
    lines = run("translations", "sign", "--help")[1].splitlines()
    assert [line.split()[0] for line in lines if line.startswith(("  reviewed", "  adjudicated", "  pretested"))] == [
        "reviewed",
        "adjudicated",
        "pretested",
    ]
