"""`backup`, `verify` and `restore`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.services.backups.archive import Manifest

File = Annotated[Path, typer.Argument(help="The file of the backup.")]


def backup(
    file: File,
    answers: Annotated[bool, typer.Option(help="Leave out all that residents gave: then at any time.")] = True,
) -> None:
    """Write a backup of the whole database. It holds no sealed answer and no key.

    Best right after `box open`. Of a wave that is open, two backups never differ by fewer used codes of one kind than a
    box holds; a backup that would is refused. What is still sealed is kept by a mirror: MIRROR_DIR on one machine, a
    synchronous standby with PostgreSQL. Encrypt the file where it is stored.
    """
    from app.cli.context import command_context
    from app.services.backups.archive import make_backup

    with command_context() as context:
        manifest = make_backup(context.engine, context.settings, file, context.actor, answers, _progress)
    typer.echo(f"{file} holds {_summary(manifest)}.")


def verify(file: File) -> None:
    """Read a backup to its end: every row as it was written, the audit log whole, reports as they were frozen."""
    from app.services.backups.archive import verify as read_all

    typer.echo(f"{file} is whole: {_summary(read_all(file))}.")


def restore(
    file: File,
    mirror: Annotated[
        Path | None,
        typer.Option("--mirror", "--spare", help="The mirror, if it is not the folder of MIRROR_DIR.", exists=True),
    ] = None,
) -> None:
    """Fill an empty, migrated database from a backup, and bring sealed answers back from the mirror.

    KEY_DIR must be the folder that belongs to the backup. The command never overwrites a row.
    """
    from app.cli.context import command_context
    from app.services.backups import archive
    from app.services.ballots.mirror import bring_back, renew_boxes

    with command_context() as context:
        manifest = archive.restore(context.engine, context.settings, file, context.actor, _progress)
        typer.echo(f"Restored {_summary(manifest)}.")
        folder = mirror or context.settings.mirror_dir
        if folder is not None:
            typer.echo(f"{bring_back(context.engine, context.settings, folder)} sealed answers came from the mirror.")
        for wave in renew_boxes(context.engine, context.settings):
            typer.echo(f"The box of {wave} had no key here: a new one takes the answers from now on.")


def _progress(said: str) -> None:
    typer.echo(f"… {said}", err=True)


def _summary(manifest: Manifest) -> str:
    rows = sum(part.rows for part in manifest.parts.values())
    kind = "" if manifest.with_answers else ", without answers"
    return f"{rows} rows of {len(manifest.parts)} tables of {manifest.made_on} at revision {manifest.revision}{kind}"
