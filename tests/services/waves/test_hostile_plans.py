"""No text of an operator makes the reader of plans fail: each gets sentences, short ones, and nothing is stored."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from app.errors import BadWavePlan
from app.questionnaire.problems import SurveyProblems
from app.services.waves.lifecycle import create_wave
from app.services.waves.plan_form import read_plan_file
from app.services.waves.plan_text import LONGEST_PLAN
from tests.services.making import ACT

PLAN = """wave: river-city-2026
survey: community-trust
community: {slug: river-city, name: {en: River City}}
languages: [en]
agencies: [{slug: police, name: {en: the police}}]
"""
NINE = [(a, ", ".join([f"*{a}"] * 9), b) for a, b in zip("abcdefgh", "bcdefghi", strict=True)]
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "\n".join(f"{b}: &{b} [{row}]" for _, row, b in NINE)
PLANS = {
    "nested lists as languages": PLAN.replace("[en]", "[[en]]"),
    "mappings as languages": PLAN.replace("languages: [en]", "languages: [{en: 1}]"),
    "nested drafts": PLAN + "drafts: [[en]]\n",
    "nested switches": PLAN + "switched_on: [[a], {b: c}]\n",
    "numbers as switches": PLAN + "switched_on: [1]\n",
    "a day that does not exist": PLAN + "contact: 2026-13-45\n",
    "a day": PLAN + "contact: 2026-11-30\n",
    "six thousand digits": PLAN + f"box_size: {'9' * 6000}\n",
    "five thousand digits in a list": PLAN.replace("[en]", f"[{'9' * 5000}]"),
    "a large number": PLAN + f"smallest_cell: {10**15}\n",
    "no number": PLAN.replace("{en: the police}}", "{en: the police}, probability: .nan}"),
    "endless": PLAN.replace("{en: the police}}", "{en: the police}, probability: .inf}"),
    "twenty thousand brackets": PLAN + "contact: " + "[" * 20_000,
    "closed brackets": PLAN + "contact: " + "[" * 300 + "]" * 300,
    "deep mappings": PLAN + "contact:\n" + "".join(f"{' ' * n}a:\n" for n in range(1, 400)),
    "a lone surrogate": PLAN + 'contact: "\\ud800"\n',
    "a zero byte": PLAN + 'contact: "a\\0b"\n',
    "a vertical tab in a name": PLAN.replace("River City", '"River\\vCity"'),
    "an unassigned character": PLAN.replace("River City", '"River\\uFFFE"'),
    "a turned name": PLAN.replace("River City", '"River\\u202Eytic"'),
    "a name without width": PLAN.replace("River City", '"\\u200b\\u200d"'),
    "a name of another language without width": PLAN.replace("en: River City", 'en: River City, es: "\\u200b"'),
    "a list as a name": PLAN.replace("River City", "[River, City]"),
    "an agency twice": PLAN.replace("}}]", "}}, {slug: police, name: {en: the police}}]"),
    "a language twice": PLAN.replace("[en]", "[en, en]"),
    "an alias": PLAN.replace("River City", "&a River City") + "contact: *a\n",
    "aliases of aliases": PLAN + BOMB,
    "an alias of itself": PLAN + "contact: &a [*a]\n",
    "a key twice": PLAN + "wave: other\n",
    "lists as keys": PLAN + "[a, b]: c\n",
    "mappings as keys": PLAN + "{a: b}: c\n",
    "an object of Python": PLAN + "contact: !!python/object/apply:os.system [id]\n",
    "binary": PLAN + "contact: !!binary //8=\n",
    "a set": PLAN + "areas: !!set {1, 2}\n",
    "an area without a name in a language": PLAN + "areas: {1: {es: Norte}}\n",
    "an area with a name in no language": PLAN + "areas: {1: {en: North, es: Norte, north: Norte}}\n",
    "an area with no names": PLAN + "areas: {1: {}}\n",
    "an area with a bad name": PLAN + 'areas: {1: {en: North, es: "\\u200b"}}\n',
    "lists as areas": PLAN + "areas: {1: [North]}\n",
    "an area without a name": PLAN + 'areas: {1: "\\u200b"}\n',
    "a negative area": PLAN + "areas: {-1: North}\n",
    "areas with a list as key": PLAN + "areas: {[1]: North}\n",
    "a list in the support": PLAN + "support: {en: [call]}\n",
    "a nested protocol": PLAN + "protocol: {sponsor: {a: b}, [x]: y}\n",
    "agencies of text": PLAN.replace("[{slug: police, name: {en: the police}}]", "[police, 1, null]"),
    "an agency without a slug": PLAN.replace("slug: police, ", ""),
    "a slug of numbers": PLAN.replace("slug: police", "slug: 12"),
    "two documents": PLAN + "---\n" + PLAN,
    "a directive": "%YAML 9.9\n---\n" + PLAN,
    "nothing": "",
    "a number": "7",
    "tabs": PLAN.replace("\n", "\n\t"),
    "too long": PLAN + "#" * LONGEST_PLAN,
    "a path": PLAN.replace("community-trust\n", "/etc/passwd\n"),
    "a survey of two lines": PLAN.replace("survey: community-trust", 'survey: "a\\nb"'),
}


@pytest.mark.parametrize("name", PLANS)
def test_hostile_plan_is_refused_in_short_sentences(engine: Engine, name: str) -> None:
    with pytest.raises((BadWavePlan, SurveyProblems)) as refused:
        create_wave(engine, read_plan_file(PLANS[name]), ACT)
    said = str(refused.value)
    said.encode()
    assert 0 < len(said) < 3_000
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM wave")).scalar_one() == 0


def test_the_plan_itself_is_read(engine: Engine) -> None:
    assert create_wave(engine, read_plan_file(PLAN), ACT).id == "community-trust"
