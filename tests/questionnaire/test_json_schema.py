"""The published JSON Schema agrees with the loader on everything that one field can say."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from app.questionnaire.json_schema import format_schema, to_schema
from tests.questionnaire.walks import ROOT, SHIPPED, TINY

VALIDATOR = Draft202012Validator(to_schema())
SOUND = (ROOT / "tests" / "surveys" / "sound.yaml").read_text("utf-8")
BROKEN = YAML(typ="safe").load(Path(__file__).with_name("broken_surveys.yaml"))

# The loader's words for an error within one field, which the schema must refuse too.
WITHIN_A_FIELD = (
    "which is missing", "found 'colour'", "found 'hurry'", "found 'alone'", "found 'weight'", "expected a mapping",
    "to be a name", "to be a code", "to be true or false", "to be text", "there is no free text", "text in quotes",
    "expected sections to be a list", "one of equal", "one operator", "negative ones are kept", "codes from 0 to 999",
    "expected its words", "quote numbers", "a list of codes", "one code after", "a list of conditions",
    "{answered: D3}",
)  # fmt: skip


def as_json(text):
    """The file as JSON sees it: every name is a string."""
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text)))


def test_the_schema_is_a_sound_schema_and_the_published_one():
    Draft202012Validator.check_schema(to_schema())
    assert (ROOT / "surveys" / "survey.schema.json").read_text("utf-8") == format_schema()


@pytest.mark.parametrize(
    "path",
    [*TINY, *(ROOT / "surveys" / name / "survey.yaml" for name in SHIPPED)],
    ids=lambda path: path.parent.name + path.stem,
)
def test_schema_accepts_every_survey_of_the_loader(path):
    assert [error.message for error in VALIDATOR.iter_errors(as_json(path.read_text("utf-8")))] == []


@pytest.mark.parametrize(("name", "old", "new", "line", "place", "words"), BROKEN, ids=[row[0] for row in BROKEN])
def test_schema_refuses_a_wrong_field(name, old, new, line, place, words):
    try:
        document = as_json(SOUND.replace(old, new, 1))
    except YAMLError:
        assert place == "file"
        return
    refused = not VALIDATOR.is_valid(document)
    assert refused or not any(part in words for part in WITHIN_A_FIELD)
