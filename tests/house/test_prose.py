"""Each rule of prose finds its planted sentence, and accepts the plain sentence beside it."""

from pathlib import Path

import pytest

from tests.house.file_texts import read_comments, read_csv, read_json, read_yaml
from tests.house.prose import check, main
from tests.house.prose_rules import EVERYWHERE, FOR_RESIDENTS, RULES
from tests.house.sentences import (
    Sentence,
    find_sentences,
    read_catalog,
    read_document,
    read_module,
    read_survey,
    read_template,
    split,
)

PLANTED = [
    ("opener", "Who did not answer is not counted."),
    ("opener", "What is left in the box is sealed."),
    ("opener", "Whom a code goes to is decided outside."),
    ("opener", "Whoever opens it becomes this person."),
    ("opener", "Whatever changed has to be signed again."),
    ("opener", "Of the answers, half came late."),
    ("opener", "Told to the people who use it."),
    ("tell", "The column tells how many answered."),
    ("tell", "Counts below ten are not told."),
    ("tell", "Each way is told on its own."),
    ("tell", "Residents are told apart from visitors."),
    ("somebody", "Choose it before somebody answers."),
    ("somebody", "A key that nobody needs is revoked."),
    ("private", "The foreman takes the job."),
    ("private", "Each slip stands above its field."),
    ("private", "A few marked answers are hidden."),
    ("private", "A stranger cannot use up the tries."),
    ("code word", "Plan a wave."),
    ("code word", "The envelope holds 900 bytes."),
    ("code word", "Open the box of this survey."),
    ("code word", "Give the code of the desk."),
    ("code word", "The short name is in use."),
    ("spelling", "Community organisations invited people."),
    ("spelling", "The behaviour of the color scale."),
    ("spelling", "Half of them, 50 per cent."),
    ("spelling", "A labelled axis."),
]
HONEST = [
    "Who can read my answers?",
    "What works? Each project says so.",
    "Often the answers come late.",
    "If you think so, tell us at once.",
    "Residents told us about 40 crimes.",
    "How likely would you be to tell the police what you saw?",
    "Someone looked at the screen.",
    "The worker retries the job.",
    "The microwave is on.",
    "Use the front desk of the clinic.",
    "Organized groups behave alike in 50 percent of cases.",
    "They decide by the facts, not by who the person is.",
]


@pytest.mark.parametrize(("rule", "text"), PLANTED)
def test_rule_finds_its_planted_sentence(rule: str, text: str) -> None:
    found = {finding.rule.name for finding in check([Sentence("planted", 1, "catalog", text)])}
    assert rule in found


def test_every_rule_has_a_planted_sentence() -> None:
    assert {rule.name for rule in RULES} == {rule for rule, _ in PLANTED}


@pytest.mark.parametrize("text", HONEST)
def test_rules_leave_an_honest_sentence_alone(text: str) -> None:
    sentences = [Sentence("honest", 1, "catalog", each) for each in split(text)]
    assert list(check(sentences)) == []


def test_words_of_the_code_are_free_in_comments() -> None:
    assert list(check([Sentence("a.py", 1, "comment", "The wave holds a box of envelopes.")])) == []


def test_kinds_of_rules_are_known() -> None:
    assert FOR_RESIDENTS < EVERYWHERE
    assert all(rule.kinds <= EVERYWHERE for rule in RULES)


def test_catalog_joins_the_lines_of_a_msgid() -> None:
    source = '#: a.py\nmsgid ""\n"Nobody "\n"answers."\nmsgstr ""\n\nmsgid "Next"\nmsgstr ""\n'
    assert [(each.line, each.text) for each in read_catalog("a.pot", source)] == [
        (2, "Nobody answers."), (7, "Next"),
    ]  # fmt: skip


def test_module_gives_docstrings_comments_and_messages() -> None:
    source = '"""What it is."""\n# Who asks\n# and why.\nRAISED = f"Told to {name} only."\nSHORT = "Told"\n'
    found = [(each.line, each.kind, each.text) for each in read_module("a.py", source, with_messages=True)]
    assert sorted(found) == [
        (1, "docstring", "What it is."),
        (2, "comment", "Who asks and why."),
        (4, "message", "Told to … only."),
    ]


