"""Define `staff add`, `link`, `confirm`, `signout`, `remove` and `list`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.settings import Settings

app = typer.Typer(help="The people who may sign in to the console.", no_args_is_help=True, rich_markup_mode=None)

Mail = Annotated[str, typer.Option(help="Send the link there too; the address is not stored.")]
Name = Annotated[str, typer.Argument(help="Lower case letters, digits, dots or dashes, such as olga.perez.")]


@app.command()
def add(
    name: Name,
    role: Annotated[str, typer.Option(help="operator, agency, organization, reviewer or translator.")] = "operator",
    agency: Annotated[
        list[str] | None, typer.Option(help="COMMUNITY/AGENCY for the role agency; repeat it for several.")
    ] = None,
    organization: Annotated[
        str, typer.Option(help="COMMUNITY/ORGANIZATION for the role organization, from the register of organizations.")
    ] = "",
    mail: Mail = "",
) -> None:
    """Invite a member of staff: print a link that works once, for three days.

    The invited person opens it, chooses a password and connects an app for one-time codes. Create the first operator
    this way.
    """
    from app.cli.context import command_context
    from app.services.accounts.members import WantedMember, add_member

    with command_context() as context:
        wanted = WantedMember(name, role, agency or (), organization)
        token = add_member(context.engine, context.settings, wanted, context.actor)
        _show_link(context.settings, token, name, mail)


@app.command()
def link(name: Name, mail: Mail = "") -> None:
    """Create a new link after a lost password, phone or link. The old credentials stop working."""
    from app.cli.context import command_context
    from app.services.accounts.members import renew_invitation

    with command_context() as context:
        token = renew_invitation(context.engine, context.settings, name, context.actor)
        assert token is not None, "a command needs no second person"
        _show_link(context.settings, token, name, mail)


@app.command()
def confirm(name: Name) -> None:
    """Confirm that an account belongs to a person of its own, so that it counts as one of two people."""
    from app.cli.context import command_context
    from app.services.accounts.second_person import confirm_member

    with command_context() as context:
        confirm_member(context.engine, name, context.actor)
    typer.echo(f"{name} counts as one of two people now.")


@app.command()
def signout(name: Name) -> None:
    """End all sessions of a member of staff."""
    from app.cli.context import command_context
    from app.services.accounts.sessions import end_sessions_of

    with command_context() as context:
        end_sessions_of(context.engine, name, context.actor)
    typer.echo(f"All sessions of {name} are ended.")


@app.command()
def remove(name: Name) -> None:
    """Remove a member of staff at once and for good."""
    from app.cli.context import command_context
    from app.services.accounts.members import remove_member

    with command_context() as context:
        remove_member(context.engine, name, context.actor)
    typer.echo(f"{name} is removed and can no longer sign in.")


@app.command(name="list")
def list_() -> None:
    """List all present and former members of staff."""
    from app.cli.context import command_context
    from app.services.accounts.members import list_staff

    with command_context() as context:
        people = list_staff(context.engine)
    for each in people:
        notes = () if each.counts or each.status == "removed" else ("not confirmed",)
        typer.echo("  ".join((each.name, each.role, each.status, *each.agencies, *notes)))
    if not people:
        typer.echo("There are no members of staff: create the first operator with `commontrust staff add NAME`.")


def _show_link(settings: Settings, token: str, name: str, mail: str) -> None:
    from app.services.common.mail import StaffMail, send

    address = f"{settings.base_url}/staff/welcome/{token}"
    typer.echo(address)
    typer.echo(f"The link is for {name}, works once and expires in 3 days. It cannot be shown again.", err=True)
    if mail:
        text = f"This link lets {name} set a password. It works once and for three days.\n\n{address}\n"
        sent = send(settings, StaffMail((mail,), "Commontrust: your link to the console", text))
        typer.echo(f"It was {'sent' if sent else 'not sent: give it to the person yourself'}.", err=True)
