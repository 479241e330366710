"""`population load`, `fetch` and `acs`, and `workforce load`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.services.communities.population import Level

population = typer.Typer(help="Who lives in a community.", no_args_is_help=True, rich_markup_mode=None)
workforce = typer.Typer(help="Who works in its agencies.", no_args_is_help=True, rich_markup_mode=None)

Community = Annotated[str, typer.Argument(help="The short name of the community.")]


@population.callback()
def about_population() -> None:
    """Who lives in a community."""


@workforce.callback()
def about_workforce() -> None:
    """Who works in its agencies."""


@population.command(name="load")
def load_population(
    community: Community,
    table: Annotated[Path, typer.Argument(help="CSV: variable, level, count or share, moe90, source, year.")],
    overlap: Annotated[
        bool, typer.Option("--overlap", help="A person may be in several groups: only an overlap is told of them.")
    ] = False,
) -> None:
    """Load population counts or shares, the targets of weighting."""
    from app.services.communities.population import load_population

    _store(community, load_population(table, overlap))


@population.command()
def acs(
    community: Community,
    file: Annotated[Path, typer.Argument(help="CSV: table, label, geography, estimate, moe90.")],
    table: Annotated[str, typer.Option(help="A table of the American Community Survey, such as B02001.")],
    geography: Annotated[str, typer.Option(help="The place as the file names it.")],
    year: Annotated[int, typer.Option(help="The last of the five years.", min=2009, max=2100)],
) -> None:
    """Load counts with margins of error out of a table of the American Community Survey."""
    from app.services.communities.census_api import read_acs_table

    _store(community, read_acs_table(file, table, geography, year))


@population.command()
def fetch(
    community: Community,
    place: Annotated[str, typer.Option(help="The place as the census codes it, such as 'state:06 place:70000'.")],
    year: Annotated[int, typer.Option(help="The last of the five years.", min=2009, max=2100)],
    table: Annotated[str, typer.Option(help="A table of the American Community Survey.")] = "B03002",
    key: Annotated[str, typer.Option(help="A key of the Census API.", envvar="CENSUS_API_KEY")] = "",
) -> None:
    """Ask the Census API for counts with margins of error, and load them."""
    import httpx

    from app.services.communities.census_api import fetch_population, read_place

    with httpx.Client() as client:
        _store(community, fetch_population(client, table, year, read_place(place), key))


def _store(community: str, levels: list[Level]) -> None:
    from app.cli.context import command_context
    from app.services.communities.population import store_population

    with command_context() as context:
        store_population(context.engine, community, levels, context.actor)
    variables = sorted({each.variable for each in levels})
    typer.echo(f"{len(levels)} levels of {', '.join(variables)} are loaded for {community}.")


@workforce.command(name="load")
def load_workforce(
    community: Community,
    table: Annotated[
        Path, typer.Argument(help="CSV: agency, variable, level, count, source, year and, if wanted, part.")
    ],
) -> None:
    """Load counts of staff."""
    from app.cli.context import command_context
    from app.services.communities import workforce as service

    levels = service.load_workforce(table)
    with command_context() as context:
        service.store_workforce(context.engine, community, levels, context.actor)
    typer.echo(f"{len(levels)} lines of staff counts are loaded for {community}.")