def test_module_leaves_code_in_docstrings_alone() -> None:
    source = '"""Add one.\n\n>>> tell(1)\n2\n"""\n# Nobody calls `tell` twice.\n'
    texts = [each.text for each in read_module("a.py", source, with_messages=False)]
    assert texts == ["Nobody calls … twice.", "Add one."]


def test_document_leaves_fenced_code_alone() -> None:
    source = "# Title\n\n```\nWhat is told\n```\n\n- Of it, `tell` is code.\n"
    assert [(each.line, each.text) for each in read_document("a.md", source)] == [
        (1, "Title"),
        (7, "Of it, … is code."),
    ]


def test_template_gives_text_and_hints_without_tags() -> None:
    source = (
        '{# Who #}\n<p>Whoever <strong>comes</strong> {{ name }}.</p>\n{{ field("a", "Who uses it", hint="What for") }}'
    )
    texts = [each.text for each in read_template("a.html", source)]
    assert texts == ["Who uses it", "What for", "Whoever comes …."]


def test_survey_gives_its_texts() -> None:
    assert [each.text for each in read_survey("a.yaml", "items:\n  - text: How safe is it?\n    scale: safe\n")] == [
        "How safe is it?"
    ]


def test_json_gives_its_values_and_a_notebook_its_prose() -> None:
    assert list(read_json('{"a": {\n"description": "Of it all."}}')) == [(2, "Of it all.")]
    cells = (
        '{"cells": [{"cell_type": "markdown", "source": ["# Of", " it"]}, {"cell_type": "code", "source": ["told"]}]}'
    )
    assert [text for _, text in read_json(cells)] == ["# Of it"]


def test_csv_gives_its_cells() -> None:
    assert list(read_csv('a,"b, c"\nd,e\n')) == [(1, "a"), (1, "b, c"), (2, "d"), (2, "e")]


def test_yaml_gives_values_of_blocks_flows_and_lists() -> None:
    source = 'a: One text\nb: {asks: two, waiver: "Three, four"}\nlist:\n  - Five six\n  - code: A1\n'
    assert list(read_yaml(source)) == [
        (1, "One text"), (2, "two"), (2, "Three, four"), (4, "Five six"), (5, "A1"),
    ]  # fmt: skip


def test_comments_of_following_lines_are_one_text() -> None:
    source = "#!/bin/sh\n# One\n# two.\nrun # Three\n# four\n"
    assert list(read_comments(source)) == [(2, "One two."), (4, "Three four")]


@pytest.mark.parametrize(("name", "text"), [
    ("locales/a.pot", 'msgid "Who answered"\nmsgstr ""\n'),
    ("app/a.py", '"""Whoever calls it."""\n'),
    ("tests/test_a.py", "# What it tells.\n"),
    ("README.md", "Told to all.\n"),
    ("surveys/a/survey.yaml", "title: What can stop you\n"),
    ("app/web/templates/a.html", "<p>Nobody is here.</p>"),
    ("app/web/a.schema.json", '{"description": "Of this figure, the unit."}'),
    ("docs/a.csv", "es,The sentence tells a number\n"),
    ("docs/asvs.yaml", "V1: {asks: texts are told apart, waiver: None here.}\n"),
    ("deploy/a.conf", "# Whoever calls it\n"),
    ("Makefile", "# Told to all\n"),
])  # fmt: skip
def test_main_fails_on_a_planted_file(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, text: str) -> None:
    assert main([str(tmp_path)]) == 0
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(text, "utf-8")
    assert main([str(tmp_path)]) == 1
    assert f"{name}:1: " in capsys.readouterr().out
    assert main([str(tmp_path), "--count"]) == 1


def test_find_sentences_gives_places(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("One.\n\nTwo.\n", "utf-8")
    assert [(each.path, each.line, each.text) for each in find_sentences(tmp_path)] == [
        ("README.md", 1, "One."), ("README.md", 3, "Two."),
    ]  # fmt: skip
