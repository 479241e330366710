"""Every outcome and question of the blueprint is on the page, and the console alone can feed it."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from lxml import html
from ruamel.yaml import YAML
from sqlalchemy import Engine

from app.errors import BadTable
from app.services.registers.entries import store_entries
from app.services.registers.register_table import derived_measures
from app.services.scorecards.definitions import FILE, load_definitions
from app.services.scorecards.publish import FrozenScorecard, corrects
from app.services.scorecards.upload_rows import to_rows
from app.services.uploads.tables import KINDS
from app.services.waves.plan_file import survey_path
from app.web.admin.routes import ROUTES
from app.web.scorecards.file_formats import to_csv
from app.web.scorecards.handlers import make_page
from app.web.scorecards.handlers import make_register as make_register_table
from app.web.scorecards.register_words import TITLE_FIELDS, TITLES
from tests.services.conftest import engine, settings
from tests.services.making import ACT
from tests.services.registers.year import YEAR, store_year
from tests.services.scorecards.scored import load, make_register, publish

__all__ = ["engine", "settings"]
WRITTEN: Mapping[str, Any] = YAML(typ="safe").load((FILE.parent / "blueprint.yaml").read_text("utf-8"))
ITEMS = [*WRITTEN["outcomes"], *WRITTEN["questions"]]
TABLES = {"measures": "measures", "staffing": "workforce", "population": "population", "answers": "answers"}


@pytest.fixture
def page(engine: Engine) -> html.HtmlElement:
    make_register(engine)
    store_year(engine, ACT)
    return html.fromstring(make_page(publish(engine), "en", False, ()).body)


def test_blueprint_has_13_outcomes_and_17_questions() -> None:
    assert Counter(each["step"] for each in WRITTEN["outcomes"]) == {
        "envision": 5, "plan": 1, "invest": 2, "evaluate": 2, "strengthen": 3,
    }  # fmt: skip
    assert [each["id"] for each in WRITTEN["questions"]] == [each.id for each in load_definitions().questions]
    assert len({each["id"] for each in ITEMS}) == len(ITEMS) == 30


def test_every_item_is_on_the_page(page: html.HtmlElement) -> None:
    text = " ".join(page.text_content().split())
    headings = {" ".join(each.text_content().split()) for each in page.iter("h3", "h4")}
    definitions = load_definitions()
    questions = {each.id: each.text for each in definitions.questions}
    for item in ITEMS:
        for place in item["at"]:
            if place in definitions.measures:
                assert page.get_element_by_id(f"m-{place.replace('.', '-')}") is not None
            elif place in questions and item in WRITTEN["questions"]:
                assert questions[place] in headings, place
            elif place in TITLES:
                assert TITLES[place] in headings, place
            else:
                assert place in definitions.all or place in definitions.figures, place
    assert text.count("Not yet measured.") < len(definitions.measures)


def test_measure_fed_by_a_register_is_measured(page: html.HtmlElement) -> None:
    for measure in derived_measures().keys() & load_definitions().measures.keys():
        article = page.get_element_by_id(f"m-{measure.replace('.', '-')}")
        assert "Not yet measured." not in article.text_content(), measure
        assert "From the register:" in article.text_content(), measure


def test_question_shows_the_entries_that_answer_it(page: html.HtmlElement) -> None:
    """Seats and attempts, barriers, flexible money, failures and what followed: in the words of those who entered."""
    shown = {
        each.text: each.getparent() for each in page.iter("h4") if each.getparent().get("class") == "question card"
    }
    for question in load_definitions().questions:
        text = " ".join(shown[question.text].text_content().split())
        for chosen in question.entries:
            rows = [row for row in YEAR[chosen.register] if str(row.get(chosen.where, "no")) not in ("", "no")]
            assert rows or chosen.register in ("groups", "meetings", "commitments", "funds", "improvements")
            for row in rows:
                assert str(row[TITLE_FIELDS[chosen.register]]) in text, (question.id, row["entry"])
    assert "Beds at night" in shown["Is flexible money used where it helps most?"].text_content()
    assert (
        "Records cannot be shared" in shown["Which rules stand in the way, and were waivers requested?"].text_content()
    )
    assert "Both forms are printed on one day" in shown["Does the work go on after failures?"].text_content()


def test_missing_group_needs_the_attempts_made(engine: Engine) -> None:
    make_register(engine)
    absent = {"entry": "g", "agency": "police", "lang": "en", "name": "People without a home", "kind": "community",
              "seats": "0", "since": "2025-01-01"}  # fmt: skip
    with pytest.raises(BadTable, match="expected something in tried, because seats is 0"):
        store_entries(engine, "river-city", "groups", to_rows([absent]), ACT, "t")
    store_entries(engine, "river-city", "groups", to_rows([{**absent, "tried": "Two shelters asked"}]), ACT, "t")
    page = html.fromstring(make_page(publish(engine), "en", False, ()).body)
    [asked] = [each.getparent() for each in page.iter("h4") if (each.text or "").startswith("Who is at the table")]
    assert [each.text_content() for each in asked.iter("dd")] == ["0", "Two shelters asked"]


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item["id"])
def test_item_can_be_fed_from_the_console(item: Mapping[str, Any]) -> None:
    paths = {route.path for route in ROUTES if route.method == "POST"}
    for source in item["fed"]:
        kind, _, name = source.partition(" ")
        if kind == "survey":
            assert survey_path(name).is_file()
            assert "/staff/waves/new" in paths
        elif kind == "table":
            assert TABLES[name] in KINDS
            assert f"/staff/communities/{{community}}/{name}" in paths
        else:
            assert f"register {name}" in KINDS
            assert "/staff/communities/{community}/registers/{register}" in paths


def table_of(frozen: FrozenScorecard, register: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(make_register_table(frozen, register).body.decode("utf-8-sig"))))


def test_figures_follow_from_the_exported_tables(engine: Engine) -> None:
    """Compute again from the public tables alone, without the code of the registers."""
    make_register(engine)
    store_year(engine, ACT)
    frozen = publish(engine)
    export = csv.DictReader(io.StringIO(to_csv(frozen, "en").decode("utf-8-sig")))
    figures = {(row["figure"], row["period"]): row for row in export if row["agency"] and not row["breakdown"]}
    funds = [row for row in table_of(frozen, "funds") if row["year"] == "2025"]
    spent, paid = (sum(float(row[name] or 0) for row in funds) for name in ("spent", "paid"))
    asked = [row for row in funds if row["waiver"]]
    flexible = [row for row in funds if row["flexible"] == "yes"]
    due = [row for row in table_of(frozen, "commitments") if row["by"] < "2026-01-01"]
    requests = table_of(frozen, "requests")
    computed = {
        "5.2": (paid, spent),
        "5.2t": (paid, None),
        "3.1b": (spent, spent),
        "3w": (sum(row["waiver"] == "granted" for row in asked), len(asked)),
        "3f": (
            sum(float(row["spent"]) for row in flexible if row["flexible_use"]),
            sum(float(row["spent"]) for row in flexible),
        ),
        "5c": (sum(row["state"] == "kept" for row in due), len(due)),
    }  # fmt: skip
    for measure, (numerator, denominator) in computed.items():
        row = figures[measure, "2025"]
        assert float(row["numerator"]) == numerator, measure
        assert denominator is None or float(row["denominator"]) == denominator, measure
    assert len(requests) == 6
    assert all(row["days"].isdecimal() for row in requests if row["outcome"] != "waiting")


def test_older_version_says_that_a_newer_one_corrects_it(engine: Engine) -> None:
    make_register(engine)
    load(engine, {"numerator": 121})
    first = publish(engine)
    load(engine, {"numerator": 160, "correction": "A list was missing"})
    second = publish(engine)
    assert corrects(second, first)
    assert not corrects(first, second)
    page = make_page(first, "en", True, (), True).body.decode()
    assert "A newer version corrects figures of this one." in page
    assert "corrected: A list was missing" in make_page(second, "en", False, ()).body.decode()
