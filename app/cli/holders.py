"""Define `holder new`, `keys`, `add`, `status` and `cosign`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.boxes import cosign
from app.cli.passphrases import PassphraseFile, Shares

if TYPE_CHECKING:
    from app.cli.context import CommandContext
    from app.services.holders.key_files import UnlockedHolder

app = typer.Typer(
    help="The two holders of keys: no one reads an answer without both.", no_args_is_help=True, rich_markup_mode=None
)

Count = Annotated[int, typer.Option("--keys", help="One-time keys to make; each opening uses one.", min=1, max=1000)]
Apart = Annotated[
    Path | None, typer.Option("--apart", help="Keep the keys in this folder, on the holder's own machine.")
]
LOSS = (
    "Keep the passphrase apart from this machine. It is stored nowhere. Without it (or two shares) all answers that "
    "are still sealed are lost, and no one can recover them."
)


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="The name of the second holder, such as a community organization.")],
    keys: Count = 20,
    apart: Apart = None,
    operator: Annotated[bool, typer.Option("--operator", help="Make the operator's keys, wrapped too.")] = False,
    shares: Annotated[
        bool, typer.Option(help="Show three shares too; any two of them replace the passphrase.")
    ] = False,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Make the keys of a second holder, under a passphrase, and register their public halves.

    The first call on a server makes the operator's keys too, which lie in KEY_DIR without a passphrase. With --apart
    the keys stay in a folder, and `public.json` in it goes to the operator, who runs `commontrust holder add` on it.
    """
    from app.cli.passphrases import ask_new
    from app.services.holders.identity import OPERATOR, SECOND
    from app.services.holders.key_files import make_folder
    from app.services.holders.register import publish_keys

    typer.echo(LOSS)
    role = OPERATOR if operator else SECOND
    if apart is not None:
        holder = make_folder(apart, name, role, ask_new(passphrase_file))
        (apart / "public.json").write_bytes(publish_keys(holder, keys).to_bytes())
        typer.echo(f"Give {apart / 'public.json'} to the operator. Fingerprint: {holder.folder.fingerprint}")
    else:
        from app.cli.context import command_context

        with command_context() as context:
            if role == SECOND:
                _make_operator(context, keys)
            holder = make_folder(context.settings.key_dir, name, role, ask_new(passphrase_file))
            _register(context, holder, keys)
    if shares:
        _show_shares(holder)


def _make_operator(context: CommandContext, keys: int) -> None:
    """Make the operator's keys where no operator is registered."""
    from app.services.holders.new_holder import make_operator

    made = make_operator(context.engine, context.settings, context.actor, keys)
    if made:
        folder = made.folder
        typer.echo(f"{folder.name} ({folder.role}) has {keys} new keys. Fingerprint: {folder.fingerprint}")


def _register(context: CommandContext, holder: UnlockedHolder, keys: int) -> None:
    from app.services.holders.register import add_holder, publish_keys

    added = add_holder(context.engine, context.settings, publish_keys(holder, keys), context.actor)
    folder = holder.folder
    typer.echo(f"{folder.name} ({folder.role}) has {added} new keys. Fingerprint: {folder.fingerprint}")


def _show_shares(holder: UnlockedHolder) -> None:
    typer.echo("Give each share to another person, on paper. Any two of them replace the passphrase:")
    for share in holder.split():
        typer.echo(f"  {share}")


@app.command()
def keys(
    name: Annotated[str, typer.Argument(help="The name of the holder.")],
    keys: Count = 20,
    apart: Apart = None,
    passphrase_file: PassphraseFile = None,
    share: Shares = None,
) -> None:
    """Make more one-time keys of a holder."""
    from app.cli.passphrases import ask
    from app.services.holders.key_files import Passphrase, get_folder
    from app.services.holders.register import publish_keys

    def unlock(parent: Path) -> UnlockedHolder:
        folder = get_folder(parent, name)
        if not folder.is_wrapped:
            return folder.unlock()
        return folder.unlock(Passphrase(shares=tuple(share)) if share else Passphrase(ask(passphrase_file, name)))

    if apart is not None:
        (apart / "public.json").write_bytes(publish_keys(unlock(apart), keys).to_bytes())
        typer.echo(f"Give {apart / 'public.json'} to the operator.")
        return
    from app.cli.context import command_context

    with command_context() as context:
        _register(context, unlock(context.settings.key_dir), keys)


@app.command()
def add(file: Annotated[Path, typer.Argument(help="The file `public.json` of a holder.", exists=True)]) -> None:
    """Register a holder whose private keys are on another machine, or more keys of one."""
    from app.cli.context import command_context
    from app.services.holders.register import add_holder, read_public

    holder = read_public(file)
    with command_context() as context:
        added = add_holder(context.engine, context.settings, holder, context.actor)
    typer.echo(f"{holder.name} ({holder.role}) has {added} new keys. Compare the fingerprint: {holder.fingerprint}")


@app.command()
def status() -> None:
    """List the holders: unused keys, where they are, and the fingerprints that letters show."""
    from app.cli.context import command_context
    from app.services.holders.register import list_statuses

    with command_context() as context:
        lines = [each.sentence() for each in list_statuses(context.engine, context.settings)]
    typer.echo("\n".join(lines) or "There are no holders: make them with `commontrust holder new NAME`.")


app.command()(cosign)
