"""Define `survey check` and `survey show`."""

from __future__ import annotations

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
    words = load_catalog(lang, loaded.id)
    typer.echo(f"{wording.survey_title(loaded, words)} ({loaded.id} {loaded.version})")
    for section in loaded.sections:
        typer.echo(f"\n{wording.section_title(section, words, agency='[…]')}")
        for code in section.items:
            item = loaded.items[code]
            typer.echo(f"  {code}  {wording.item_text(item, words, agency='[…]')}")
            choices = (f"{option.code} {wording.option_text(option, words)}" for option in item.choices)
            typer.echo(f"      {' · '.join(choices)}")
