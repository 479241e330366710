"""Describe a condition for the paper form: "Answer this only if you ticked in question 25: Court"."""

from __future__ import annotations

from collections.abc import Sequence

from app.questionnaire import wording
from app.questionnaire.rules import AllOf, AnyOf, Atom, Not, Rule
from app.services.waves.page_sentences import CONDITIONS
from app.web.resident.question_context import QuestionContext


def describe_condition(rule: Rule, context: QuestionContext) -> str:
    return _say(context, "only_if", condition=_describe(rule, context))


def _describe(rule: Rule, context: QuestionContext) -> str:
    match rule:
        case Atom():
            return _describe_atom(rule, context)
        case AllOf(rules):
            return _join(rules, _say(context, "and"), context)
        case AnyOf(rules):
            return _join(rules, _say(context, "or"), context)
        case Not(Atom() as atom):
            number, options = _place(atom, context)
            return _say(context, "not_ticked", number=number, options=options)
        case Not(inner):
            return _say(context, "not", condition=_describe(inner, context))


def _join(rules: Sequence[Rule], word: str, context: QuestionContext) -> str:
    return f" {word} ".join(_describe(rule, context) for rule in rules)


def _describe_atom(atom: Atom, context: QuestionContext) -> str:
    number, options = _place(atom, context)
    if atom.operator == "answered":
        return _say(context, "answered", number=number)
    if atom.at_least > 1:
        return _say(context, "at_least", n=atom.at_least, number=number, options=options)
    return _say(context, "ticked", number=number, options=options)


def _say(context: QuestionContext, name: str, **values: object) -> str:
    return context.page.named(f"condition.{name}", CONDITIONS[name], **values)


def _place(atom: Atom, context: QuestionContext) -> tuple[int, str]:
    """Return the number of the question and the answers of the condition."""
    options = {option.code: option for option in context.survey.items[atom.item].choices}
    words = [wording.option_text(options[code], context.words) for code in atom.codes]
    return context.numbers[atom.item], " / ".join(words)
