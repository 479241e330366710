"""Define `measures`: outcome measures and the scorecard made of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.services.scorecards.notes import NoteKind

app = typer.Typer(help="Outcome measures and the Shared Safety scorecard.", no_args_is_help=True, rich_markup_mode=None)

Community = Annotated[str, typer.Argument(help="The name of the community, as in web addresses.")]


@app.command()
def define(
    measure: Annotated[str | None, typer.Argument(help="One measure, such as 1.1; by default, all of them.")] = None,
) -> None:
    """Show how each measure is counted, and its known pitfalls."""
    from app.services.scorecards.definitions import load_definitions

    definitions = load_definitions()
    for each in [definitions.get(measure)] if measure else definitions.all.values():
        how = f"by {each.period}" if each.is_uploaded else "computed, never uploaded"
        typer.echo(f"{each.id} version {each.version}, {how}: {each.title}")
        if measure:
            typer.echo(f"  numerator: {each.numerator}\n  denominator: {each.denominator}")
            typer.echo(
                f"  unit: {each.unit}; direction: {each.direction}; by {', '.join(each.breakdowns) or 'nothing'}"
            )
            typer.echo(f"  beware: {each.trap}")


@app.command()
def load(
    community: Community,
    table: Annotated[
        Path,
        typer.Argument(
            help="CSV or XLSX: measure, agency, period, version, numerator, denominator, unknown, breakdown, level, "
            "source, attested_by, attested_on, trend."
        ),
    ],
    preview: Annotated[bool, typer.Option("--preview", help="Show what would happen, and store nothing.")] = False,
) -> None:
    """Load figures that staff have counted. One refused row refuses the whole file; corrections are new revisions."""
    from app.cli.context import command_context
    from app.cli.echo import echo_notes
    from app.errors import BadTable
    from app.services.scorecards import load as measure_loading
    from app.services.scorecards.upload_check import NEEDED
    from app.services.scorecards.upload_rows import load_noted

    rows, notes = load_noted(table, NEEDED)
    echo_notes(notes)
    with command_context() as context:
        if preview:
            found = measure_loading.preview_measures(context.engine, community, rows)
            for line in measure_loading.sums_of(found):
                typer.echo(line)
            refused = len({each.line for each in found.refused})
            typer.echo(f"Rows that can be stored: {len(found.figures)}. Rows refused: {refused}.")
            if found.refused:
                raise BadTable(str(table), [str(each) for each in found.refused])
            return
        stored = measure_loading.load_measures(context.engine, community, rows, context.actor, table.name)
    typer.echo(
        f"Figures of {community}: {stored.new} new, {stored.corrected} corrected, {stored.unchanged} unchanged, "
        f"of {stored.agencies} agencies."
    )


@app.command()
def targets(
    community: Community,
    table: Annotated[Path, typer.Argument(help="CSV or XLSX: measure, value, by_year, agreed_on.")],
) -> None:
    """Load agreed targets and their years."""
    from app.services.scorecards.notes import TARGETS

    _load_notes(community, table, TARGETS)


@app.command()
def answers(
    community: Community,
    table: Annotated[
        Path, typer.Argument(help="CSV or XLSX: question, answer (yes or no), words, lang, attested_by, attested_on.")
    ],
) -> None:
    """Load the answers to questions that a figure cannot answer."""
    from app.services.scorecards.notes import ANSWERS

    _load_notes(community, table, ANSWERS)


@app.command()
def events(
    community: Community,
    table: Annotated[
        Path, typer.Argument(help="CSV or XLSX: event, held_on, lang, title, worked, did_not_work, report.")
    ],
) -> None:
    """Load the improvement log: projects with their successes and failures."""
    from app.services.scorecards.notes import EVENTS

    _load_notes(community, table, EVENTS)


def _load_notes(community: str, table: Path, kind: NoteKind) -> None:
    from app.cli.context import command_context
    from app.cli.echo import echo_notes
    from app.services.scorecards.notes import load_notes
    from app.services.scorecards.upload_rows import load_noted

    rows, notes = load_noted(table, kind.needed)
    echo_notes(notes)
    with command_context() as context:
        count = load_notes(context.engine, community, kind, rows, context.actor, table.name)
    typer.echo(f"{count} {kind.name} are stored for {community}.")


@app.command()
def preview(
    community: Community,
    agency: Annotated[str, typer.Option(help="The scorecard of one agency.")] = "",
) -> None:
    """Show how many counts of people a scorecard would hide, and why. Nothing is published."""
    from app.cli.context import command_context
    from app.services.scorecards.publish import preview_scorecard

    with command_context() as context:
        found = preview_scorecard(context.engine, community, agency)
    for each in found:
        typer.echo(f"{each.cells} {each.reason.replace('_', ' ')}")
    typer.echo(f"The scorecard of {agency or community} would hide {sum(each.cells for each in found)} numbers.")


@app.command()
def publish(
    community: Community,
    agency: Annotated[str, typer.Option(help="The scorecard of one agency.")] = "",
    each_agency: Annotated[bool, typer.Option("--each-agency", help="A scorecard for each agency.")] = False,
) -> None:
    """Publish a scorecard. It never changes; the same figures give the same scorecard again."""
    from app.cli.context import command_context
    from app.services.scorecards.publish import publish_agencies, publish_community

    with command_context() as context:
        if each_agency:
            count = publish_agencies(context.engine, community, context.actor, _show_progress)
            typer.echo(f"{count} scorecards of agencies of {community} are published.")
            return
        frozen = publish_community(context.engine, community, context.actor, agency)
        typer.echo(f"Version {frozen.version} of the scorecard of {agency or community} is published.")
        typer.echo(f"fingerprint: {frozen.card.sha256}")
        typer.echo(f"address: {context.settings.base_url}/scorecard/{frozen.card.subject}")


def _show_progress(done: int, of: int) -> None:
    if done % 100 == 0 or done == of:
        typer.echo(f"{done} of {of} agencies", err=True)


@app.command()
def show(
    community: Community,
    agency: Annotated[str, typer.Option(help="The scorecard of one agency.")] = "",
    version: Annotated[int | None, typer.Option(help="The version; by default, the newest.", min=1)] = None,
) -> None:
    """Print a published scorecard as JSON: exactly the bytes of its fingerprint."""
    from app.cli.context import command_context
    from app.services.scorecards.publish import get_frozen_scorecard

    with command_context() as context:
        frozen = get_frozen_scorecard(context.engine, community, agency, version)
    typer.echo(frozen.card.content, nl=False)
