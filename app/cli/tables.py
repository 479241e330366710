"""Define `population load`, `fetch` and `acs`, and `workforce load`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.services.communities.population import Level

population = typer.Typer(
    help="Population tables of a community, the targets of weighting.", no_args_is_help=True, rich_markup_mode=None
)
workforce = typer.Typer(help="Staff counts of the agencies.", no_args_is_help=True, rich_markup_mode=None)

SurveyOption = Annotated[
    str, typer.Option("--survey", help="The survey whose codes the levels get; an id, or the path of its file.")
]
Community = Annotated[str, typer.Argument(help="The name of the community, as in web addresses.")]


@population.callback()
def about_population() -> None:
    """Load population tables of a community, the targets of weighting."""


@workforce.callback()
def about_workforce() -> None:
    """Load staff counts of the agencies."""


@population.command(name="load")
def load_population(
    community: Community,
    table: Annotated[Path, typer.Argument(help="CSV: variable, level, count or share, moe90, source, year.")],
    overlap: Annotated[
        bool, typer.Option("--overlap", help="A person may be in several groups; reports then show only the overlap.")
    ] = False,
    survey: SurveyOption = "",
) -> None:
    """Load population counts or shares, the targets of weighting.

    The levels are answers of the survey, by code or by words: that of the community's newest survey round, or
    community-trust.
    """
    from app.services.common.operator_table import load_bytes
    from app.services.communities.population import read_levels

    levels, notes = read_levels(str(table), load_bytes(table), overlap)
    _store(community, str(table), levels, notes, survey)


@population.command()
def acs(
    community: Community,
    file: Annotated[Path, typer.Argument(help="CSV: table, label, geography, estimate, moe90.")],
    table: Annotated[str, typer.Option(help="A table of the American Community Survey, such as B02001.")],
    geography: Annotated[str, typer.Option(help="The place as the file names it.")],
    year: Annotated[int, typer.Option(help="The last of the five years.", min=2009, max=2100)],
    survey: SurveyOption = "community-trust",
) -> None:
    """Load counts with margins of error from a table of the American Community Survey."""
    from app.services.communities.census_api import SPARE, read_acs

    levels, notes = read_acs(file, table, geography, year)
    _store(community, str(file), levels, notes, survey, SPARE)


@population.command()
def fetch(
    community: Community,
    place: Annotated[str, typer.Option(help="The place in census codes, such as 'state:06 place:70000'.")],
    year: Annotated[int, typer.Option(help="The last of the five years.", min=2009, max=2100)],
    table: Annotated[str, typer.Option(help="A table of the American Community Survey.")] = "B03002",
    key: Annotated[str, typer.Option(help="An API key of the Census Bureau.", envvar="CENSUS_API_KEY")] = "",
    survey: SurveyOption = "community-trust",
) -> None:
    """Load counts with margins of error from the Census API."""
    import httpx

    from app.services.communities.census_api import SPARE, fetch_population, read_census_place

    with httpx.Client() as client:
        levels = fetch_population(client, table, year, read_census_place(place), key)
    _store(community, f"table {table} of the census", levels, (), survey, SPARE)


def _store(
    community: str,
    source: str,
    found: Sequence[Level],
    notes: Sequence[str],
    survey: str,
    spare: Sequence[str] = (),
) -> None:
    """Store the levels under the codes of the survey, and print what was assumed."""
    from app.cli.context import command_context
    from app.cli.echo import echo_notes
    from app.services.communities.population import store_population
    from app.services.communities.survey_levels import as_answers, known_levels

    with command_context() as context:
        known = known_levels(context.engine, community, survey)
        levels, more = as_answers(source, found, known, spare)
        store_population(context.engine, community, levels, context.actor)
    echo_notes((*notes, *more))
    variables = sorted({each.variable for each in levels})
    typer.echo(f"{len(levels)} rows of {', '.join(variables)} are loaded for {community}.")


@workforce.command(name="load")
def load_workforce(
    community: Community,
    table: Annotated[
        Path, typer.Argument(help="CSV: agency, variable, level, count, source, year and, if wanted, part.")
    ],
) -> None:
    """Load staff counts of agencies."""
    from app.cli.context import command_context
    from app.cli.echo import echo_notes
    from app.services.common.operator_table import load_bytes
    from app.services.communities import workforce as service

    levels, notes = service.read_staff(str(table), load_bytes(table))
    echo_notes(notes)
    with command_context() as context:
        service.store_workforce(context.engine, community, levels, context.actor)
    typer.echo(f"{len(levels)} rows of staff counts are loaded for {community}.")
