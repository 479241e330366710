"""Define `key create`, `revoke` and `list`."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(
    help="API keys, with which programs read reports or upload measures.", no_args_is_help=True, rich_markup_mode=None
)


@app.command()
def create(
    label: Annotated[str, typer.Argument(help="The program that uses the key, such as 'city dashboard'.")],
    agency: Annotated[
        list[str] | None,
        typer.Option(help="COMMUNITY/AGENCY whose reports the key reads; repeat it for several. Default: all."),
    ] = None,
    days: Annotated[int, typer.Option(help="Days until the key expires.", min=1, max=365)] = 365,
    scope: Annotated[
        list[str] | None, typer.Option(help="reports:read (default) or measures:write; repeat it for several.")
    ] = None,
) -> None:
    """Create an API key and show it once."""
    from app.cli.context import command_context
    from app.services.accounts.api_keys import READ_REPORTS, WantedKey, create_key

    with command_context() as context:
        text = create_key(
            context.engine,
            context.settings,
            WantedKey(label, agency or (), scope or (READ_REPORTS,), days),
            context.actor,
        )
    typer.echo(str(text))
    typer.echo(f"API key {text.id} works for {days} days. It cannot be shown again: keep it secret.", err=True)


@app.command()
def revoke(key: Annotated[str, typer.Argument(help="The 8 characters at its start, see `key list`.")]) -> None:
    """Revoke an API key at once."""
    from app.cli.context import command_context
    from app.services.accounts.api_keys import revoke_key

    with command_context() as context:
        revoke_key(context.engine, key, context.actor)
    typer.echo(f"The API key {key} is revoked.")


@app.command(name="list")
def list_() -> None:
    """List all API keys, without their secrets."""
    from app.cli.context import command_context
    from app.services.accounts.api_keys import day_of, key_status, list_keys

    with command_context() as context:
        keys, today = list_keys(context.engine), day_of(context.actor.now)
    for key in keys:
        used = f"last used on {key.last_used_on}" if key.last_used_on else "never used"
        scope = "every agency" if key.agencies == ["*"] else ", ".join(key.agencies)
        typer.echo(f"{key.id}  {key_status(key, today)}  until {key.expires_on}  {used}  {scope}  {key.label}")
    if not keys:
        typer.echo("There are no API keys.")
