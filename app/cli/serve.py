"""Define `serve`, `migrate` and `demo`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from fastapi import FastAPI
    from sqlalchemy import Engine

    from app.settings import Settings


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="Number of server processes.", min=1, max=64)] = 1,
    jobs: Annotated[bool, typer.Option(help="Run background jobs too; use --no-jobs where `work` runs.")] = True,
) -> None:
    """Serve the survey, the reports and the staff console."""
    import os
    from contextlib import nullcontext
    from functools import partial

    import uvicorn

    from app.cli.context import command_context
    from app.extras import describe_missing
    from app.log_format import make_logging
    from app.services.common.object_store import ObjectStore
    from app.services.jobs.supervisor import supervised
    from app.services.waves.word_freezing import check_frozen_words
    from app.settings import PREFIX
    from app.web.connections import LimitedProtocol, raise_file_limit
    from app.web.metrics import begin

    with command_context() as context:
        check_frozen_words(context.engine, context.settings.secret)
        begin(context.settings.data_dir)
        level, settings = context.settings.log_level, context.settings
        url, folder = context.settings.database_url, context.settings.data_dir
        ObjectStore(context.settings)  # refuses a storage whose package is missing
        for sentence in describe_missing():
            typer.echo(sentence, err=True)
        typer.echo(f"Commontrust serves on http://{host}:{port}, known outside as {context.settings.base_url}.")
    os.environ.setdefault(PREFIX + "PROCESSES", str(workers))  # each worker reads these
    raise_file_limit()
    os.environ[PREFIX + "HAS_SUPERVISOR"] = str(jobs)
    # An access log would record the address and time of every resident.
    with supervised(url, folder, partial(send_daily_anchor, settings)) if jobs else nullcontext():
        uvicorn.run(
            "app.cli.serve:application",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            access_log=False,
            log_config=make_logging(level),
            log_level="warning",
            server_header=False,
            http=LimitedProtocol,
            ws="none",
        )


def send_daily_anchor(settings: Settings, engine: Engine) -> None:
    """Send the fingerprint of the audit log once a day, where mail is set up."""
    from datetime import UTC, datetime

    from app.services.common.audit_anchor import send_daily

    send_daily(engine, settings, datetime.now(UTC).date())


def application() -> FastAPI:
    """Build the application from the environment. Each worker process calls it.

    The objects that exist by then stay for good, so they are frozen: a garbage collection over two hundred thousand
    objects would stop every request for a tenth of a second.
    """
    import gc

    from app.cli.context import command_context
    from app.main import create_app

    with command_context() as context:
        built = create_app(context.settings)
    gc.collect()
    gc.freeze()
    return built


def migrate() -> None:
    """Migrate the database to the schema of this version. Run it on the machine that has KEY_DIR."""
    from app.records import schema
    from app.records.database import connect
    from app.services.ballots.box_keys import seal_single_boxes
    from app.services.holders.service_secret import check_secret
    from app.services.waves.word_freezing import freeze_earlier_waves
    from app.settings import load_settings

    settings = load_settings()
    engine = connect(settings.database_url)
    typer.echo(f"The database is at revision {schema.migrate(engine)}.")
    settings = check_secret(engine, settings)
    for wave in seal_single_boxes(engine, settings):
        typer.echo(f"{wave} goes on with one envelope for each answer until it is closed.")
    for wave in freeze_earlier_waves(engine, settings.secret):
        typer.echo(f"{wave} keeps the words that its residents read now, whatever later versions say.")


def demo(
    unless_present: Annotated[bool, typer.Option(help="Do nothing if the demo exists already.")] = False,
) -> None:
    """Create a made-up community with simulated residents and published reports."""
    from app.cli.context import command_context
    from app.demo.command import run

    with command_context() as context:
        run(context.engine, context.settings, context.actor, typer.echo, unless_present)
