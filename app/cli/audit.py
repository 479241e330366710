"""Define `audit verify`."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="The audit log: every act of the staff.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def audit() -> None:
    """Check the audit log: every act of the staff."""


@app.command()
def verify(
    noted: Annotated[
        str, typer.Option(help="A fingerprint that you noted earlier; the command checks that the log still has it.")
    ] = "",
) -> None:
    """Check the chain of the audit log. The exit status is 1 where a line was changed, added or removed.

    Keep the printed fingerprint somewhere else: with it, `--noted` finds lines that were cut off at the end.
    """
    from app.cli.context import command_context
    from app.services.common.audit_log import prove

    with command_context() as context:
        proof = prove(context.engine, noted, context.actor)
    if proof.broken is not None:
        event = proof.broken
        typer.echo(f"The audit log is broken at line {event.id} ({event.at}, {event.actor}: {event.act}).", err=True)
    elif not proof.holds:
        typer.echo(f"The audit log of {proof.count} lines no longer has the fingerprint {noted}.", err=True)
    else:
        typer.echo(f"The audit log is complete and unchanged: {proof.count} lines.\nfingerprint: {proof.fingerprint}")
        return
    raise typer.Exit(1)
