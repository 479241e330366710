"""Define `desk open`, `close` and `list`."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(
    help="Help points, where staff enter answers from paper, by telephone, beside a resident or on a shared device.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

WaveName = Annotated[str, typer.Argument(help="The name of the survey round, as in its web address.")]
DeskName = Annotated[str, typer.Argument(help="A name for the help point, such as 'library, evenings'.")]


@app.command(name="open")
def open_(wave: WaveName, name: DeskName) -> None:
    """Open a help point and show its code once.

    Answers from a help point are stored as "assisted", or with the sample of the one-time code that the resident
    brings.
    """
    from app.cli.context import command_context
    from app.services.waves.assisted_entry import open_desk

    with command_context() as context:
        code = open_desk(context.engine, context.settings, wave, name, context.actor)
        typer.echo(code)
        typer.echo(f"Type this code at {context.settings.base_url}/desk/{wave}. It cannot be shown again.", err=True)


@app.command()
def close(wave: WaveName, name: DeskName) -> None:
    """Close a help point, so that it accepts no more answers."""
    from app.cli.context import command_context
    from app.services.waves.assisted_entry import close_desk

    with command_context() as context:
        close_desk(context.engine, wave, name, context.actor)
    typer.echo(f"The help point {name} of {wave} is closed.")


@app.command(name="list")
def list_(wave: WaveName) -> None:
    """List the help points of a survey round, without their codes."""
    from app.cli.context import command_context
    from app.services.waves.assisted_entry import list_desks

    with command_context() as context:
        desks = list_desks(context.engine, wave)
    for desk in desks:
        typer.echo(f"{desk.name}  opened {desk.opened_on}  {f'closed {desk.closed_on}' if desk.closed_on else 'open'}")
    if not desks:
        typer.echo("There are no help points.")
