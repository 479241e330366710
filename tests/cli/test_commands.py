"""The way of an operator through the commands, and every refusal as one sentence with exit status 2."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from app.settings import load_settings
from tests.cli.conftest import Run
from tests.services.communities.test_population import POPULATION, WORKFORCE
from tests.services.making import SURVEY, let_days_pass, make_form, send

PLAN = """
wave: river-city-2026
survey: {survey}
community: {{slug: river-city, name: {{en: River City}}}}
languages: [en]
agencies:
  - {{slug: police, name: {{en: the police}}}}
contact: trust@river-city.example
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    (tmp_path / "tiny.yaml").write_text(SURVEY)
    path = tmp_path / "wave.yaml"
    path.write_text(PLAN.format(survey=tmp_path / "tiny.yaml"))
    return path


def test_operator_commands_lead_from_plan_to_opened_answers(run: Run, plan: Path, tmp_path: Path) -> None:
    assert run("migrate")[1].startswith("The database is at revision 0")
    assert run("wave", "create", str(plan))[:2] == (
        0,
        "The survey round river-city-2026 is a draft with 10 questions of tiny 1.0.\n",
    )
    table = tmp_path / "population.csv"
    table.write_text(POPULATION)
    assert (
        run("population", "load", "river-city", str(table))[1] == "4 rows of age, gender are loaded for river-city.\n"
    )
    staff = tmp_path / "staff.csv"
    staff.write_text(WORKFORCE)
    assert (
        run("workforce", "load", "river-city", str(staff))[1] == "2 rows of staff counts are loaded for river-city.\n"
    )
    codes, letters = tmp_path / "codes.csv", tmp_path / "letters.html"
    made = run(
        "codes",
        "create",
        "river-city-2026",
        "--count",
        "45",
        "--source",
        "address sample",
        "--stratum",
        "north",
        "--output",
        str(codes),
        "--letters",
        str(letters),
    )
    assert made[0] == 0
    assert "make them with `commontrust holder new`" in run("wave", "open", "river-city-2026")[2]
    secret = tmp_path / "passphrase"
    secret.write_text("a long passphrase\n")
    made_holders = run("holder", "new", "Library", "--passphrase-file", str(secret), "--shares")[1]
    assert "It is stored nowhere." in made_holders
    share, _, other = [line.strip() for line in made_holders.splitlines()[-3:]]
    assert run("holder", "status")[1].count("20 unused keys") == 2
    assert (
        run("wave", "open", "river-city-2026")[1]
        == "The survey round river-city-2026 is open at http://127.0.0.1:8000/s/river-city-2026.\n"
    )

    assert "45 codes are in" in made[1]
    assert codes.stat().st_mode & 0o777 == letters.stat().st_mode & 0o777 == 0o600
    rows = list(csv.DictReader(codes.read_text().splitlines()))
    assert letters.read_text().count("<article") == 45

    forms = [make_form(number, row["code"]) for number, row in enumerate(rows[:40])]
    send(load_settings(), "river-city-2026", forms)
    stated = run("wave", "status", "river-city-2026")[1]
    waiting = "at least 40 (a batch needs 40 or more of one sample source, part of the city and agency)"
    assert f"sealed answers waiting: {waiting}" in stated
    assert "codes of address sample / north: 45, used: at least 40" in stated
    wrong = tmp_path / "wrong"
    wrong.write_text("another passphrase")
    early = run("box", "open", "river-city-2026", "--passphrase-file", str(wrong))
    assert (early[0], "or later, as its plan says" in early[2]) == (2, True)
    let_days_pass(load_settings(), 8)
    refused = run("box", "open", "river-city-2026", "--passphrase-file", str(wrong))
    assert refused[::2] == (2, "Expected the passphrase or two shares of this holder, got others.\n")
    opened = run("box", "open", "river-city-2026", "--share", share, "--share", other)
    assert "At least 20 answers were unlocked. Their keys are destroyed." in opened[1]
    assert run("wave", "close", "river-city-2026")[0] == 0
    send(load_settings(), "river-city-2026", [make_form(99, rows[41]["code"])])
    assert "unlocked answers: at least 20" in run("wave", "status", "river-city-2026")[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["wave", "status", "nowhere"], "there is no survey round 'nowhere'."),
        (["wave", "open"], "Missing argument"),
        (["wave", "fly"], "No such command 'fly'."),
        (
            ["wave", "create", "/nothing/wave.yaml"],
            "Expected a usable plan of a survey round in /nothing/wave.yaml, got: expected a readable YAML file",
        ),
        (["box", "open", "nowhere"], "there is no survey round 'nowhere'."),
        (["survey", "check", "/nothing/survey.yaml"], "found none to read"),
        (["survey", "show", "community-trust", "--lang", "tlh"], "there is no language 'tlh'."),
        (["population", "load", "river-city", "/nothing.csv"], "Expected a usable table in /nothing.csv"),
        (
            ["codes", "create", "nowhere", "--count", "x", "--source", "a", "--output", "b"],
            "valid integer, unable to parse string as an integer, got 'x'.",
        ),
        (["serve", "--port", "99999999"], "less than or equal to 65535, got '99999999'."),
    ],
)
def test_a_refusal_is_one_sentence_and_status_two(run: Run, arguments: list[str], said: str) -> None:
    run("migrate")
    status, out, err = run(*arguments)
    assert status == 2
    assert out == ""
    assert said in err
    assert "Traceback" not in err
    assert err.count("\n") == 1 or "survey" in arguments


