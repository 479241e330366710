"""`wave create`, `open`, `close` and `status`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="The life of a wave: one fielding of one survey.", no_args_is_help=True, rich_markup_mode=None)

WaveName = Annotated[str, typer.Argument(help="The short name of the wave.")]


@app.command()
def create(plan: Annotated[Path, typer.Argument(help="A YAML file that plans the wave.")]) -> None:
    r"""Write a planned wave down as a draft.

    \b
    wave: river-city-2026
    survey: community-trust            # an id, or the path of a survey file
    community: {slug: river-city, name: {en: River City, es: Ciudad del Río}}
    languages: [en, es]
    drafts: [es]                       # asked in although two people have not signed it; residents are told
    agencies:                          # each resident rates one of them, by chance
      - {slug: police, name: {en: the police, es: la policía}, probability: 0.5}
    codes: optional                    # none, optional, required
    contact: trust@river-city.example
    box_size: 20                       # envelopes that are opened together, at least
    """
    from app.cli.context import command_context
    from app.services.waves import lifecycle
    from app.services.waves.plan_file import load_wave_plan

    read = load_wave_plan(plan)
    with command_context() as context:
        survey = lifecycle.create_wave(context.engine, read, context.actor)
    typer.echo(f"The wave {read.slug} is a draft with {len(survey.items)} questions of {survey.id} {survey.version}.")


@app.command(name="open")
def open_(wave: WaveName) -> None:
    """Let residents answer. From here on nothing that they are promised can be weakened."""
    from app.cli.context import command_context
    from app.services.waves import lifecycle

    with command_context() as context:
        lifecycle.open_wave(context.engine, context.settings, wave, context.actor)
        typer.echo(f"The wave {wave} is open at {context.settings.base_url}/s/{wave}.")


@app.command()
def close(wave: WaveName) -> None:
    """Take no more answers."""
    from app.cli.context import command_context
    from app.services.waves import lifecycle

    with command_context() as context:
        lifecycle.close_wave(context.engine, wave, context.actor)
    typer.echo(f"The wave {wave} is closed. Open what is left in its box with `commontrust box open {wave}`.")


@app.command()
def status(wave: WaveName) -> None:
    """Say where a wave stands, in numbers that do not move with each answer."""
    from app.cli.context import command_context
    from app.services.dashboard.overview import describe_waiting
    from app.services.waves import lifecycle

    with command_context() as context:
        now = lifecycle.wave_status(context.engine, wave)
    waiting = describe_waiting(now.waiting, now.box_size)
    lines = [
        f"{now.slug}: {now.status}",
        f"survey: {now.survey}",
        f"languages: {', '.join(now.languages)}",
        f"codes: {now.code_policy}",
        f"sealed answers waiting: {waiting} (a box is opened with {now.box_size} or more)",
        f"opened answers: {now.opened}",
        *(
            f"codes of {b.source}{' / ' + b.stratum if b.stratum else ''}: {b.codes}, "
            f"used: {describe_waiting(b.spent, now.box_size)}"
            for b in now.batches
        ),
    ]
    if now.being_opened or now.traces_left:
        lines.append(f"an opening was interrupted: run `commontrust box open {wave}` again")
    typer.echo("\n".join(lines))


@app.command()
def marks(wave: WaveName) -> None:
    """Say how many opened answers carry a mark, in tens: whether a program, or haste, is at work.

    No answer is removed for it; the report shows the index with and without the marked ones.
    """
    from app.cli.context import command_context
    from app.services.waves.flag_counts import count_flags

    with command_context() as context:
        counts = count_flags(context.engine, wave)
    for mark, count in counts.items():
        typer.echo(f"{mark}: {'fewer than 10' if count is None else f'{count} or more'}")
