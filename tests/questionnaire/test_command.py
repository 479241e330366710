"""`python -m app.questionnaire` keeps templates, translations and schema in step with the survey files."""

import pytest

from app.language.po_files import read_entries, template_path, translation_path
from app.questionnaire.__main__ import main
from tests.questionnaire.walks import ROOT

SOUND = ROOT / "tests" / "surveys" / "sound.yaml"


def test_the_shipped_files_are_in_step():
    assert main(["--check"]) == 0


def test_it_writes_templates_and_keeps_translations(tmp_path, capsys):
    locales = tmp_path / "locales"
    assert main([str(SOUND), "--locales", str(locales)]) == 0
    assert "sound.pot" in capsys.readouterr().out
    assert "Ask A." in {entry.text for entry in read_entries(template_path(locales, "sound"))}
    path = translation_path(locales, "es", "sound")
    path.write_text(
        path.read_text("utf-8").replace('msgid "Ask A."\nmsgstr ""', 'msgid "Ask A."\nmsgstr "Diga A."'), "utf-8"
    )
    assert main([str(SOUND), "--locales", str(locales)]) == 0
    assert "written" not in capsys.readouterr().out
    assert "Diga A." in path.read_text("utf-8")


def test_changed_survey_is_reported_without_writing(tmp_path, capsys):
    locales = tmp_path / "locales"
    main([str(SOUND), "--locales", str(locales)])
    changed = tmp_path / "survey.yaml"
    changed.write_text(SOUND.read_text("utf-8").replace("Ask A.", "Tell A."), "utf-8")
    assert main([str(changed), "--locales", str(locales), "--check"]) == 1
    assert "sound.pot: out of date" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["id: [", "title: None\n"])
def test_broken_survey_is_reported_and_exits_2(tmp_path, capsys, text):
    path = tmp_path / "survey.yaml"
    path.write_text(text, "utf-8")
    assert main([str(path), "--locales", str(tmp_path)]) == 2
    assert "Expected a survey without problems" in capsys.readouterr().err
