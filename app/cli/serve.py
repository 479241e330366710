"""`serve`, `migrate` and `demo`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from fastapi import FastAPI


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="How many processes.", min=1, max=64)] = 1,
    jobs: Annotated[bool, typer.Option(help="Have jobs done beside the pages; not where `work` runs.")] = True,
) -> None:
    """Serve the survey, the reports and the staff's pages."""
    import os
    from contextlib import nullcontext

    import uvicorn

    from app.cli.context import command_context
    from app.extras import describe_missing
    from app.services.common.object_store import ObjectStore
    from app.services.jobs.supervisor import supervised
    from app.settings import PREFIX

    with command_context() as context:
        url = context.settings.database_url
        ObjectStore(context.settings)  # refuses a storage whose package is missing
        for sentence in describe_missing():
            typer.echo(sentence, err=True)
        typer.echo(f"Commontrust serves on http://{host}:{port}, known outside as {context.settings.base_url}.")
    os.environ.setdefault(PREFIX + "PROCESSES", str(workers))  # each worker reads it
    # No access log: it would write down every resident's address and time.
    with supervised(url) if jobs else nullcontext():
        uvicorn.run(
            "app.cli.serve:application",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            access_log=False,
            log_level="warning",
            server_header=False,
        )


def application() -> FastAPI:
    """The application with the settings of the environment, as each worker makes it.

    What is there by then stays for good. The collector of garbage need not look through it again and again: each look
    at two hundred thousand things keeps everybody waiting for a tenth of a second.
    """
    import gc

    from app.main import create_app
    from app.settings import load_settings

    made = create_app(load_settings())
    gc.collect()
    gc.freeze()
    return made


def migrate() -> None:
    """Bring the database to the schema of this version."""
    from app.records import schema
    from app.records.database import connect
    from app.settings import load_settings

    engine = connect(load_settings().database_url)
    typer.echo(f"The database is at revision {schema.migrate(engine)}.")


def demo(
    unless_present: Annotated[bool, typer.Option(help="Do nothing where the demo is there already.")] = False,
) -> None:
    """Open a made-up community with simulated residents and a published report, for a first look."""
    from app.cli.context import command_context
    from app.demo.command import run

    with command_context() as context:
        run(context.engine, context.settings, context.actor, typer.echo, unless_present)
