"""Define `translations status`, `sign`, `export` and `import`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.services.translations.sign_offs import TranslationStatus

app = typer.Typer(
    help="Translations: their review status, and the files that translators work with.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

LanguageCode = Annotated[str, typer.Argument(help="The code of a language, such as es or zh-Hant.")]
Domain = Annotated[str, typer.Argument(help="A catalog: the id of a survey, interface, letters, report ...")]


class FileFormat(StrEnum):
    """List the file formats that translators work with."""

    PO = "po"
    XLIFF_1 = "xliff-1.2"
    XLIFF_2 = "xliff-2.0"


class SignOffStep(StrEnum):
    """List the steps that can be signed, in their order."""

    REVIEWED = "reviewed"
    ADJUDICATED = "adjudicated"
    PRETESTED = "pretested"


@app.command()
def status(
    language: Annotated[
        str | None, typer.Argument(help="One language, with its signatures; by default, all languages.")
    ] = None,
) -> None:
    """Show the review status of each catalog: draft, reviewed, adjudicated or pretested."""
    from app.cli.context import command_context
    from app.services.translations.sign_offs import list_statuses

    with command_context() as context:
        statuses = list_statuses(context.engine, [language] if language else [])
    for line in _lines_of_one(statuses) if language else _lines_of_all(statuses):
        typer.echo(line)


def _lines_of_one(statuses: list[TranslationStatus]) -> list[str]:
    lines = []
    for each in statuses:
        faults = f", {each.faults} faults" if each.faults else ""
        lines.append(f"{each.domain}: {each.state}, {each.sentences} sentences{faults}")
        lines += [f"  {s.day} {s.step} by {s.signer}, {s.role}" for s in each.signatures]
        if each.changed:
            lines.append(f"  {each.changed} sentences have changed since the last signature: they need new ones")
    return lines


def _lines_of_all(statuses: list[TranslationStatus]) -> list[str]:
    domains = list(dict.fromkeys(each.domain for each in statuses))
    width = max(map(len, domains), default=0) + 2
    lines = ["          " + "".join(domain.ljust(width) for domain in domains)]
    for language in dict.fromkeys(each.language for each in statuses):
        states = (each.state for each in statuses if each.language == language)
        lines.append(language.ljust(10) + "".join(state.ljust(width) for state in states))
    return [line.rstrip() for line in lines]


# "\b" keeps the lines of the list.
SIGN_HELP = """Sign the sentences of a catalog as they are now.

\b
reviewed     a second translator has read every sentence against the English
adjudicated  a third person has settled the differences
pretested    residents have answered in this wording and explained how they understood it

A language counts as reviewed only after two people sign its survey, interface and letters. When a sentence
changes, the catalog is a draft again.
"""


@app.command(help=SIGN_HELP)
def sign(
    language: LanguageCode,
    domain: Domain,
    step: Annotated[SignOffStep, typer.Argument(help="The step that is done.")],
    signer: Annotated[str, typer.Option(help="The name of the person who did the step.")],
    role: Annotated[str, typer.Option(help="The role of that person, such as 'community reviewer'.")],
) -> None:
    """Sign the sentences of a catalog as they are now."""
    from app.cli.context import command_context
    from app.services.translations.sign_offs import WantedSignature, sign

    with command_context() as context:
        status = sign(context.engine, WantedSignature(language, domain, step.value, signer, role), context.actor)
    typer.echo(f"{language}/{domain} is {status.state}: {status.sentences} sentences signed by {signer}.")


@app.command()
def export(
    language: LanguageCode,
    domain: Domain,
    output: Annotated[Path, typer.Option(help="File to write; it must not exist.")],
    format: Annotated[
        FileFormat, typer.Option(help="The format that the translator's tool reads.")
    ] = FileFormat.XLIFF_2,
) -> None:
    """Write a catalog as a file for translators, with contexts and notes."""
    from app.services.translations.exchange import export_translation

    text = export_translation(language, domain, format.value)
    with output.open("x", encoding="utf-8") as file:
        file.write(text)
    typer.echo(f"{language}/{domain} is in {output}.")


@app.command(name="import")
def import_(
    language: LanguageCode,
    domain: Domain,
    file: Annotated[Path, typer.Argument(help="A PO or XLIFF file.")],
) -> None:
    """Import a translator's file, if it has no faults.

    The command checks placeholders, plural forms, markup, length and sentences left in English, and lists all faults
    at once. Changed sentences need new signatures.
    """
    from app.services.translations.exchange import import_translation, load_translation

    stored = import_translation(language, domain, load_translation(file), str(file))
    for text in stored.fuzzy:
        typer.echo(f"not taken, because it is marked fuzzy: {text!r}")
    typer.echo(f"{stored.path.name} holds {stored.sentences} sentences, {stored.changed} of them new or changed.")
