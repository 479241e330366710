"""`commontrust questions`: the console's steps at the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

PLAN = """wave: spring
survey: community-trust-1-1
community: {slug: river-city, name: {en: River City, es: Ciudad}}
languages: [en, es]
drafts: [es]
agencies: [{slug: police, name: {en: the police, es: la policía}}]
areas: {1: North}
support: {en: Call 211., es: Llame al 211.}
"""


@pytest.fixture
def spring(run: Run, tmp_path: Path) -> Run:
    (tmp_path / "plan.yaml").write_text(PLAN, "utf-8")
    assert run("migrate")[0] == 0
    assert run("wave", "create", str(tmp_path / "plan.yaml"))[0] == 0
    return run


def test_questions_are_changed_in_versions(spring: Run) -> None:
    assert spring("questions", "reword", "spring", "B2", "--text", "How often do they listen?")[1] == (
        "Saved as version 2 of the draft spring.\nTo translate again into es: B2.text.\n"
    )
    assert "X1" in spring("questions", "add", "spring", "help", "--text", "Did you see it?", "--answer", "Yes",
                          "--answer", "No")[1]  # fmt: skip
    assert spring("questions", "condition", "spring", "X1", "--if", "A1=10")[0] == 0
    assert spring("questions", "take", "spring", "help", "partners", "P1")[0] == 0
    assert spring("questions", "switch", "spring", "ADULTS", "on")[0] == 0
    assert spring("questions", "move", "spring", "X1", "--by", "-1")[0] == 0
    assert spring("questions", "delete", "spring", "X1")[0] == 0
    assert "8 (now)" in spring("questions", "versions", "spring")[1]
    assert spring("questions", "back", "spring", "1")[1] == "Version 9 has the questions of version 1.\n"
    shown = spring("questions", "list", "spring")[1]
    assert "ADULTS (off)" in shown
    assert "community-trust 1.1, version 9 of the draft." in shown


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("switch", "spring", "B4", "off"), "needed by the index"),
        (("reword", "spring", "NONE", "--text", "What?"), "found none of that name"),
        (("reword", "spring", "B1", "--answer", "Rarely"), "expected a code and words"),
        (("add", "spring", "help", "--text", "Why?", "--kind", "essay"), "found 'essay'"),
        (("condition", "spring", "B1", "--if", "D1"), "the code of an answer such as D1=2"),
        (("back", "spring", "7"), "there is no version '7'"),
        (("delete", "spring", "B1"), "switch it off"),
    ],
)
def test_a_change_that_does_not_fit_ends_with_status_2(spring: Run, arguments: tuple[str, ...], reason: str) -> None:
    status, _, said = spring("questions", *arguments)
    assert (status, reason in said) == (2, True), said


def test_translations_go_out_and_come_back(spring: Run, tmp_path: Path) -> None:
    spring("questions", "reword", "spring", "B2", "--text", "How often do they listen?")
    file = tmp_path / "es.xlf"
    assert "1 stale" in spring("questions", "translate", "spring", "es", "--output", str(file))[1]
    text = file.read_text("utf-8").replace(' state="initial"', "")
    assert "How often do they listen?" in text
    file.write_text(text, "utf-8")
    assert "sentences are new or changed." in spring("questions", "translate", "spring", "es", "--file", str(file))[1]
