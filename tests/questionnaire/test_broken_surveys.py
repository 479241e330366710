"""The reader of surveys reports each fault in `broken_surveys.yaml` with its line and place."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from app.questionnaire.loading import load_survey
from app.questionnaire.problems import SurveyProblems

SOUND = (Path(__file__).parents[1] / "surveys" / "sound.yaml").read_text("utf-8")
BROKEN = YAML(typ="safe").load(Path(__file__).with_name("broken_surveys.yaml"))


def test_the_survey_that_the_others_break_is_sound():
    assert load_survey(SOUND).id == "sound"


def test_there_are_at_least_sixty_ways_of_breaking_a_survey():
    assert len({name for name, *_ in BROKEN}) == len(BROKEN) >= 60


@pytest.mark.parametrize(("name", "old", "new", "line", "place", "words"), BROKEN, ids=[row[0] for row in BROKEN])
def test_a_broken_survey_is_refused_with_its_place(name, old, new, line, place, words):
    assert SOUND.count(old) >= 1, "the row names text that the sound survey does not hold"
    with pytest.raises(SurveyProblems) as refused:
        load_survey(SOUND.replace(old, new, 1))
    stated = [str(problem) for problem in refused.value.problems]
    assert any(
        problem.line == line and problem.item == place and words in problem.message
        for problem in refused.value.problems
    ), stated
