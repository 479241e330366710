"""The demo runs a wave over real HTTP: it counts each thanked person, and publishes a report and its data."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from app.demo import story
from app.demo.community import wave_plan
from app.demo.holders import make_holders
from app.demo.population import AGENCIES, make_population
from app.demo.simulated_answers import Respondent, fill_in
from app.questionnaire.answers import Answers, read_answers
from app.questionnaire.loading import load_survey
from app.records.database import connect
from app.records.schema import migrate
from app.services.releases import publish as release_publishing
from app.services.releases import verify as release_verifying
from app.services.reports import publish as report_publishing
from app.services.waves import lifecycle
from tests.services.making import ACT, make_settings

CORE = Path(__file__).parents[2] / "surveys" / "community-trust" / "survey.yaml"


@pytest.mark.slow
def test_thanked_residents_are_counted_in_report_and_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chapters = (
        story.Chapter("small-2025", 700, 160, {}, date(2025, 3, 3), date(2025, 4, 14)),
        story.Chapter("small-now"),
    )
    monkeypatch.setattr(story, "CHAPTERS", chapters)
    settings = make_settings(tmp_path)
    engine = connect(settings.database_url)
    migrate(engine)
    stated: list[str] = []
    story.run_story(engine, settings, ACT, stated.append)
    thanked = int(next(line.split()[0] for line in stated if "residents answered" in line))
    assert lifecycle.wave_status(engine, "small-2025").opened == thanked > 250
    found = report_publishing.find_frozen_report(engine, "river-city", "small-2025")
    assert found is not None
    assert {section["name"].split(".")[0] for section in found.report.document["sections"]} == {
        "method",
        "address-sample",
        "open-link",
    }
    assert all("simul" in found.words[lang]["community"].lower() for lang in ("en", "es"))
    assert lifecycle.wave_status(engine, "small-now").status == "open"
    assert any("clear differences" in line for line in stated)
    released = release_publishing.find_frozen_release(engine, "small-2025")
    assert released is not None
    assert release_verifying.verify_release(engine, settings, released.name) == released
    assert released.about["simulated"]
    assert set(released.languages) == {"en", "es", "ar"}


def test_seed_draws_the_agency_of_each_letter(tmp_path: Path) -> None:
    chapter, people = story.Chapter("small-2025", 240), make_population(2000, np.random.default_rng(3))
    found = []
    for name in ("first", "again"):
        (tmp_path / name).mkdir()
        settings = make_settings(tmp_path / name)
        engine = connect(settings.database_url)
        migrate(engine)
        make_holders(engine, settings, ACT, lambda _: None)
        lifecycle.create_wave(engine, wave_plan(chapter.slug), ACT)
        found.append(list(story.invited_visits(engine, settings, chapter, people, np.random.default_rng(4))))
        engine.dispose()
    first, again = ([(each.row, each.language, each.path(chapter.slug)) for each in visits] for visits in found)
    assert first == again
    assert len({path for _, _, path in first}) == len(AGENCIES)
    assert not {each.code for each in found[0]} & {each.code for each in found[1]}


@pytest.mark.parametrize("seed", range(30))
def test_simulated_resident_fills_in_every_offered_question(seed: int) -> None:
    survey = load_survey(CORE.read_text("utf-8"))
    population = make_population(40, np.random.default_rng(seed))
    form = fill_in(survey, Respondent(population, seed, AGENCIES[seed % 3]), np.random.default_rng(seed))
    answers = read_answers(survey, form)
    assert isinstance(answers, Answers)
    assert set(form) == set(answers.chosen)  # nothing off the path


def test_the_population_is_the_same_for_one_seed() -> None:
    first, again = (make_population(500, np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(first.trust, again.trust)
