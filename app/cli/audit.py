"""Define `audit verify`, `anchor` and `seal`."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="The audit log: every act of the staff.", no_args_is_help=True, rich_markup_mode=None)


FAULTS = {
    "cut": "The audit log is shorter than its seal says: someone removed lines at its end. Compare it with a backup.",
    "rewritten": "The audit log does not fit its seal: someone wrote it anew. Compare it with a backup.",
    "unsealed": "The last lines of the audit log have no seal: an earlier version of the service wrote them, or a hand "
    "in the database. Read them in the console, then run `commontrust audit seal`.",
}


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
    elif proof.seal:
        typer.echo(FAULTS[proof.seal], err=True)
    elif not proof.holds:
        typer.echo(f"The audit log of {proof.count} lines no longer has the fingerprint {noted}.", err=True)
    else:
        typer.echo(f"The audit log is complete and unchanged: {proof.count} lines.\nfingerprint: {proof.fingerprint}")
        return
    raise typer.Exit(1)


@app.command()
def anchor() -> None:
    """Send the fingerprint of the audit log to the addresses in COMMONTRUST_MAIL_ANCHORS_TO now."""
    from app.cli.context import command_context
    from app.services.common.audit_anchor import send_anchor

    with command_context() as context:
        sent = send_anchor(context.engine, context.settings, context.actor.now.date())
    if not sent:
        typer.echo(
            "Expected a mail server that takes the letter, got none: check COMMONTRUST_SMTP_HOST, "
            "COMMONTRUST_MAIL_FROM and COMMONTRUST_MAIL_ANCHORS_TO.",
            err=True,
        )
        raise typer.Exit(1)
    typer.echo("The fingerprint of the audit log is sent.")


@app.command()
def seal() -> None:
    """Seal the audit log as it is now, after you have read the lines without a seal. The log says that you did."""
    from app.cli.context import command_context
    from app.services.common.audit_log import seal_again

    with command_context() as context:
        before = seal_again(context.engine, context.actor)
    typer.echo(f"The audit log of {before.count} lines is sealed; before, it was {before.seal or 'sealed'}.")
