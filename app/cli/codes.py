"""Define `codes create`: a list of codes and, if wanted, letters to print."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

if TYPE_CHECKING:
    from app.cli.context import CommandContext
    from app.services.ballots.invitation_codes import Invitation

app = typer.Typer(
    help="One-time codes that invite people to a survey round.", no_args_is_help=True, rich_markup_mode=None
)


@app.callback()
def codes() -> None:
    """Create one-time codes that invite people to a survey round."""


@app.command()
def create(
    wave: Annotated[str, typer.Argument(help="The name of the survey round, as in its web address.")],
    count: Annotated[int, typer.Option(help="How many codes.", min=1)],
    source: Annotated[
        str, typer.Option(help="Where the invited people come from: 'address sample' or 'partner outreach'.")
    ],
    output: Annotated[Path, typer.Option(help="CSV file to write; it must not exist.")],
    stratum: Annotated[str, typer.Option(help="The part of the city (stratum), such as 'north'.")] = "",
    language: Annotated[
        str | None, typer.Option(help="One language; by default, all languages of the survey round.")
    ] = None,
    frame: Annotated[
        int | None, typer.Option(help="Number of addresses on the list that the sample was drawn from.", min=1)
    ] = None,
    letters: Annotated[Path | None, typer.Option(help="HTML file of letters to print; it must not exist.")] = None,
) -> None:
    """Create codes, and letters that carry them. They are shown only once."""
    from app.cli.context import command_context
    from app.services.ballots.invitation_codes import create_codes, to_list

    with command_context() as context, _new_file(output) as file:
        with typer.progressbar(length=count, label="Creating codes") as bar:
            invitations = create_codes(
                context.engine,
                context.settings,
                wave,
                count,
                source,
                stratum,
                language,
                lambda done: bar.update(1),
                frame,
                context.actor,
            )
        file.write(to_list(invitations))
        if letters is not None:
            _write_letters(context, wave, invitations, letters)
    typer.echo(
        f"{len(invitations)} codes are in {output}. No other copy exists: keep the file safe, and delete it after use."
    )


def _new_file(path: Path) -> TextIO:
    """Open a new file that only its owner may read. An existing file is an error."""
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline="")


def _write_letters(context: CommandContext, wave: str, invitations: Sequence[Invitation], path: Path) -> None:
    from app.services.waves.letters import write_letters

    with _new_file(path) as file, typer.progressbar(length=len(invitations), label="Writing letters") as bar:
        file.write(
            write_letters(context.engine, wave, invitations, context.settings.secret, lambda done: bar.update(1))
        )
