"""Define the command line. Each command imports its services when it runs, so that `--help` is fast."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from app.cli import (
    audit,
    backups,
    boxes,
    codes,
    communities,
    desks,
    holders,
    jobs,
    keys,
    languages,
    measures,
    questions,
    releases,
    reports,
    samples,
    serve,
    staff,
    surveys,
    tables,
    translations,
    waves,
)

app = typer.Typer(
    name="commontrust",
    help="Measure trust between residents and public agencies: anonymous surveys, honest statistics, safe publishing.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from app.version import VERSION

        typer.echo(f"commontrust {VERSION}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Take the options that stand before any command."""


app.command()(serve.serve)
app.command()(serve.demo)
app.command()(serve.migrate)
app.command()(jobs.work)
app.command()(backups.backup)
app.command()(backups.verify)
app.command()(backups.restore)
app.add_typer(surveys.app, name="survey")
app.add_typer(waves.app, name="wave")
app.add_typer(samples.plan, name="plan")
app.add_typer(samples.sample, name="sample")
app.add_typer(questions.app, name="questions")
app.add_typer(codes.app, name="codes")
app.add_typer(desks.app, name="desk")
app.add_typer(boxes.app, name="box")
app.add_typer(holders.app, name="holder")
app.add_typer(communities.app, name="community")
app.add_typer(tables.population, name="population")
app.add_typer(tables.workforce, name="workforce")
app.add_typer(reports.app, name="report")
app.add_typer(measures.app, name="measures")
app.add_typer(releases.app, name="release")
app.add_typer(keys.app, name="key")
app.add_typer(jobs.app, name="job")
app.add_typer(translations.app, name="translations")
app.add_typer(languages.app, name="language")
app.add_typer(staff.app, name="staff")
app.add_typer(audit.app, name="audit")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and end the process with its exit status, without a traceback.

    Status 0 means done, 1 a fault of the program, 2 a refusal or bad input.
    """
    try:
        status = app(args=arguments, prog_name="commontrust", standalone_mode=False)
    except Exception as error:
        from app.cli.error_exit import describe

        message, status = describe(error)
        typer.echo(message, err=True)
    sys.exit(status if isinstance(status, int) else 0)
