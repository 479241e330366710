"""Define `release build`, `verify`, `list` and `withdraw`; `requests`, `approve` and `refuse` for restricted data."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

app = typer.Typer(help="Published data sets for researchers.", no_args_is_help=True, rich_markup_mode=None)

ReleaseName = Annotated[str, typer.Argument(help="The name of the release, such as river-city-2026-v1.0.0.")]
RequestNumber = Annotated[
    str, typer.Argument(help="The 8 characters at the start of the request, see `release requests`.")
]


class TierOption(StrEnum):
    """List the tiers of access to a release."""

    public = "public"
    restricted = "restricted"


@app.command()
def build(
    wave: Annotated[str, typer.Argument(help="The name of a closed survey round.")],
    tier: Annotated[
        TierOption,
        typer.Option(help="public: for everyone; restricted: finer data, only for people whom you approve."),
    ] = TierOption.public,
) -> None:
    """Publish the data of a closed survey round: protected, described in every language, in all formats.

    The same answers give the same files. After a change, a new version is published beside the old one.
    """
    from app.cli.context import command_context
    from app.services.releases.build import build_release

    with command_context() as context:
        built = build_release(context.engine, context.settings, wave, context.actor, tier.value, _progress)
        release, address = built.release, context.settings.base_url
    if built.is_new:
        typer.echo(f"Release {release.name} is published: {len(release.files)} files, {release.changes.lower()}")
    else:
        typer.echo(f"Nothing changed: release {release.name} is current, and was built again byte for byte.")
    typer.echo(f"fingerprint: {release.sha256}")
    if release.tier == "public":
        typer.echo(f"address: {address}/data/{release.name}")


@app.command()
def verify(release: ReleaseName) -> None:
    """Check that every file is unchanged, and that the data still pass the disclosure checks."""
    from app.cli.context import command_context
    from app.services.releases.verify import verify_release

    with command_context() as context:
        found = verify_release(context.engine, context.settings, release, _progress)
    typer.echo(f"Release {found.name} is complete: {len(found.files)} files are unchanged since {found.published_on}.")


@app.command(name="list")
def list_() -> None:
    """List all releases, the latest first."""
    from app.cli.context import command_context
    from app.services.releases.publish import downloads_in_tens, list_releases

    with command_context() as context:
        found = list_releases(context.engine, tier=None)
        for each in found:
            downloads = f"{each.tier}, {downloads_in_tens(context.engine, each.name)} or more downloads"
            state = downloads if each.stands else f"withdrawn on {each.withdrawn_on}: {each.reason}"
            typer.echo(f"{each.name}  {each.published_on}  {state}")
    if not found:
        typer.echo("There are no releases.")


@app.command()
def withdraw(
    release: ReleaseName,
    reason: Annotated[str, typer.Option(help="The reason; it is published in place of the data.", prompt="Why")],
) -> None:
    """Withdraw a release for good. A page with the reason stays in its place."""
    from app.cli.context import command_context
    from app.services.releases.publish import withdraw_release

    with command_context() as context:
        withdraw_release(context.engine, context.settings, release, reason, context.actor)
    typer.echo(f"Release {release} is withdrawn. Copies that were downloaded before cannot be recalled.")


@app.command()
def requests() -> None:
    """List the requests for restricted data, with their purposes."""
    from app.cli.context import command_context
    from app.services.releases.access_requests import list_requests

    with command_context() as context:
        found = list_requests(context.engine)
    for each in found:
        typer.echo(f"{each.id}  {each.status}  {each.wave}  asked on {each.asked_on}  {each.name}, {each.organisation}")
        typer.echo(f"    {each.email}")
        typer.echo(f"    {' '.join(each.purpose.split())}")
    if not found:
        typer.echo("There are no requests.")


@app.command()
def approve(
    request: RequestNumber,
    days: Annotated[int, typer.Option(help="Days until the link expires.", min=1, max=90)] = 14,
) -> None:
    """Approve a request: create a download link and show it once."""
    from app.cli.context import command_context
    from app.services.releases.access_requests import approve_request

    with command_context() as context:
        approval = approve_request(context.engine, context.settings, request, context.actor, days)
    typer.echo(approval.link)
    typer.echo(
        f"It works until {approval.expires_on} and cannot be shown again: send it to the person who asked.", err=True
    )


@app.command()
def refuse(
    request: RequestNumber, reason: Annotated[str, typer.Option(help="The reason, for the record.", prompt="Why")]
) -> None:
    """Refuse a request."""
    from app.cli.context import command_context
    from app.services.releases.access_requests import refuse_request

    with command_context() as context:
        refuse_request(context.engine, request, reason, context.actor)
    typer.echo(f"Request {request} is refused.")


def _progress(step: str) -> None:
    typer.echo(f"  {step}", err=True)
