"""Define `work`, `job ask` and `job list`."""

from __future__ import annotations

import signal
import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.services.jobs.queue import JobView

app = typer.Typer(help="Background jobs: work that takes minutes.", no_args_is_help=True, rich_markup_mode=None)

PAUSE = 1.0  # seconds between two queries for waiting jobs
LOW_PRIORITY = 10  # requests of residents go first on a shared machine


def work(
    until_idle: Annotated[bool, typer.Option(help="Stop when no job is waiting.")] = False,
) -> None:
    """Run the waiting jobs, one after the other.

    `serve` runs its own worker; with several machines, run this where KEY_DIR is. A worker that is stopped returns its
    job to the queue; after a crash the job starts again within a minute. Several workers may run at once.
    """
    import os

    from sqlalchemy.exc import SQLAlchemyError

    from app.cli.context import command_context
    from app.services.common.mail import tell_operators
    from app.services.jobs.queue import work_once

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    os.nice(LOW_PRIORITY)
    with command_context() as context:
        while True:
            try:
                done = work_once(context.engine, context.settings)
            except SQLAlchemyError as error:
                if until_idle:
                    raise
                typer.echo(f"The database cannot be reached ({type(error).__name__}); trying again.", err=True)
                done = None
            if done is not None:
                typer.echo(_line(done))
                tell_operators(context.settings, f"job {done.status}", [_line(done), context.settings.base_url])
            elif until_idle:
                return
            else:
                time.sleep(PAUSE)


@app.command()
def ask(
    kind: Annotated[str, typer.Argument(help="report, data or restricted data.")],
    wave: Annotated[str, typer.Argument(help="The name of the survey round, as in its web address.")],
) -> None:
    """Add a job to the queue. A job that is already waiting or running is not added again."""
    from app.cli.context import command_context
    from app.services.jobs import queue

    with command_context() as context:
        typer.echo(_line(queue.enqueue(context.engine, kind, wave, context.actor)))


@app.command(name="list")
def list_() -> None:
    """List the latest jobs and their status."""
    from app.cli.context import command_context
    from app.services.jobs import queue

    with command_context() as context:
        found = queue.list_jobs(context.engine)
    typer.echo("\n".join(_line(job) for job in found) or "There are no jobs yet.")


def _line(job: JobView) -> str:
    return f"{job.id}  {job.kind} {job.subject}: {job.status}{'; ' + job.said if job.said else ''}"
