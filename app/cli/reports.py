"""Define `report preview`, `publish`, `show` and `from-file`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.services.reports.headline import Cell, HeadlineFigure
    from app.services.reports.publish import FrozenReport

app = typer.Typer(
    help="Reports of survey rounds: preview, publish and show them.", no_args_is_help=True, rich_markup_mode=None
)

WaveName = Annotated[str, typer.Argument(help="The name of the survey round, as in its web address.")]


class Format(StrEnum):
    """List the formats in which a report is shown."""

    table = "table"
    json = "json"


@app.command()
def preview(wave: WaveName) -> None:
    """List the figures that a report would hide, and why. Nothing is published."""
    from app.cli.context import command_context
    from app.services.common.object_store import ObjectStore
    from app.services.reports.publish import find_unweighted, preview_draft

    with command_context() as context:
        found, notes = preview_draft(context.engine, wave, ObjectStore(context.settings))
        unweighted = find_unweighted(context.engine, wave)
    for each in found:
        typer.echo(f"{each.table}  {each.domain}  {each.term}: {_reason_text(each.reason)}")
    reasons = Counter(_reason_text(each.reason) for each in found)
    why = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common())
    typer.echo(f"The report of {wave} would hide {len(found)} figures{': ' if why else ''}{why}.")
    for table in unweighted:
        typer.echo(f"The population table of {table}.")
    for note in notes:
        typer.echo(note)


@app.command()
def publish(wave: WaveName) -> None:
    """Publish the report of a closed survey round.

    A published report never changes; the same answers give the same report again.
    """
    from app.cli.context import command_context
    from app.services.common.object_store import ObjectStore
    from app.services.reports.publish import find_unweighted, publish_report

    with command_context() as context:
        frozen = publish_report(context.engine, wave, context.actor, store=ObjectStore(context.settings))
        typer.echo(f"Version {frozen.version} of the report of {wave} is published.")
        for table in find_unweighted(context.engine, wave):
            typer.echo(f"The population table of {table}.")
        typer.echo(f"fingerprint: {frozen.report.sha256}")
        typer.echo(f"address: {context.settings.base_url}/reports/{frozen.community}/{frozen.wave}")


@app.command()
def show(
    wave: WaveName,
    version: Annotated[int | None, typer.Option(help="The version; by default, the newest.", min=1)] = None,
    format: Annotated[
        Format, typer.Option(help="The headline as a table, or the whole report as JSON.")
    ] = Format.table,
) -> None:
    """Print the headline of a published report, or with `--format json` exactly the bytes of its fingerprint."""
    from app.cli.context import command_context
    from app.services.reports.headline import read_headline
    from app.services.reports.queries import get_published

    with command_context() as context:
        frozen = get_published(context.engine, wave, version)
    if format == Format.json:
        typer.echo(frozen.report.content, nl=False)
        return
    typer.echo(f"{frozen.wave}, version {frozen.version}, published on {frozen.published_on}")
    for line in _lines(read_headline(frozen), frozen):
        typer.echo("  ".join(line).rstrip())


FROM_FILE = """\
Make a report from your own data and a map, without a database.

A report hides small groups, as every report of this program does. For a file with columns q1 to q3, sex and w:

\b
  about: {community: River City, title: Resident Survey, collection: A letter to random addresses.}
  source: address-sample       # or open-link, where people chose to take part
  probability: true            # false: likely ranges instead of margins of error
  agency: police
  weight: w
  index: {name: police, items: [q1, q2, q3], low: 1, high: 5, minimum_answered: 2}
  items: {q1: [1, 2, 3, 4, 5]}
  groups: {sex: sex}
  missing: {items: [9], sex: [3]}
  labels: {sex: {1: Women, 2: Men}, q1: {1: Never, 5: Always}}
  names: {police: Police, q1: The police treat people fairly., sex: Sex}

\b
  commontrust report from-file answers.csv map.yaml --output report
"""


class ReportFile(StrEnum):
    """List the files of a report."""

    html = "html"
    json = "json"
    csv = "csv"
    pdf = "pdf"


@app.command("from-file", help=FROM_FILE)
def from_file(
    data: Annotated[Path, typer.Argument(help="The data: .csv, .parquet, .xlsx, .sav or .dta.")],
    plan: Annotated[Path, typer.Argument(metavar="MAP", help="The map: a YAML file that says what each column is.")],
    output: Annotated[Path, typer.Option(help="The folder for the report; none of its files may exist.")],
    format: Annotated[
        list[ReportFile] | None, typer.Option(help="A file to write; repeat it for several. By default all four.")
    ] = None,
    lang: Annotated[str, typer.Option(help="The language of the page around your own words.")] = "en",
    earlier: Annotated[
        list[Path] | None,
        typer.Option(
            help="The .json file of a report that you gave away before; repeat it. They are audited together."
        ),
    ] = None,
) -> None:
    """Make a report from your own data and a map, without a database."""
    from app.errors import NotFound
    from app.language.languages import LANGUAGES
    from app.services.reports.from_file import make_reports
    from app.web.reports.report_files import write_report

    if lang not in LANGUAGES:
        raise NotFound("language", lang, LANGUAGES)
    endings = tuple(each.value for each in format or ReportFile)
    for note, frozen in make_reports(data, plan, lang, earlier or ()):
        for line in note:
            typer.echo(line)
        for path in write_report(frozen, lang, output, endings):
            typer.echo(str(path))


def _reason_text(reason: str) -> str:
    return reason.replace("_", " ")


def _lines(figures: Sequence[HeadlineFigure], frozen: FrozenReport) -> list[tuple[str, ...]]:
    """Return the headline as rows with aligned columns."""
    rows: list[tuple[str, ...]] = [("sample", "agency", "index", "interval", "", "answers", "change")]
    rows += [_row(each, frozen) for each in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [tuple(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in rows]


def _row(figure: HeadlineFigure, frozen: FrozenReport) -> tuple[str, ...]:
    words = frozen.words.get("en") or next(iter(frozen.words.values()))
    agency = words.get(f"agency.{figure.agency}", figure.agency)
    kind = "sampling" if figure.is_drawn else "modelled"
    value, interval, answers = _cell(figure.index)
    change, bounds, _ = _cell(figure.change) if figure.change else ("", "", "")
    return figure.source, agency, value, interval, kind, answers, f"{change} {bounds}".strip()


def _cell(cell: Cell) -> tuple[str, str, str]:
    """Return the value, interval and number of answers as text."""
    facts = cell.to_document()
    if not facts["shown"]:
        return f"hidden ({_reason_text(facts['reason'])})", "", ""
    sign = "<= " if "at_most" in facts["flags"] else ">= " if "at_least" in facts["flags"] else ""
    interval = f"({facts['low']:.1f} to {facts['high']:.1f})" if facts["low"] is not None else ""
    return f"{sign}{facts['value']:.1f}", interval, f"{facts['n']}"
