"""The way of an analyst through the commands: agencies, staff, figures, a scorecard; every refusal by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

REGISTER = """community,community_name,agency,agency_name,lang
river-city,River City,police,River City Police,en
river-city,Ciudad del Río,police,Policía de Ciudad del Río,es
"""
HEAD = "measure,agency,period,version,numerator,denominator,unknown,source,attested_by,attested_on\n"
FIGURES = HEAD + "1.1,police,2026-Q1,1,120,200,4,Training log,Training office,2026-04-10\n"


@pytest.fixture
def table(run: Run, tmp_path: Path) -> Path:
    assert run("migrate")[0] == 0
    register = tmp_path / "agencies.csv"
    register.write_text(REGISTER)
    assert run("community", "load", str(register))[1] == "Communities: 1. Agencies: 1.\n"
    return tmp_path / "figures.csv"


def test_figures_are_previewed_loaded_and_corrected(run: Run, table: Path) -> None:
    table.write_text(FIGURES)
    assert run("measures", "load", "river-city", str(table), "--preview")[:2] == (
        0,
        "1.1 2026-Q1: 120 of 200, unknown 4\nRows that can be stored: 1. Rows refused: 0.\n",
    )
    loaded = "Figures of river-city: {} new, {} corrected, {} unchanged, of 1 agencies.\n"
    assert run("measures", "load", "river-city", str(table))[1] == loaded.format(1, 0, 0)
    table.write_text(FIGURES.replace(",120,", ",125,"))
    assert run("measures", "load", "river-city", str(table))[1] == loaded.format(0, 1, 0)


def test_recorded_crime_and_bare_percentages_are_refused(run: Run, table: Path) -> None:
    crime = "1.5,police,2026,1,4,8,0,Records,Office,2026-04-10\n"
    bare = "1.3a,police,2026,1,40,,0,HR,HR,2026-01-09\n"
    table.write_text(FIGURES + crime + bare)
    for options in ([], ["--preview"]):
        status, _, said = run("measures", "load", "river-city", str(table), *options)
        assert status == 2
        assert "line 3: recorded crime: expected no upload of 1.5" in said
        assert "line 4: no denominator: expected the number of staff whose home address is known" in said


def test_the_definitions_can_be_read(run: Run) -> None:
    status, said, _ = run("measures", "define")
    assert status == 0
    assert "1.5 version 1, computed, never uploaded: Crimes that were reported" in said
    assert "beware: Counts of recorded crime do not show this." in run("measures", "define", "1.5")[1]
    assert run("measures", "define", "9.9")[0] == 2