def test_missing_or_unmigrated_database_is_reported(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "run `commontrust migrate`" in run("wave", "status", "any")[2]
    assert "run `commontrust migrate`" in run("serve")[2]
    for url, said in [
        ("postgresql://nobody@127.0.0.1:1/none", "Expected a database that answers at COMMONTRUST_DATABASE_URL, got: "),
        ("nonsense", "Expected an address such as postgresql://user@host/name"),
    ]:
        monkeypatch.setenv("COMMONTRUST_DATABASE_URL", url)
        status, _, err = run("wave", "status", "any")
        assert status == 2
        assert err.startswith(said)
        assert "Traceback" not in err


def test_impossible_setting_is_reported(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMONTRUST_SECRET", "short")
    assert run("migrate")[::2] == (2, "Expected at least 32 characters in the setting COMMONTRUST_SECRET, got '5'.\n")


def test_codes_never_overwrite_a_file(run: Run, plan: Path, tmp_path: Path) -> None:
    run("migrate")
    run("wave", "create", str(plan))
    kept = tmp_path / "codes.csv"
    kept.write_text("kept")
    status, _, err = run("codes", "create", "river-city-2026", "--count", "2", "--source", "a", "--output", str(kept))
    assert (status, kept.read_text()) == (2, "kept")
    assert "File exists" in err


def test_a_survey_is_checked_and_shown(run: Run, plan: Path, tmp_path: Path) -> None:
    assert (
        run("survey", "check", str(tmp_path / "tiny.yaml"))[1]
        == "tiny 1.0: 10 questions, 1 sections, 0 indices, no problems.\n"
    )
    shown = run("survey", "show", str(tmp_path / "tiny.yaml"))[1]
    assert "A1  How is […] at thing A1?" in shown
    (tmp_path / "broken.yaml").write_text(SURVEY.replace("scale: trust", "scale: none_such"))
    status, _, err = run("survey", "check", str(tmp_path / "broken.yaml"))
    assert status == 2
    assert err.count("\n") == 11


def test_help_answers_before_anything_heavy_is_imported() -> None:
    heavy = "{'sqlalchemy', 'numpy', 'fastapi', 'pandas'}"
    code = f"import sys\nfrom app.cli import main\ntry: main(['--help'])\nfinally: print({heavy} & set(sys.modules))"
    stated = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert stated.stdout.splitlines()[-1] == "set()"
