"""`staff add`, `link`, `remove` and `list`."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="Who may sign in to the console.", no_args_is_help=True, rich_markup_mode=None)

Name = Annotated[str, typer.Argument(help="Lower case letters, digits, dots or dashes, such as olga.perez.")]


@app.command()
def add(
    name: Name,
    role: Annotated[str, typer.Option(help="operator, agency, reviewer or translator.")] = "operator",
    agency: Annotated[
        list[str] | None, typer.Option(help="COMMUNITY/AGENCY for the role agency; repeat it for several.")
    ] = None,
) -> None:
    """Invite somebody: prints a link that works once, for three days.

    Whoever opens it chooses a password and connects an app for one-time codes. The first operator is made so.
    """
    from app.cli.context import command_context
    from app.services.accounts.members import WantedMember, add_member

    with command_context() as context:
        token = add_member(context.engine, context.settings, WantedMember(name, role, agency or ()), context.actor)
        _show_link(context.settings.base_url, token, name)


@app.command()
def link(name: Name) -> None:
    """Make a new link for somebody who lost password, phone or link. What they had before opens nothing any more."""
    from app.cli.context import command_context
    from app.services.accounts.members import renew_invitation

    with command_context() as context:
        token = renew_invitation(context.engine, context.settings, name, context.actor)
        _show_link(context.settings.base_url, token, name)


@app.command()
def remove(name: Name) -> None:
    """Take somebody's access away, at once and for good."""
    from app.cli.context import command_context
    from app.services.accounts.members import remove_member

    with command_context() as context:
        remove_member(context.engine, name, context.actor)
    typer.echo(f"{name} can do nothing here any more.")


@app.command(name="list")
def list_() -> None:
    """List everybody who works or worked here."""
    from app.cli.context import command_context
    from app.services.accounts.members import list_staff

    with command_context() as context:
        people = list_staff(context.engine)
    for each in people:
        typer.echo("  ".join((each.name, each.role, each.status, *each.agencies)))
    if not people:
        typer.echo("Nobody yet: make the first operator with `commontrust staff add NAME`.")


def _show_link(base_url: str, token: str, name: str) -> None:
    typer.echo(f"{base_url}/staff/welcome/{token}")
    typer.echo(f"The link is for {name}, works once and ends in 3 days. It cannot be shown again.", err=True)
