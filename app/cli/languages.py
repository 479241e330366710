"""Define `language add`, `status` and `offer`."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.language.new_language import LanguageLeft

app = typer.Typer(
    help="Languages: add one, see what is left to translate, offer it to residents.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Tag = Annotated[str, typer.Argument(help="A language tag (BCP 47), such as de or zh-Hant.")]


class TextDirection(StrEnum):
    """List the directions of a script."""

    LTR = "ltr"
    RTL = "rtl"


@app.command()
def add(
    tag: Tag,
    name: Annotated[str, typer.Option(help="The language's own name; without it, Babel's.")] = "",
    english_name: Annotated[str, typer.Option(help="Its English name; without it, Babel's.")] = "",
    direction: Annotated[TextDirection | None, typer.Option(help="The direction of its script.")] = None,
    plural_forms: Annotated[str, typer.Option(help="Its plural rule, such as 'nplurals=1; plural=0;'.")] = "",
) -> None:
    """Add a language: its row in the table and an empty catalog for every template, and show what is left.

    Residents cannot choose it before `commontrust language offer`.
    """
    from app.language.new_language import WantedLanguage, add_language, find_left
    from app.paths import ROOT

    wanted = WantedLanguage(tag, name, english_name, direction.value if direction else "", plural_forms)
    language, written = add_language(wanted)
    for path in written:
        typer.echo(f"written: {path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}")
    for line in describe(find_left(language)):
        typer.echo(line)


@app.command()
def status(tag: Annotated[str | None, typer.Argument(help="One language; without it, all.")] = None) -> None:
    """Show what is left to do: sentences, formats of dates, fonts for PDF files, voices."""
    from app.language.languages import SOURCE, read_table
    from app.language.new_language import describe_left, find_left, get_row

    if tag:
        for line in describe(find_left(get_row(tag))):
            typer.echo(line)
        return
    for language in read_table().values():
        if language.code != SOURCE:
            left = find_left(language)
            words = "complete" if left.is_complete else describe_left(left.catalogs) or "formats are missing"
            offered = "" if language.offered else ", not offered"
            typer.echo(f"{language.code:<9}{language.english_name:<22}{words}{offered}")


@app.command()
def offer(tag: Tag) -> None:
    """Let residents choose a language, once its catalogs are complete."""
    from app.language.new_language import offer_language

    language = offer_language(tag)
    typer.echo(f"{language.english_name} is offered: restart the service.")


def describe(left: LanguageLeft) -> Iterator[str]:
    language = left.language
    offered = "offered to residents" if language.offered else "not offered to residents yet"
    yield f"{language.english_name} ({language.own_name}), {language.code}: {offered}"
    yield f"  script: {left.script or 'unknown'}, {language.direction}"
    yield f"  formats of numbers and dates: {_formats_of(left)}"
    yield f"  font for PDF files: {_font_of(language.code, left.script)}"
    yield f"  voices of devices: names that begin with {' or '.join(left.voices)}"
    for each in left.catalogs:
        faults = f", {each.faults} faults" if each.faults else ""
        yield f"  {each.domain}: {each.missing} of {each.sentences} sentences left{faults}"


def _formats_of(left: LanguageLeft) -> str:
    if not left.has_formats:
        return f"add the months and joining words of {left.language.code} to app/language/extra_formats.py"
    return f"of {left.language.babel_locale}"


def _font_of(code: str, script: str) -> str:
    from app.errors import Refused
    from app.services.pdf.fonts import LATIN, LETTERS, SCRIPTS_OF_LATIN, find_fonts

    font = LETTERS.get(code, LATIN)
    if font == LATIN and script not in SCRIPTS_OF_LATIN:
        return f"add a font with the script {script or 'of the language'} to app/services/pdf/fonts.py"
    try:
        find_fonts((code,))
    except Refused as refused:
        return str(refused)
    return f"{font}, found"
