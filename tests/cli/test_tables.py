"""Population tables from the command line: codes of the survey are stored, and what was assumed is printed."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run

HEAD = "variable,level,count,source,year\n"
ACS = "table,label,geography,estimate,moe90\n"


def test_the_command_stores_codes_and_says_so(run: Run, tmp_path: Path) -> None:
    run("migrate")
    register = tmp_path / "register.csv"
    register.write_text("community,community_name,agency,agency_name\ntown,Town,police,Police\n")
    run("community", "load", str(register))
    path = tmp_path / "acs.csv"
    path.write_text(f"{ACS}B01001,Male:,Town,1200,90\nB01001,Female:,Town,1300,90\n")
    arguments = ("population", "acs", "town", str(path), "--table", "B01001", "--geography", "Town", "--year", "2023")
    status, out, _ = run(*arguments)
    assert (status, out.splitlines()) == (
        0,
        [
            "Read with: levels by the words of community-trust: gender man as 2, gender woman as 1.",
            "2 rows of gender are loaded for town.",
        ],
    )
    table = tmp_path / "p.csv"
    table.write_text(f"{HEAD}gender,f,1,Census,2023\n")
    status, out, error = run("population", "load", "town", str(table))
    assert (status, out) == (2, "")
    assert "line 2: expected a level of gender among 1 (Woman)" in error


def test_levels_of_the_staff_stay_where_there_is_no_round(run: Run, tmp_path: Path) -> None:
    run("migrate")
    register, staff, table = (tmp_path / name for name in ("r.csv", "s.csv", "p.csv"))
    register.write_text("community,community_name,agency,agency_name\ntown,Town,police,Police\n")
    staff.write_text("agency,variable,level,count,source,year\npolice,race,Hisp,5,Office,2023\n")
    table.write_text(f"{HEAD}race,Hisp,5,Census,2023\n")
    run("community", "load", str(register))
    run("workforce", "load", "town", str(staff))
    status, out, _ = run("population", "load", "town", str(table))
    assert (status, "race by the groups of the staff table: answers cannot be weighted by it" in out) == (0, True)


def test_the_case_of_b03002_loads_nothing_and_says_no_success(run: Run, tmp_path: Path) -> None:
    run("migrate")
    register, path = tmp_path / "r.csv", tmp_path / "acs.csv"
    register.write_text("community,community_name,agency,agency_name\ntown,Town,police,Police\n")
    path.write_text(f"{ACS}B03002,White alone,Town,1200,90\nB03002,Hispanic or Latino:,Town,300,60\n")
    run("community", "load", str(register))
    arguments = ("population", "acs", "town", str(path), "--table", "B03002", "--geography", "Town", "--year", "2023")
    status, out, error = run(*arguments)
    assert (status, out) == (2, "")
    assert "expected lines of B03002 for" in error


def test_a_catalog_with_an_unknown_charset_ends_in_a_sentence(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "small.po"
    path.write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=CHARSET\\n"\n\nmsgid "Pointed"\nmsgstr "x"\n'
    )
    status, out, error = run("translations", "import", "ar", "report", str(path))
    assert (status, out) == (2, "")
    assert "a sentence that report does not have: 'Pointed'" in error
