"""The levels of a population table are the codes of a survey, or the table is refused line by line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.errors import BadTable, NotFound
from app.services.communities.census_api import SPARE, read_acs, read_acs_table
from app.services.communities.population import Level, read_levels, store_population
from app.services.communities.survey_levels import as_answers, known_levels, levels_of_survey
from app.services.waves import lifecycle
from tests.services.making import ACT, PLAN

CORE = levels_of_survey("community-trust")
HEAD = "variable,level,count,source,year\n"
ACS = "table,label,geography,estimate,moe90\n"
ALONE = (
    "White alone", "Black or African American alone", "American Indian and Alaska Native alone", "Asian alone",
    "Native Hawaiian and Other Pacific Islander alone", "Some other race alone", "Two or more races:",
)  # fmt: skip


def answers(text: str) -> tuple[list[tuple[str, float | None]], tuple[str, ...]]:
    levels, notes = as_answers("t.csv", read_levels("t.csv", text)[0], CORE)
    return [(each.level, each.count) for each in levels], notes


@pytest.mark.parametrize(
    ("level", "code"),
    [("2", "2"), ("Man", "2"), (" man ", "2"), ("male", "2"), ("MALE", "2"), ("Female", "1"), ("women", "1"),
     ("i describe it another way", "3")],
)  # fmt: skip
def test_a_level_is_matched_by_code_or_words(level: str, code: str) -> None:
    found, notes = answers(f"{HEAD}gender,{level},48000,Census,2023\n")
    assert found == [(code, 48000)]
    assert bool(notes) is (level != code)
    assert all(f"gender {level.strip()} as {code}" in note for note in notes)


def test_a_level_of_no_answer_is_refused_with_the_codes() -> None:
    with pytest.raises(BadTable) as caught:
        answers(f"{HEAD}gender,f,1,Census,2023\ngender,2,5,Census,2023\nage,18-24,5,Census,2023\n")
    assert caught.value.problems == (
        "line 2: expected a level of gender among 1 (Woman), 2 (Man), 3 (I describe it another way), found 'f'",
        "line 4: expected a level of age among 1 (18 to 29), 2 (30 to 44), 3 (45 to 64), 4 (65 or older), "
        "found '18-24'",
    )


def test_two_names_of_one_answer_are_refused() -> None:
    with pytest.raises(BadTable, match="line 3: expected each level once, found gender 2 as 'man' and 'male'"):
        answers(f"{HEAD}gender,man,1,Census,2023\ngender,male,5,Census,2023\n")


def test_a_variable_of_no_question_is_refused() -> None:
    with pytest.raises(BadTable, match=r"line 2: expected a variable of community-trust among .*gender.*, found 'sex'"):
        answers(f"{HEAD}sex,1,1,Census,2023\n")


def test_a_list_that_a_round_brings_is_taken_as_written() -> None:
    found, notes = answers(f"{HEAD}area,7,10,Census,2023\n")
    assert found == [("7", 10)]
    assert notes == ("area as written: its list is not known before the survey round",)


def test_the_codes_are_those_of_the_newest_round(engine: Engine) -> None:
    lifecycle.create_wave(engine, PLAN, ACT)
    assert known_levels(engine, "river-city").survey == "community-trust"
    own = "  - id: you\n    title: You\n    items:\n      - {code: AGE, text: Age?, kind: single, key_variable: age, "
    survey = PLAN.survey + own + "options: {1: Under 45, 2: 45 or older}}\n"
    lifecycle.create_wave(engine, replace(PLAN, slug="next", survey=survey), ACT)
    assert dict(known_levels(engine, "river-city").answers) == {"age": {"1": "Under 45", "2": "45 or older"}}
    with pytest.raises(NotFound, match="there is no survey 'none'"):
        known_levels(engine, "river-city", "none")


def test_a_table_without_a_level_is_never_stored(engine: Engine) -> None:
    lifecycle.create_wave(engine, PLAN, ACT)
    with pytest.raises(BadTable, match="expected at least one level, found none"):
        store_population(engine, "river-city", [], ACT)


def acs(folder: Path, *lines: str) -> Path:
    path = folder / "acs.csv"
    path.write_text(ACS + "".join(f"{line}\n" for line in lines), "utf-8")
    return path


def test_a_line_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    rows = [f"B01001,{label},Millbrook town,1200,90" for label in ("Male:", "Female:", "Male:")]
    with pytest.raises(BadTable, match=r"acs.csv, got: line 4: expected 'Male:' of Millbrook town once.* after line 2"):
        read_acs_table(acs(tmp_path, *rows), "B01001", "Millbrook town", 2023)


def test_b03002_loads_eight_levels_or_is_refused(tmp_path: Path) -> None:
    path = acs(
        tmp_path, "B03002,White alone,Millbrook town,1200,90", "B03002,Hispanic or Latino:,Millbrook town,300,60"
    )
    with pytest.raises(
        BadTable, match=r"expected lines of B03002 for american indian, .* 'Not Hispanic or Latino!!White"
    ):
        read_acs_table(path, "B03002", "Millbrook town", 2023)
    whole = [
        f"B03002,Estimate!!Total:!!Not Hispanic or Latino:!!{label},Here,{n},9" for n, label in enumerate(ALONE, 10)
    ]
    parts = [f"B03002,Estimate!!Total:!!Hispanic or Latino:!!{label},Here,1,1" for label in ALONE]
    whole.append("B03002,Estimate!!Total:!!Hispanic or Latino:,Here,99,9")
    levels, notes = as_answers("acs", read_acs(acs(tmp_path, *whole, *parts), "B03002", "Here", 2023)[0], CORE, SPARE)
    assert [(each.level, each.count) for each in levels] == [
        ("7", 10), ("3", 11), ("1", 12), ("2", 13), ("6", 14), ("8", 15), ("two or more", 16), ("4", 99),
    ]  # fmt: skip
    assert "no answer of community-trust, so not for weighting: race two or more" in notes


def test_a_margin_that_only_some_levels_have_is_refused() -> None:
    levels = [Level("gender", "1", 5, None, 2.0, "S", 2023), Level("gender", "2", 5, None, None, "S", 2023)]
    with pytest.raises(BadTable, match="found none for 2"):
        as_answers("t", levels, CORE)
