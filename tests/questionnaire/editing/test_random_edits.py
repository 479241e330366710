"""Random changes of surveys: each result is a survey that loads, or a refusal that names its places."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.questionnaire.editing.changes import Reword, SurveyChange, apply_changes
from app.questionnaire.editing.document import open_document, to_content
from app.questionnaire.loading import load_survey
from app.questionnaire.messages import sentences_in
from app.questionnaire.problems import Problem, SurveyProblems
from tests.drills import choose
from tests.questionnaire.editing.edits import changes

FOLDER = Path(__file__).parents[2] / "surveys"
TEXTS = [(FOLDER / f"{name}.yaml").read_text("utf-8") for name in ("every_kind", "rules", "section_condition")]
EDITS_AT_ONCE, EXAMPLES = 5, choose(12, 2_000)  # 60 edits in the suite, 10,000 in drills


@settings(max_examples=EXAMPLES, deadline=None)
@given(data=st.data())
def test_an_edited_survey_is_valid_or_refused_in_place(data: st.DataObject) -> None:
    base = text = data.draw(st.sampled_from(TEXTS))
    for _ in range(EDITS_AT_ONCE):
        change = data.draw(changes(text))
        found, refused = try_change(text, change, base)
        assert bool(found) != bool(refused)
        assert all(each.item and each.message for each in refused)
        if not found:
            continue
        survey = load_survey(found)
        assert survey.items
        assert survey.text == found
        assert change.describe()
        assert apply_changes(found, [], base) == found
        check_version(base, found)
        text = found


def try_change(text: str, change: SurveyChange, base: str) -> tuple[str, tuple[Problem, ...]]:
    """Return the text after a change, or its problems."""
    try:
        return apply_changes(text, [change], base), ()
    except SurveyProblems as refused:
        return "", refused.problems


def check_version(base: str, text: str) -> None:
    """The version is that of the base exactly where the same is asked."""
    asked = {name: open_document(each) for name, each in (("base", base), ("now", text))}
    wanted = ("title", "scales", "sections", "indices")
    contents = [to_content({name: each.get(name) for name in wanted}) for each in asked.values()]
    same = contents[0] == contents[1]
    assert (str(asked["now"]["version"]) == str(asked["base"]["version"])) == same


@pytest.mark.parametrize("text", TEXTS)
def test_a_changed_sentence_alone_loses_its_translation(text: str) -> None:
    first, second = [each.context for each in sentences_in(text) if each.context.endswith(".text")][:2]
    translated = f"{text}\ntranslations: {{es: {{{first}: Uno, {second}: Dos}}}}\n"
    code = first.removesuffix(".text")
    now = load_survey(apply_changes(translated, [Reword(code, text="Another question?")]))
    assert now.translations == {"es": {second: "Dos"}}
    kept = apply_changes(translated, [Reword(code, text="Another question?")], kept={"es": {first: "Uno"}})
    assert load_survey(kept).translations == {"es": {first: "Uno", second: "Dos"}}


def test_a_change_that_breaks_a_survey_returns_no_text() -> None:
    with pytest.raises(SurveyProblems, match="S: expected plain words without markup"):
        apply_changes(TEXTS[0], [Reword("S", text="<b>Where</b>?")])
