"""`box open`."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="The ballot box.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def box() -> None:
    """The ballot box."""


@app.command(name="open")
def open_(wave: Annotated[str, typer.Argument(help="The short name of the wave.")]) -> None:
    """Unseal and shuffle the answers of a full box, or of a closed wave, and destroy its key.

    Run it where KEY_DIR is. Stopped half-way, run it again.
    """
    from app.cli.context import command_context
    from app.services.waves.box_opening import open_boxes

    with command_context() as context:
        opening = open_boxes(
            context.engine, context.settings, wave, context.actor, progress=lambda said: typer.echo(f"… {said}")
        )
    for sentence in opening.told():
        typer.echo(sentence)
