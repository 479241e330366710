"""Define `community load`: communities and their agencies, before any wave."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Communities and their agencies.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def about_communities() -> None:
    """Register communities and their agencies."""


@app.command()
def load(
    table: Annotated[
        Path, typer.Argument(help="CSV: community, community_name, agency, agency_name and, if wanted, lang.")
    ],
) -> None:
    """Register communities and agencies. Those of an existing survey round are registered already."""
    from app.cli.context import command_context
    from app.services.communities.register_import import load_register, store_register

    rows = load_register(table)
    with command_context() as context:
        store_register(context.engine, rows, context.actor)
    communities = len({row.community for row in rows})
    agencies = len({(row.community, row.agency) for row in rows})
    typer.echo(f"Communities: {communities}. Agencies: {agencies}.")
