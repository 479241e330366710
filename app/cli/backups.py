"""Define `backup`, `verify` and `restore`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.services.backups.archive import Manifest

File = Annotated[Path, typer.Argument(help="The backup file.")]


def backup(
    file: File,
    answers: Annotated[
        bool,
        typer.Option(help="--no-answers leaves out everything from residents; such a backup is possible at any time."),
    ] = True,
) -> None:
    """Write a backup of the whole database, without sealed answers and without keys.

    It has the answers and used codes of an open survey round up to the last `box open`. A mirror keeps the sealed
    answers: MIRROR_DIR on one machine, a synchronous standby with PostgreSQL. Encrypt the file where it is stored.
    """
    from app.cli.context import command_context
    from app.services.backups.archive import make_backup

    with command_context() as context:
        manifest = make_backup(context.engine, context.settings, file, context.actor, answers, _progress)
    typer.echo(f"{file} holds {_summary(manifest)}.")


def verify(file: File) -> None:
    """Read a backup to its end: check its seal, every row, the audit log and the published reports.

    The SECRET of the service that made it must be in KEY_DIR or COMMONTRUST_SECRET; no database is needed.
    """
    from app.services.backups.archive import verify as read_all
    from app.settings import load_settings

    typer.echo(f"{file} is complete: {_summary(read_all(file, load_settings().secret))}.")


def restore(
    file: File,
    mirror: Annotated[
        Path | None,
        typer.Option(
            "--mirror", "--spare", help="The mirror of the sealed answers, if it is not in MIRROR_DIR.", exists=True
        ),
    ] = None,
) -> None:
    """Fill an empty, migrated database from a backup, and restore the sealed answers from the mirror.

    KEY_DIR must be the one of that database. Nothing is overwritten.
    """
    from app.cli.context import command_context
    from app.services.backups import archive
    from app.services.ballots.mirror import renew_boxes, restore_envelopes
    from app.services.ballots.tokens.token_keys import end_tokens

    with command_context() as context:
        manifest = archive.restore(context.engine, context.settings, file, context.actor, _progress)
        typer.echo(f"Restored {_summary(manifest)}.")
        folder = mirror or context.settings.mirror_dir
        if folder is not None:
            restored = restore_envelopes(context.engine, context.settings, folder)
            typer.echo(f"{restored} sealed answers were restored from the mirror.")
        for wave in renew_boxes(context.engine, context.settings):
            typer.echo(f"{wave} had no key here: a new key seals its answers from now on.")
        for wave in end_tokens(context.engine, context.settings, context.actor):
            typer.echo(f"{wave} sells no more tokens: from now on a code is sent beside its sealed answers.")


def _progress(step: str) -> None:
    typer.echo(f"… {step}", err=True)


def _summary(manifest: Manifest) -> str:
    rows = sum(part.rows for part in manifest.parts.values())
    kind = "" if manifest.with_answers else ", without answers"
    return f"{rows} rows of {len(manifest.parts)} tables of {manifest.made_on} at revision {manifest.revision}{kind}"
