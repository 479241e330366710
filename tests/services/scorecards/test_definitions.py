"""The definitions hold every row of the blueprint's table and all of its questions, and obey their schema."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from app.errors import NotFound
from app.questionnaire.loading import load_survey
from app.services.scorecards.definitions import FILE, STEPS, load_definitions
from app.services.waves.plan_file import survey_path

DEFINITIONS = load_definitions()
ROWS = (
    "1.1", "1.2a", "1.2b", "1.2c", "1.3a", "1.3b", "1.4", "1.5", "2.1a", "2.1b", "2.1c", "3.1a", "3.1b", "3.2", "4.1",
    "4.2", "5.1", "5.2", "5.3",
)  # fmt: skip
QUESTIONS_BY_STEP = {"envision": 3, "plan": 2, "invest": 5, "evaluate": 4, "strengthen": 3}


def test_every_row_of_the_table_is_defined_in_its_order() -> None:
    assert tuple(DEFINITIONS.measures) == ROWS


def test_research_table_has_the_same_rows_and_questions(shared: Path) -> None:
    text = (shared / "research" / "domain.md").read_text("utf-8")
    section = text.split("## 4. ")[1].split("## 5. ")[0]
    measures, questions = section.split("### 4.1")
    assert re.findall(r"^\| (\d\.\d[a-z]?) \|", measures, re.M) == list(ROWS)
    steps = re.findall(r"^\| ([1-5]) \|", questions, re.M)
    assert Counter(STEPS[int(step) - 1] for step in steps) == QUESTIONS_BY_STEP


def test_all_17_questions_have_figures_or_statements() -> None:
    assert Counter(each.step for each in DEFINITIONS.questions) == QUESTIONS_BY_STEP
    assert len(DEFINITIONS.questions) == 17
    known = DEFINITIONS.all.keys() | DEFINITIONS.wave_figures.keys()
    for question in DEFINITIONS.questions:
        assert question.by or question.statement
        assert set(question.by) <= known


def test_measure_has_numerator_denominator_and_pitfall() -> None:
    for measure in DEFINITIONS.measures.values():
        assert all((measure.numerator, measure.denominator, measure.trap)), measure.id
        assert set(measure.companions) <= DEFINITIONS.all.keys() | DEFINITIONS.wave_figures.keys()
        assert set(measure.needs) <= DEFINITIONS.beside.keys()
        assert set(measure.needs) <= set(measure.companions)


def test_wave_figures_exist_in_a_survey_and_are_not_uploaded() -> None:
    computed = {id for id, each in DEFINITIONS.measures.items() if each.kind == "survey"}
    assert computed == {"1.2c", "1.3b", "1.5", "2.1c"}
    assert not [id for id in computed if DEFINITIONS.get(id).is_uploaded]
    for source in DEFINITIONS.wave_figures.values():
        survey = load_survey(survey_path(source.survey).read_text("utf-8"))
        indices = {index.id for index in survey.indices} | {
            f"{index.id}:{facet.id}" for index in survey.indices for facet in index.facets
        }
        assert source.term in indices | {share.id for share in survey.shares} | survey.items.keys()
        if source.item:
            assert set(source.met) <= {option.code for option in survey.items[source.item].options}


def test_measure_5_3_needs_its_companion() -> None:
    assert DEFINITIONS.get("5.3").needs == ("5.3m",)


def test_the_file_obeys_its_published_schema() -> None:
    schema = json.loads((FILE.parents[1] / "measures.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    written = YAML(typ="safe").load(FILE.read_text("utf-8"))
    jsonschema.validate(written, schema)
    written["measures"][0]["kind"] = "guess"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(written, schema)


def test_a_measure_that_is_not_there_is_named() -> None:
    with pytest.raises(NotFound, match=r"there is no outcome measure '9\.9'"):
        DEFINITIONS.get("9.9")
