"""`commontrust survey import` and `survey export`, from the terminal."""

import pytest

from app.language.po_files import read_entries, translation_path
from app.questionnaire.loading import load_survey
from tests.cli.conftest import run  # noqa: F401
from tests.questionnaire.xlsform.forms import make_form, rows
from tests.questionnaire.xlsform.test_other_forms import BOTH, SPANISH


@pytest.fixture
def form(tmp_path):
    path = tmp_path / "form.xlsx"
    path.write_bytes(make_form(SPANISH, BOTH))
    return path


def test_an_import_writes_the_survey_and_its_words(run, form, tmp_path):  # noqa: F811
    output, folder = tmp_path / "survey.yaml", tmp_path / "words"
    code, said, _ = run(
        "survey", "import", str(form), "--output", str(output), "--id", "trust", "--translations", str(folder)
    )
    assert code == 0
    assert "1 questions in 1 sections, from form.xlsx." in said
    assert load_survey(output).id == "trust"
    entries = {entry.context: entry.translation for entry in read_entries(translation_path(folder, "es", "trust"))}
    assert (entries["q1.text"], entries["q1.1"]) == (("¿Confía?",), ("Sí",))


def test_dropped_languages_are_shown(run, form, tmp_path):  # noqa: F811
    said = run("survey", "import", str(form), "--output", str(tmp_path / "survey.yaml"))[1]
    assert "language Español (es): 3 sentences are not kept; give a folder with --translations to keep them" in said


def test_a_refused_form_exits_2_and_writes_nothing(run, tmp_path):  # noqa: F811
    form, output = tmp_path / "form.xlsx", tmp_path / "survey.yaml"
    form.write_bytes(make_form(rows("text|name|Your name?", "select_one nowhere|q|Yes?")))
    code, _, said = run("survey", "import", str(form), "--output", str(output))
    assert code == 2
    assert [line.partition(":")[0] for line in said.splitlines()[1:]] == [
        "sheet survey, row 2, name", "sheet survey, row 3, q"
    ]  # fmt: skip
    assert not output.exists()


@pytest.mark.parametrize("content", [b"", b"no workbook", b"\xd0\xcf\x11\xe0" + b"\0" * 600])
def test_a_file_that_is_no_workbook_exits_2(run, tmp_path, content):  # noqa: F811
    form = tmp_path / "form.xls"
    form.write_bytes(content)
    assert run("survey", "import", str(form), "--output", str(tmp_path / "survey.yaml"))[0] == 2


def test_an_export_comes_back_and_is_not_overwritten(run, tmp_path):  # noqa: F811
    form, output = tmp_path / "staff.xlsx", tmp_path / "staff.yaml"
    export = ("survey", "export", "staff", "--output", str(form), "--lang", "en", "--lang", "es")
    assert run(*export)[0] == 0
    assert run(*export)[0] == 2
    assert run("survey", "import", str(form), "--output", str(output))[0] == 0
    assert load_survey(output).title == load_survey(load_path("staff")).title


def load_path(survey):
    from app.services.waves.plan_file import survey_path

    return survey_path(survey)
