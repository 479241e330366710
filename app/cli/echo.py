"""Print what a reader assumed about a file."""

from __future__ import annotations

from collections.abc import Sequence

import typer


def echo_notes(notes: Sequence[str]) -> None:
    """Print the assumptions in one line, or nothing."""
    from app.services.common.operator_table import describe

    if line := describe(notes):
        typer.echo(line)
