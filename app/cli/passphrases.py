"""Ask for a passphrase at the terminal, or read it from a file that the caller names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.services.waves.unsealing import Unlock

PassphraseFile = Annotated[
    Path | None,
    typer.Option("--passphrase-file", help="Read the passphrase from this file instead of the terminal.", exists=True),
]
Shares = Annotated[list[str] | None, typer.Option("--share", help="One of two shares, in place of the passphrase.")]


def ask_new(file: Path | None) -> str:
    if file is not None:
        return read(file)
    return str(typer.prompt("New passphrase (at least 12 characters)", hide_input=True, confirmation_prompt=True))


def ask(file: Path | None, name: str) -> str:
    return read(file) if file is not None else str(typer.prompt(f"Passphrase of {name}", hide_input=True))


def read(file: Path) -> str:
    return file.read_text("utf-8").strip("\r\n")


def ask_unlock(key_dir: Path, fingerprints: Sequence[str], file: Path | None, shares: Sequence[str] | None) -> Unlock:
    """Ask for what the holders on this machine need: nothing, a passphrase, or two shares.

    `fingerprints`: those of the operator and of the second holder.
    """
    from app.services.holders.key_files import Passphrase, find_folder
    from app.services.waves.unsealing import Unlock

    operator, second = (find_folder(key_dir, each) if each else None for each in fingerprints)
    words: Passphrase | None = None
    if second is not None and second.is_wrapped:
        words = Passphrase(shares=tuple(shares)) if shares else Passphrase(ask(file, second.name))
    own = Passphrase(ask(None, operator.name)) if operator is not None and operator.is_wrapped else None
    return Unlock(words, own)
