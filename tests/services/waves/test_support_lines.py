"""A line of support comes from the plan in each language; a round that needs one does not open without it."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from app.language.catalogs import load_catalog
from app.questionnaire.loading import load_survey
from app.questionnaire.wording import section_support
from app.records.database import reading
from app.records.waves import get_wave
from app.services.waves.lifecycle import create_wave, find_obstacles
from app.services.waves.plan_file import find_plan_problems
from app.services.waves.plan_form import find_draft
from tests.services.making import ACT, PLAN

NEW = replace(PLAN, survey="community-trust-1-1", languages=("en",))


def obstacles(engine: Engine, **changes: object) -> list[str]:
    create_wave(engine, replace(NEW, **changes), ACT)  # type: ignore[arg-type]
    with reading(engine) as session:
        return [
            reason for reason in find_obstacles(session, get_wave(session, NEW.slug)) if "line of support" in reason
        ]


def test_round_does_not_open_without_its_line_of_support(engine: Engine) -> None:
    assert len(obstacles(engine)) == 1
    assert obstacles(engine, support={"en": "Call 211."}) == []
    assert "in es" in obstacles(engine, languages=("en", "es"), support={"en": "Call 211."})[0]
    assert obstacles(engine, survey="community-trust") == []


def test_resident_reads_the_line_of_the_plan_in_her_language(engine: Engine) -> None:
    survey = create_wave(engine, replace(NEW, support={"en": 'Call "211".', "es": "Llame al 211."}), ACT)
    lines = [[section_support(s, load_catalog(lang, survey.catalog)) for s in survey.sections] for lang in ("en", "es")]
    assert [list(filter(None, each)) for each in lines] == [['Call "211".'] * 2, ["Llame al 211."] * 2]
    assert find_draft(engine, NEW.slug).support == 'en Call "211".\nes Llame al 211.'
    assert find_draft(engine, NEW.slug).survey == "community-trust-1-1"


def test_support_line_isolates_its_number_in_arabic(engine: Engine) -> None:
    lines = {"en": "Call 555 0100.", "ar": "اتصل 555 0100."}
    survey = create_wave(engine, replace(NEW, languages=("en", "ar"), support=lines), ACT)
    found = [{section_support(s, load_catalog(lang, survey.catalog)) for s in survey.sections} for lang in ("en", "ar")]
    assert found == [{None, "Call 555 0100."}, {None, "اتصل \u2066555 0100\u2069."}]


@pytest.mark.parametrize(
    "support", [{"fr": "Appelez."}, {"en": " "}, {"en": "{agency}"}, {"en": 988}, {"en": "x" * 301}]
)
def test_unusable_line_of_support_is_refused(support: dict[str, object]) -> None:
    plan = {"wave": "w", "survey": "s", "community": {"slug": "c", "name": {"en": "C"}}, "languages": ["en"]}
    assert find_plan_problems(plan) == []
    assert len(find_plan_problems({**plan, "support": support})) == 1


def test_survey_of_its_own_support_takes_none_from_the_plan() -> None:
    survey = load_survey("\n".join(NEW_FILE))
    assert [section_support(each, load_catalog("en", survey.catalog)) for each in survey.sections] == ["Call us."]


NEW_FILE = (
    "id: own",
    'version: "1"',
    "title: Questions",
    "support: {en: Call others.}",
    "sections:",
    "  - id: one",
    "    title: One",
    "    sensitive: true",
    "    support: Call us.",
    "    items: [{code: A, text: Well?, kind: single, options: {1: Yes, 2: No}}]",
)
