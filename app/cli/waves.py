"""Define `wave create`, `open`, `close`, `list`, `status` and `flags`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="Survey rounds (waves): create, open, watch and close them.", no_args_is_help=True, rich_markup_mode=None
)
TENS = 10  # an exact number would show when an answer arrived

WaveName = Annotated[str, typer.Argument(help="The name of the survey round, as in its web address.")]

# Two paragraphs and an example; "\b" keeps the lines of the example.
PLAN_HELP = """Create a survey round as a draft from a plan in YAML.

A plan looks like this:

\b
wave: river-city-2026              # its name in web addresses
survey: community-trust            # an id, or the path of a survey file
community: {slug: river-city, name: {en: River City, es: Ciudad del Río}}
languages: [en, es]
drafts: [es]                       # used without the approval of two people; the page says so
agencies:                          # each resident rates one of them, chosen at random
  - {slug: police, name: {en: the police, es: la policía}, probability: 0.5}
  - {slug: health, name: {en: the health centers, es: los centros de salud}}
codes: optional                    # none, optional, required
contact: trust@river-city.example
box_size: 20                       # smallest number of sealed answers that are unlocked together; 20 more stay
smallest_stratum: 20               # fewest codes of one source, part of the city and agency; fixed at opening
days_sealed: 7                     # days before answers are unlocked in an open survey round

Then create codes with `codes create`, and open it with `wave open`.
"""


@app.command(help=PLAN_HELP)
def create(plan: Annotated[Path, typer.Argument(help="A YAML file with the plan, as shown below.")]) -> None:
    """Create a survey round as a draft from a plan in YAML."""
    from app.cli.context import command_context
    from app.services.waves import lifecycle
    from app.services.waves.plan_file import load_wave_plan

    read = load_wave_plan(plan)
    with command_context() as context:
        survey = lifecycle.create_wave(context.engine, read, context.actor)
    typer.echo(
        f"The survey round {read.slug} is a draft with {len(survey.items)} questions of {survey.id} {survey.version}."
    )


@app.command(name="open")
def open_(
    wave: WaveName,
    holder: Annotated[
        str | None, typer.Option(help="The second holder by name, if it is not the one added last.")
    ] = None,
) -> None:
    """Open a survey round for residents. From then on no promise to them can be weakened.

    Answers are sealed to two holders of keys: make them first with `commontrust holder new`. If the second holder loses
    its passphrase, all answers that are still sealed are lost.
    """
    from app.cli.context import command_context
    from app.services.waves import lifecycle

    with command_context() as context:
        gap = lifecycle.open_wave(context.engine, context.settings, wave, context.actor, holder)
        typer.echo(f"The survey round {wave} is open at {context.settings.base_url}/s/{wave}.")
    if gap:
        typer.echo(f"Each code travels beside its sealed answers, because {gap}.")


@app.command()
def close(wave: WaveName) -> None:
    """Close a survey round, so that it accepts no more answers."""
    from app.cli.context import command_context
    from app.services.waves import lifecycle

    with command_context() as context:
        lifecycle.close_wave(context.engine, wave, context.actor)
    typer.echo(f"The survey round {wave} is closed. Unlock its last answers with `commontrust box open {wave}`.")


@app.command()
def status(wave: WaveName) -> None:
    """Show the status of a survey round, in numbers that do not move with each answer."""
    from app.cli.context import command_context
    from app.services.dashboard.overview import describe_waiting
    from app.services.waves import lifecycle
    from app.services.waves.release_rule import fewest_to_open

    with command_context() as context:
        now = lifecycle.wave_status(context.engine, wave)
    waiting = describe_waiting(now.waiting, now.box_size)
    lines = [
        f"{now.slug}: {now.status}",
        f"survey: {now.survey}",
        f"languages: {', '.join(now.languages)}",
        f"codes: {now.code_policy}",
        f"sealed answers waiting: {waiting} "
        f"(a batch needs {fewest_to_open(now.box_size)} or more of one sample source, part of the city and agency)",
        f"unlocked answers: {describe_waiting(now.opened, TENS)}",
        *(
            f"codes of {b.source}{' / ' + b.stratum if b.stratum else ''}: {b.codes}, "
            f"used: {describe_waiting(b.spent, now.box_size)}"
            for b in now.batches
        ),
    ]
    if now.being_opened or now.traces_left:
        lines.append(f"unlocking was interrupted: run `commontrust box open {wave}` again")
    typer.echo("\n".join(lines))


@app.command(name="list")
def list_() -> None:
    """List all survey rounds with their status, open ones first."""
    from app.cli.context import command_context
    from app.services.waves.lifecycle import list_wave_lines

    with command_context() as context:
        lines = list_wave_lines(context.engine)
    typer.echo("\n".join(lines) or "There are no survey rounds: create one with `commontrust wave create PLAN`.")


@app.command()
def flags(wave: WaveName) -> None:
    """Count the unlocked answers with automatic quality flags, in tens, to notice programs or haste.

    Flagged answers still count; the report shows the index with and without them.
    """
    from app.cli.context import command_context
    from app.services.waves.flag_counts import count_flags

    with command_context() as context:
        counts = count_flags(context.engine, wave)
    for flag, count in counts.items():
        typer.echo(f"{flag}: {'fewer than 10' if count is None else f'{count} or more'}")


app.command(name="marks", hidden=True)(flags)  # the earlier name
