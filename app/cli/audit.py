"""`audit verify`."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="What the staff did.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def audit() -> None:
    """What the staff did."""


@app.command()
def verify(
    noted: Annotated[str, typer.Option(help="A fingerprint noted earlier: whether it is still in the log.")] = "",
) -> None:
    """Follow the chain of the audit log from its first line. Exit status 1 where a line was changed, added or taken.

    Note the fingerprint somewhere else: only so does it show that lines were cut off at the end.
    """
    from app.cli.context import command_context
    from app.services.common.audit_log import prove

    with command_context() as context:
        proof = prove(context.engine, noted, context.actor)
    if proof.broken is not None:
        event = proof.broken
        typer.echo(f"The audit log is broken at line {event.id} ({event.at}, {event.actor}: {event.act}).", err=True)
    elif not proof.holds:
        typer.echo(f"The audit log of {proof.count} lines no longer holds the fingerprint {noted}.", err=True)
    else:
        typer.echo(f"The audit log is whole: {proof.count} lines.\nfingerprint: {proof.fingerprint}")
        return
    raise typer.Exit(1)
