"""Define `box open` and `box cosign`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.passphrases import PassphraseFile, Shares

if TYPE_CHECKING:
    from app.cli.context import CommandContext
    from app.services.waves.unsealing import Unlock

app = typer.Typer(help="Sealed answers: unlock them in batches.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def box() -> None:
    """Unlock sealed answers in batches."""


@app.command(name="open")
def open_(
    wave: Annotated[str, typer.Argument(help="The name of the survey round, as in its web address.")],
    export: Annotated[
        Path | None, typer.Option(help="Write this file for a second holder whose keys are on another machine.")
    ] = None,
    cosigned: Annotated[
        Path | None, typer.Option("--import", help="Read the file that the second holder wrote.", exists=True)
    ] = None,
    passphrase_file: PassphraseFile = None,
    share: Shares = None,
) -> None:
    """Unlock and shuffle a full batch of sealed answers, or all of a closed survey round, and destroy the keys.

    Run it on the machine that has KEY_DIR. Both holders' keys are needed: type the second holder's passphrase, or use
    --export, `commontrust box cosign` on the second holder's machine, and --import. After an interruption, run it
    again.
    """
    from app.cli.context import command_context
    from app.services.waves import opening_apart
    from app.services.waves.box_opening import open_boxes

    with command_context() as context:
        if export is not None:
            unlock = _unlock(context, wave, None, None, is_second_elsewhere=True)
            count = opening_apart.export_sealed(context.engine, context.settings, wave, context.actor, export, unlock)
            at_least = count // 20 * 20
            typer.echo(f"{export} has {at_least or 'fewer than 20'}{' or more' if at_least else ''} sealed answers.")
            typer.echo("The second holder runs `commontrust box cosign` on it; then use --import.")
            return
        unlock = _unlock(context, wave, passphrase_file, share, is_second_elsewhere=cosigned is not None)
        if cosigned is not None:
            opening = opening_apart.import_cosigned(
                context.engine, context.settings, wave, context.actor, cosigned, unlock
            )
        else:
            opening = open_boxes(
                context.engine,
                context.settings,
                wave,
                context.actor,
                progress=lambda step: typer.echo(f"… {step}"),
                unlock=unlock,
            )
    for sentence in opening.sentences():
        typer.echo(sentence)


def _unlock(
    context: CommandContext, slug: str, file: Path | None, share: list[str] | None, is_second_elsewhere: bool
) -> Unlock:
    from app.cli.passphrases import ask_unlock
    from app.records.database import reading
    from app.records.waves import get_wave

    with reading(context.engine) as session:
        wave = get_wave(session, slug)
        holders = (wave.operator_holder, "" if is_second_elsewhere else wave.second_holder)
    return ask_unlock(context.settings.key_dir, holders, file, share)


def cosign(
    source: Annotated[Path, typer.Argument(help="The file that the operator wrote with `box open --export`.")],
    target: Annotated[Path, typer.Argument(help="The file to write for the operator.")],
    folder: Annotated[Path, typer.Option(help="The folder of your keys.")] = Path("holder-keys"),
    passphrase_file: PassphraseFile = None,
    share: Shares = None,
) -> None:
    """Do the second holder's half of an opening on a machine of their own, and destroy the keys of its boxes.

    The written file can be opened by the operator alone. Keep it until the operator says that it was read.
    """
    from app.cli.passphrases import ask_unlock
    from app.services.waves.cosigning import SealedFile
    from app.services.waves.cosigning import cosign as do_half

    unlock = ask_unlock(folder, ("", SealedFile.of(source).holder), passphrase_file, share)
    do_half(folder, source, target, unlock.second)
    typer.echo(f"{target} is written for the operator, and the keys of these answers are destroyed here.")


app.command()(cosign)
