"""No page of the console names a command: services raise one sentence, and the console says it in its own words."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from app.errors import HoldersMissing, SecondHolderElsewhere, WaveNotReady
from app.web.admin.console_words import in_console
from tests.web.admin.people import Office

ROOT = Path(__file__).parents[3]
LETTER_TO_A_HOLDER = "Keep this letter."  # mail, which the console does not show


def find_sentences() -> list[str]:
    """Return each text of services and errors that names a command, docstrings left out."""
    found = []
    for path in (
        ROOT / "app/errors.py",
        *(ROOT / "app/services").rglob("*.py"),
        *(ROOT / "app/questionnaire").rglob("*.py"),
    ):
        tree = ast.parse(path.read_text())
        docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                docs |= {id(part) for part in node.values}
                found.append("".join(str(p.value) if isinstance(p, ast.Constant) else "xx" for p in node.values))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
                found.append(node.value)
    return [each for each in found if "`commontrust " in each and LETTER_TO_A_HOLDER not in each]


def test_every_sentence_with_a_command_has_words_of_the_console() -> None:
    sentences = find_sentences()
    assert len(sentences) >= 8
    assert [each for each in sentences if "`commontrust" in in_console(each)] == []


@pytest.mark.parametrize("refused", [HoldersMissing("x", "none"), SecondHolderElsewhere("abc"), WaveNotReady("x", ())])
def test_refusal_keeps_its_end(refused: Exception) -> None:
    assert in_console(str(refused)).endswith(".")


def test_draft_without_checked_languages_names_no_command(office: Office) -> None:
    from dataclasses import replace

    from app.services.waves import lifecycle
    from tests.services.making import ACT, PLAN
    from tests.services.reported import SHORT

    plan = replace(PLAN, slug="spring-2026", survey=SHORT, languages=("en", "es"))
    lifecycle.create_wave(office.engine, plan, ACT)
    for path in ("/staff", "/staff/waves/spring-2026", "/staff/waves/spring-2026/open"):
        text = office.olga.visits(path).text
        assert "has not been checked by two people" in text, path
        assert "commontrust translations" not in text, path
        assert "see the step Languages" in text, path


def test_wrong_passphrase_can_be_typed_again(office: Office) -> None:
    from tests.services.making import make_form, send

    send(office.settings, "river-city-2026", [make_form(number) for number in range(45)], together=True)
    page = "/staff/waves/river-city-2026"
    office.olga.visits(f"{page}/close").fills_in()
    olga = office.olga.visits(f"{page}/box").fills_in(passphrase="a wrong one that is long enough")
    assert olga.status == 422
    assert "Type it again, or type two of its shares" in olga.text
    assert olga.page.xpath("//input[@name='passphrase']")
    assert len(olga.page.xpath("//input[@name='share']")) == 2
