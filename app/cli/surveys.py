"""Define `survey check`, `show`, `import` and `export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Check and show a questionnaire before it is used.", no_args_is_help=True, rich_markup_mode=None)

SurveyName = Annotated[str, typer.Argument(help="The id of a survey, or the path of its file.")]


@app.command()
def check(
    survey: SurveyName,
    community: Annotated[
        str | None, typer.Option(help="Also check how identifying the questions are in this community.")
    ] = None,
    smallest: Annotated[int, typer.Option(help="Smallest number of residents expected in a cell.", min=2)] = 10,
) -> None:
    """Check that a survey can be used: every question is reachable and every index computable."""
    from app.questionnaire.checking import check_identifiability
    from app.questionnaire.loading import load_survey
    from app.questionnaire.problems import SurveyProblems
    from app.services.waves.plan_file import survey_path

    loaded = load_survey(survey_path(survey))
    if community is not None:
        problems = check_identifiability(loaded, _population(community), smallest)
        if problems:
            raise SurveyProblems(problems)
    counts = f"{len(loaded.items)} questions, {len(loaded.sections)} sections, {len(loaded.indices)} indices"
    typer.echo(f"{loaded.id} {loaded.version}: {counts}, no problems.")


def _population(community: str) -> dict[str, dict[int, float]]:
    from app.cli.context import command_context
    from app.records.communities import get_community
    from app.records.database import reading
    from app.records.population import population_of
    from app.services.waves.readiness import counts_by_level

    with command_context() as context, reading(context.engine) as session:
        return counts_by_level(population_of(session, get_community(session, community).id or 0))


@app.command()
def show(
    survey: SurveyName,
    lang: Annotated[str, typer.Option(help="Language to show it in.")] = "en",
) -> None:
    """Print a survey: its sections, questions, answers and codes."""
    from app.errors import NotFound
    from app.language.catalogs import load_catalog
    from app.language.languages import LANGUAGES
    from app.questionnaire import wording
    from app.questionnaire.loading import load_survey
    from app.services.waves.plan_file import survey_path

    if lang not in LANGUAGES:
        raise NotFound("language", lang, LANGUAGES)
    loaded = load_survey(survey_path(survey))
    words = load_catalog(lang, loaded.catalog)
    typer.echo(f"{wording.survey_title(loaded, words)} ({loaded.id} {loaded.version})")
    for section in loaded.sections:
        typer.echo(f"\n{wording.section_title(section, words, agency='[…]')}")
        for code in section.items:
            item = loaded.items[code]
            typer.echo(f"  {code}  {wording.item_text(item, words, agency='[…]')}")
            choices = (f"{option.code} {wording.option_text(option, words)}" for option in item.choices)
            typer.echo(f"      {' · '.join(choices)}")


@app.command("import")
def import_form(
    form: Annotated[Path, typer.Argument(help="An XLSForm: a workbook .xlsx, or .xls of older programs.")],
    output: Annotated[Path, typer.Option(help="The survey file to write; it must not exist.")],
    survey_id: Annotated[
        str | None, typer.Option("--id", help="The id of the survey; by default that of the form.")
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="The language of the form that becomes the source; by default English.")
    ] = None,
    translations: Annotated[
        Path | None, typer.Option(help="A folder for the other languages, as one PO file for each.")
    ] = None,
    leave_out: Annotated[
        bool, typer.Option("--leave-out", help="Leave out the rows that a survey cannot hold, and list them.")
    ] = False,
) -> None:
    """Make a survey from an XLSForm, and print what came in another shape.

    A form with a row that a survey cannot hold is refused whole, with the sheet, the row and the reason of each. With
    --leave-out the survey is made without these rows and without those whose conditions ask them.
    """
    from app.questionnaire.loading import load_survey
    from app.questionnaire.xlsform_reading import read_form
    from app.questionnaire.xlsform_translations import describe_translations, write_translations

    found = read_form(form.read_bytes(), language, survey_id, leave_out)
    survey = load_survey(found.text)
    with output.open("x", encoding="utf-8") as file:
        file.write(found.text)
    for row in found.left_out:
        typer.echo(f"left out: {row}")
    for note in found.notes:
        typer.echo(str(note))
    lines = write_translations(found, survey, translations) if translations else describe_translations(found)
    for line in lines:
        typer.echo(line)
    left = len(found.left_out)
    without = f" without {left} row{'s' * (left > 1)}" if left else ""
    made = f"{len(survey.items)} questions in {len(survey.sections)} sections"
    typer.echo(f"{output}: {made}, from {form.name}{without}.")


@app.command()
def export(
    survey: SurveyName,
    output: Annotated[Path, typer.Option(help="The workbook to write; it must not exist.")],
    lang: Annotated[list[str] | None, typer.Option(help="A language to write; repeat it for several.")] = None,
) -> None:
    """Write a survey as an XLSForm, which ODK, KoboToolbox and others read."""
    from app.errors import NotFound
    from app.language.catalogs import load_catalog
    from app.language.languages import LANGUAGES
    from app.questionnaire.loading import load_survey
    from app.questionnaire.xlsform import to_xlsform
    from app.services.waves.plan_file import survey_path

    languages = lang or ["en"]
    for code in languages:
        if code not in LANGUAGES:
            raise NotFound("language", code, LANGUAGES)
    loaded = load_survey(survey_path(survey))
    content = to_xlsform(loaded, {code: load_catalog(code, loaded.catalog) for code in languages})
    with output.open("xb") as file:
        file.write(content)
    typer.echo(f"{output}: {len(loaded.items)} questions of {loaded.id} {loaded.version}.")
