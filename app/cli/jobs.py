"""`work`, `job ask` and `job list`."""

from __future__ import annotations

import signal
import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.services.jobs.queue import JobView

app = typer.Typer(help="Work that takes minutes, done beside the pages.", no_args_is_help=True, rich_markup_mode=None)

PAUSE = 1.0  # seconds between two looks for work
GENTLY = 10  # residents come first on a machine that they share


def work(
    until_idle: Annotated[bool, typer.Option(help="End once nothing waits.")] = False,
) -> None:
    """Do the jobs that the staff asked for, one after the other.

    `serve` has its own done; on several machines run this where KEY_DIR is. Stopped, it hands its job back; killed, the
    job is taken up again after a minute. Any number may run at once.
    """
    import os

    from sqlalchemy.exc import SQLAlchemyError

    from app.cli.context import command_context
    from app.services.jobs.queue import work_once

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    os.nice(GENTLY)
    with command_context() as context:
        while True:
            try:
                done = work_once(context.engine, context.settings)
            except SQLAlchemyError as error:
                if until_idle:
                    raise
                typer.echo(f"The database is away ({type(error).__name__}); trying again.", err=True)
                done = None
            if done is not None:
                typer.echo(_line(done))
            elif until_idle:
                return
            else:
                time.sleep(PAUSE)


@app.command()
def ask(
    kind: Annotated[str, typer.Argument(help="box or report.")],
    wave: Annotated[str, typer.Argument(help="The short name of the wave.")],
) -> None:
    """Ask for a job. One that is under way already is not begun twice."""
    from app.cli.context import command_context
    from app.services.jobs import queue

    with command_context() as context:
        typer.echo(_line(queue.ask(context.engine, kind, wave, context.actor)))


@app.command(name="list")
def list_() -> None:
    """The latest jobs and where they stand."""
    from app.cli.context import command_context
    from app.services.jobs import queue

    with command_context() as context:
        found = queue.list_jobs(context.engine)
    typer.echo("\n".join(_line(job) for job in found) or "No job was asked for yet.")


def _line(job: JobView) -> str:
    return f"{job.id}  {job.kind} {job.subject}: {job.status}{'; ' + job.said if job.said else ''}"
