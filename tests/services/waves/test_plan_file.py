"""A plan is read with all its problems at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import BadWavePlan
from app.services.waves.plan_file import PlannedAgency, load_wave_plan

GOOD = """
wave: river-city-2026
survey: community-trust
community: {slug: river-city, name: {en: River City, es: Ciudad del Río}}
languages: [en, es]
agencies:
  - {slug: police, name: {en: the police, es: la policía}, probability: 0.5}
  - {slug: library, name: {en: the library, es: la biblioteca}}
codes: required
contact: trust@river-city.example
areas: {1: North, 2: South}
box_size: 30
drafts: [es]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "wave.yaml"
    path.write_text(text, "utf-8")
    return path


def test_a_good_plan_is_read(tmp_path: Path) -> None:
    plan = load_wave_plan(write(tmp_path, GOOD))
    assert plan.slug == "river-city-2026"
    assert plan.community_names["es"] == "Ciudad del Río"
    assert plan.agencies[1] == PlannedAgency("library", {"en": "the library", "es": "la biblioteca"}, None)
    assert (plan.codes, plan.box_size, plan.areas, plan.drafts) == ("required", 30, {1: "North", 2: "South"}, ("es",))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("wave: river-city-2026", "wave: River City", "wave: expected lower case letters"),
        ("survey: community-trust", "", "survey: missing, expected the id of a survey"),
        ("languages: [en, es]", "languages: [en, tlh]", "languages: expected one of .*, found 'tlh'"),
        ("languages: [en, es]", "languages: []", "languages: expected at least one"),
        ("es: Ciudad del Río", "fr: Ville", "community: expected a name in es"),
        ("es: la policía", "es: ''", "agency 1: expected a name in es"),
        ("probability: 0.5", "probability: 5", "agency 1: expected a probability above 0 and up to 1, found 5"),
        ("codes: required", "codes: maybe", "codes: expected one of: none, optional, required, found 'maybe'"),
        ("box_size: 30", "box_size: 5", "box_size: expected a whole number, 20 or more, found 5"),
        ("box_size: 30", "box_size: yes please", "box_size: expected a whole number"),
        ("box_size: 30", "box_sise: 30", "box_sise: unknown, expected one of wave, survey"),
        ("drafts: [es]", "drafts: [ar]", "drafts: 'ar' is not among the languages"),
        ("areas: {1: North, 2: South}", "areas: {north: North}", "areas: expected whole numbers from 1, found 'north'"),
        (GOOD, "[1, 2]", "expected a list of settings"),
        (GOOD, "wave: [", "expected a readable YAML file"),
        (GOOD, "", "found NoneType"),
    ],
)
def test_plan_error_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(BadWavePlan, match=said):
        load_wave_plan(write(tmp_path, GOOD.replace(old, new)))


def test_all_errors_of_a_plan_are_reported_together(tmp_path: Path) -> None:
    text = GOOD.replace("codes: required", "codes: maybe").replace("box_size: 30", "box_size: 3")
    with pytest.raises(BadWavePlan) as caught:
        load_wave_plan(write(tmp_path, text))
    assert len(caught.value.problems) == 2


def test_a_plan_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadWavePlan, match="No such file"):
        load_wave_plan(tmp_path / "nothing.yaml")
