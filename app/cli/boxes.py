"""Define `box open`."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="Sealed answers: unlock them in batches.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def box() -> None:
    """Unlock sealed answers in batches."""


@app.command(name="open")
def open_(wave: Annotated[str, typer.Argument(help="The name of the survey round, as in its web address.")]) -> None:
    """Unlock and shuffle a full batch of sealed answers, or all of a closed survey round, and destroy the key.

    Run it on the machine that has KEY_DIR. After an interruption, run it again.
    """
    from app.cli.context import command_context
    from app.services.waves.box_opening import open_boxes

    with command_context() as context:
        opening = open_boxes(
            context.engine, context.settings, wave, context.actor, progress=lambda step: typer.echo(f"… {step}")
        )
    for sentence in opening.sentences():
        typer.echo(sentence)
