"""A wave that asks every kind of question: its report, its report page, its data set and its files."""

from __future__ import annotations

import random
import re
import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.demo.population import AGENCIES, make_population
from app.demo.simulated_answers import Respondent, fill_in
from app.main import create_app
from app.questionnaire.answers import Answers, read_answers
from app.questionnaire.loading import load_survey
from app.questionnaire.packing import layout_of
from app.records.ballots import Response
from app.records.database import writing
from app.records.waves import get_wave
from app.services.releases import build as release_building
from app.services.reports import publish as report_publishing
from app.services.waves import lifecycle
from app.services.waves.coverage import load_coverage
from tests.services.making import ACT
from tests.services.released import PLAN

TEXT = (Path(__file__).parents[1] / "surveys" / "every_kind.yaml").read_text("utf-8")
SURVEY = load_survey(TEXT)


def simulate(number: int) -> dict[str, Any]:
    rng, chosen = random.Random(number), {}
    for items in SURVEY.questions.values():
        chosen |= items[0].kind.answer.simulate(items, rng.random)
    answers = read_answers(SURVEY, {code: [str(each) for each in found] for code, found in chosen.items()})
    assert isinstance(answers, Answers)
    return answers.coded()


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, Any]]:
    from tests.services.making import make_database, make_settings

    settings = make_settings(tmp_path_factory.mktemp("kinds"))
    engine = make_database(settings)
    lifecycle.create_wave(engine, replace(PLAN, survey=TEXT), ACT)
    lifecycle.open_wave(engine, settings, PLAN.slug, ACT)
    lifecycle.close_wave(engine, PLAN.slug, ACT)
    layout = layout_of(SURVEY)
    with writing(engine) as session:
        wave = get_wave(session, PLAN.slug).id or 0
        for number in range(600):
            kept = {"source": "open link", "stratum": "", "agency": ("police", "library")[number % 2]}
            codes = layout.pack(simulate(number))
            session.add(Response(key=secrets.token_bytes(16), wave_id=wave, codes=codes, **kept))
    yield engine, settings
    engine.dispose()


@pytest.fixture(scope="module")
def report(answered: tuple[Engine, Any]) -> report_publishing.FrozenReport:
    return report_publishing.publish_report(answered[0], PLAN.slug, ACT)


def test_a_report_counts_every_kind_that_it_shows(report: report_publishing.FrozenReport) -> None:
    tables = [table["id"] for section in report.report.document["sections"] for table in section["tables"]]
    stated = {name.partition("item_")[2] for name in tables if "item_" in name}
    expected = {
        item.code
        for item in SURVEY.items.values()
        if item.kind.report.counted(item) and item.key_variable is None
    }  # fmt: skip
    assert stated == expected
    assert {"R_1", "G_6", "D_year", "D_month"} <= stated


def test_a_report_page_shows_a_figure_for_each_question(answered: tuple[Engine, Any], report: object) -> None:
    with TestClient(create_app(answered[1])) as client:
        html = client.get(f"/reports/{PLAN.community}/{PLAN.slug}/details?lang=en").text
    for question in ("R", "G", "D-year"):
        assert len(re.findall(rf'id="[^"]*item-{question}"', html)) == 1, question
    assert not re.search(r'id="[^"]*item-(R-1|G-1|D-month)"', html)
    assert "The share who put this answer first" in html
    first = html.index("item-G")
    found = [html.index(words, first) for words in ("Parks are safe.", "Streets are clean.", "I feel at home.")]
    assert found == sorted(found)
    years = [int(year) for year in re.findall(r">(20(?:1[89]|2[0-6]))<", html[html.index("item-D-year") :])]
    assert years[:9] == list(range(2018, 2027))


def test_a_date_that_is_a_key_variable_is_a_group_of_years(answered: tuple[Engine, Any]) -> None:
    coverage = load_coverage(answered[0], PLAN.slug)
    found = {variable.id: [line.words for line in variable.lines] for variable in coverage.variables}
    assert found["first_vote"][0] == "2018"
    assert len(found["first_vote"]) == 9


@pytest.fixture(scope="module")
def release(answered: tuple[Engine, Any]) -> Path:
    engine, settings = answered
    built = release_building.build_release(engine, settings, PLAN.slug, ACT).release
    from app.services.common.object_store import ObjectStore

    return ObjectStore(settings).folder("public", built.name)


def test_a_release_labels_the_columns_of_every_kind(release: Path) -> None:
    import pyreadstat

    files = {path.name: path for path in release.rglob("*") if path.is_file()}
    if archive := next((path for name, path in files.items() if name.endswith(".zip")), None):
        ZipFile(archive).extractall(release / "out")
        files = {path.name: path for path in release.rglob("*") if path.is_file()}
    sav = next(path for name, path in files.items() if name.endswith(".sav"))
    table, meta = pyreadstat.read_sav(str(sav))
    labels = dict(zip(meta.column_names, meta.column_labels, strict=True))
    assert labels["R_1"] == "What should the city do first? – Parks"
    assert labels["G_6"] == "How much do you agree? – I feel at home."
    assert labels["D_month"] == "When did you move here? – Month"
    values = meta.variable_value_labels
    assert values["G_1"][1.0] == "Disagree"
    assert values["D_month"][3.0] == "March"
    assert set(table["R_1"].dropna()) <= {1.0, 2.0, 3.0, -5.0, -9.0, -6.0}
    texts = {name: path.read_text("utf-8") for name, path in files.items() if path.suffix in (".xml", ".html", ".json")}
    for word in ("I feel at home.", "What should the city do first?"):
        assert sum(word in text for text in texts.values()) >= 3, sorted(texts)


def test_simulated_residents_answer_every_kind_soundly() -> None:
    population, chance = make_population(60, np.random.default_rng(3)), np.random.default_rng(4)
    filled = 0
    for row in range(60):
        fields = fill_in(SURVEY, Respondent(population, row, AGENCIES[row % 3]), chance)
        assert isinstance(read_answers(SURVEY, fields), Answers)
        filled += {"R_1", "R_2", "R_3", "G_6", "D_year"} <= fields.keys()
    assert filled > 40
