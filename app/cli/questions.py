"""Define `questions`: read and change the questions of a draft, and exchange its translations."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.questionnaire.editing.changes import SurveyChange

app = typer.Typer(
    help="The questions of a survey round that is a draft: read, switch, reword, add and move them, in versions.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

WaveName = Annotated[str, typer.Argument(help="The name of the survey round, as in its web address.")]
Code = Annotated[str, typer.Argument(help="The code of the question, such as B1.")]
Answers = Annotated[
    list[str] | None, typer.Option("--answer", help="An answer; repeat it. `reword` takes its code before: 2=Rarely.")
]


class Switched(StrEnum):
    """List the two ways of a switch."""

    ON = "on"
    OFF = "off"


@app.command(name="list")
def list_(wave: WaveName) -> None:
    """List the questions by part, with those that are switched off and the languages that lack a sentence."""
    from app.cli.context import command_context
    from app.questionnaire.editing.places import items_by_question
    from app.services.questions.drafts import get_questions

    with command_context() as context:
        draft = get_questions(context.engine, wave)
    questions = items_by_question(draft.survey)
    for section in draft.survey.sections:
        typer.echo(f"{section.id}: {section.title}")
        for code in draft.order.get(section.id, ()):
            item = questions[code][0]
            off = "" if item.code in draft.survey.items else " (off)"
            typer.echo(f"  {code}{off}  {item.text}")
    typer.echo(f"{draft.survey.id} {draft.survey.version}, version {draft.version} of the draft.")
    if draft.comparison.questions:
        typer.echo(f"Not comparable with {draft.comparison.wave}: {', '.join(draft.comparison.questions)}.")


@app.command()
def switch(wave: WaveName, code: Code, to: Annotated[Switched, typer.Argument(help="on or off")]) -> None:
    """Ask a question in this round, or leave it out."""
    from app.questionnaire.editing.changes import Switch

    _save(wave, Switch(code, to is Switched.ON))


@app.command()
def reword(
    wave: WaveName,
    code: Code,
    text: Annotated[str | None, typer.Option(help="The question.")] = None,
    note: Annotated[str | None, typer.Option(help="The note under it; '' takes it away.")] = None,
    comment: Annotated[str | None, typer.Option(help="The note for translators.")] = None,
    answer: Answers = None,
    slip: Annotated[bool, typer.Option("--slip", help="The meaning stays: keep the translations.")] = False,
) -> None:
    """Change the words of a question. Its translations must be made again, unless only a slip is corrected."""
    from app.errors import BadInput
    from app.questionnaire.editing.changes import Reword

    pairs = [each.partition("=") for each in answer or ()]
    if wrong := [code for code, sign, _ in pairs if not sign or not code.isdecimal()]:
        raise BadInput("--answer", [f"expected a code and words such as 2=Rarely, found {wrong[0]!r}"])
    answers = {int(code): words for code, _, words in pairs}
    _save(wave, Reword(code, text, note, comment, answers), slips=frozenset((code,)) if slip else frozenset())


@app.command()
def condition(
    wave: WaveName,
    code: Code,
    chosen: Annotated[
        list[str] | None,
        typer.Option("--if", help="A question and an answer that was chosen, such as D1=2; repeat it."),
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option("--if-not", help="A question and an answer that was not chosen.")
    ] = None,
    any_: Annotated[bool, typer.Option("--any", help="One of the conditions is enough.")] = False,
) -> None:
    """Set who is asked a question. Without a condition everyone is."""
    from app.cli.context import command_context
    from app.errors import BadInput
    from app.questionnaire.editing.changes import SetCondition
    from app.questionnaire.editing.condition_forms import IS, IS_NOT, ChosenCondition, ConditionLine, write_condition
    from app.services.questions.drafts import get_questions

    typed = [(IS, each) for each in chosen or ()] + [(IS_NOT, each) for each in without or ()]
    lines = []
    for verb, each in typed:
        item, _, answer = each.partition("=")
        if not answer.lstrip("-").isdecimal():
            raise BadInput("--if", [f"expected a question and the code of an answer such as D1=2, found {each!r}"])
        lines.append(ConditionLine(item, verb, int(answer)))
    with command_context() as context:
        survey = get_questions(context.engine, wave).survey
    join = "any" if any_ and len(lines) > 1 else "all"
    _save(wave, SetCondition(code, write_condition(survey, ChosenCondition(join, tuple(lines)))))


@app.command()
def move(
    wave: WaveName,
    code: Code,
    by: Annotated[int, typer.Option(help="Places down within its part; a negative number moves it up.")] = 0,
    part: Annotated[str, typer.Option(help="The part to the end of which it moves.")] = "",
) -> None:
    """Move a question within its part, or to another part."""
    from app.questionnaire.editing.changes import Move

    _save(wave, Move(code, by, part))


@app.command()
def add(
    wave: WaveName,
    part: Annotated[str, typer.Argument(help="The part to the end of which it is added.")],
    text: Annotated[str, typer.Option(help="The question.")],
    kind: Annotated[str, typer.Option(help="scale, single, multiple, number, ranking, grid or date.")] = "single",
    answer: Answers = None,
    scale: Annotated[str, typer.Option(help="A scale of the survey, for a scale or a grid.")] = "",
    low: Annotated[str, typer.Option("--from", help="The lowest number, or the first month.")] = "",
    high: Annotated[str, typer.Option("--to", help="The highest number, or the last month.")] = "",
) -> None:
    """Add a question of your own. It gets the next free code, such as X1."""
    from app.cli.context import command_context
    from app.questionnaire.editing.changes import Add
    from app.questionnaire.editing.new_question import write_new
    from app.questionnaire.editing.places import items_by_question, next_code
    from app.services.questions.drafts import get_questions

    with command_context() as context:
        draft = get_questions(context.engine, wave)
    code = next_code(draft.used | frozenset(items_by_question(draft.survey)) | frozenset(draft.survey.items))
    fields = write_new(code, kind, text, tuple(answer or ()), scale, low, high)
    _save(wave, Add(part, fields))
    typer.echo(f"It has the code {code}.")


@app.command()
def take(
    wave: WaveName,
    part: Annotated[str, typer.Argument(help="The part to the end of which they are added.")],
    bank: Annotated[str, typer.Argument(help="A survey of the service, such as partners, or own:<id>:<version>.")],
    codes: Annotated[list[str], typer.Argument(help="The codes of questions of that survey.")],
) -> None:
    """Add questions from the bank, with their words and translations."""
    from app.cli.context import command_context
    from app.services.questions.bank import read_bank, take_from_bank
    from app.services.questions.drafts import get_questions

    with command_context() as context:
        draft = get_questions(context.engine, wave)
        found = read_bank(context.engine, draft, bank)
    _save(wave, *(take_from_bank(draft, found, code, part) for code in codes))


@app.command()
def delete(wave: WaveName, code: Code) -> None:
    """Delete a question of your own. An earlier version brings it back."""
    from app.cli.context import command_context
    from app.questionnaire.editing.changes import Delete
    from app.services.questions.drafts import check_is_own, get_questions

    with command_context() as context:
        check_is_own(get_questions(context.engine, wave), code)
    _save(wave, Delete(code))


@app.command()
def versions(wave: WaveName) -> None:
    """List the versions of the questions, with the day, the person and what changed."""
    from app.cli.context import command_context
    from app.services.questions.drafts import list_versions

    with command_context() as context:
        found = list_versions(context.engine, wave)
    for each in found:
        now = " (now)" if each.is_now else ""
        typer.echo(f"{each.number}{now}  {each.saved_on}  {each.saved_by}  {each.change}")
    if not found:
        typer.echo("The questions are as they were planned.")


@app.command()
def back(wave: WaveName, number: Annotated[int, typer.Argument(help="The number of an earlier version.")]) -> None:
    """Go back to an earlier version. It becomes the newest one, so that nothing is lost."""
    from app.cli.context import command_context
    from app.services.questions.drafts import go_back

    with command_context() as context:
        saved = go_back(context.engine, wave, number, context.actor)
    typer.echo(f"Version {saved.number} has the questions of version {number}.")


def _save(wave: str, *changes: SurveyChange, slips: frozenset[str] = frozenset()) -> None:
    from app.cli.context import command_context
    from app.services.questions.drafts import save_changes

    with command_context() as context:
        saved = save_changes(context.engine, wave, changes, context.actor, slips=slips)
    typer.echo(f"Saved as version {saved.number} of the draft {wave}." if saved.is_new else "Nothing changed.")
    for language, contexts in saved.lost.items():
        typer.echo(f"To translate again into {language}: {', '.join(contexts)}.")


@app.command()
def translate(
    wave: WaveName,
    language: Annotated[str, typer.Argument(help="The code of a language of the round, such as es.")],
    output: Annotated[
        Path | None, typer.Option(help="File for translators to write (XLIFF 2.0); it must not exist.")
    ] = None,
    file: Annotated[Path | None, typer.Option(help="A translated file, PO or XLIFF, to take whole.")] = None,
) -> None:
    """Count the sentences of a round by state; write them for translators, or take their file."""
    from app.cli.context import command_context
    from app.services.translations.exchange import load_translation
    from app.services.translations.round_files import export_round, import_round
    from app.services.translations.workbench import STATES, open_workbench

    with command_context() as context:
        if output:
            text = export_round(context.engine, wave, language, "xliff-2.0")
            with output.open("x", encoding="utf-8") as target:
                target.write(text)
        if file:
            text = load_translation(file)
            stored = import_round(context.engine, wave, language, text, str(file), context.actor)
            typer.echo(f"{stored.changed} sentences are new or changed.")
        bench = open_workbench(context.engine, wave, language)
    counts = ", ".join(f"{bench.count(state)} {state}" for state in STATES if bench.count(state))
    typer.echo(f"{wave}/{language}: {len(bench.sentences)} sentences: {counts}.")
