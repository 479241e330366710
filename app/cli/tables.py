"""`population load` and `workforce load`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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
) -> None:
    """Load population counts or shares, the targets of weighting."""
    from app.cli.workplace import workplace
    from app.services import population as service

    levels = service.load_population(table)
    with workplace() as place:
        service.store_population(place.engine, community, levels, place.act)
    variables = sorted({each.variable for each in levels})
    typer.echo(f"{len(levels)} levels of {', '.join(variables)} are loaded for {community}.")


@workforce.command(name="load")
def load_workforce(
    community: Community,
    table: Annotated[Path, typer.Argument(help="CSV: agency, variable, level, count, source, year.")],
) -> None:
    """Load counts of staff."""
    from app.cli.workplace import workplace
    from app.services import workforce as service

    levels = service.load_workforce(table)
    with workplace() as place:
        service.store_workforce(place.engine, community, levels, place.act)
    typer.echo(f"{len(levels)} lines of staff counts are loaded for {community}.")
