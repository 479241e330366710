"""Describe a condition for the paper form: "Answer this only if you ticked in question 25: Court"."""

from __future__ import annotations

from collections.abc import Sequence

from app.questionnaire import wording
from app.questionnaire.rules import AllOf, AnyOf, Atom, Not, Rule
from app.web.resident.question_context import QuestionContext


def describe_condition(rule: Rule, context: QuestionContext) -> str:
    text = context.page.text
    return text("Answer this only if {condition}.", condition=_describe(rule, context))


def _describe(rule: Rule, context: QuestionContext) -> str:
    text = context.page.text
    match rule:
        case Atom():
            return _describe_atom(rule, context)
        case AllOf(rules):
            return _join(rules, text("and"), context)
        case AnyOf(rules):
            return _join(rules, text("or"), context)
        case Not(Atom() as atom):
            number, options = _place(atom, context)
            return text("you did not tick in question {number}: {options}", number=number, options=options)
        case Not(inner):
            return text("this is not true: {condition}", condition=_describe(inner, context))


def _join(rules: Sequence[Rule], word: str, context: QuestionContext) -> str:
    return f" {word} ".join(_describe(rule, context) for rule in rules)


def _describe_atom(atom: Atom, context: QuestionContext) -> str:
    text = context.page.text
    number, options = _place(atom, context)
    if atom.operator == "answered":
        return text("you answered question {number}", number=number)
    if atom.at_least > 1:
        return text(
            "you ticked at least {n} of these in question {number}: {options}",
            n=atom.at_least,
            number=number,
            options=options,
        )
    return text("you ticked in question {number}: {options}", number=number, options=options)


def _place(atom: Atom, context: QuestionContext) -> tuple[int, str]:
    """Return the number of the question and the answers of the condition."""
    options = {option.code: option for option in context.survey.items[atom.item].choices}
    words = [wording.option_text(options[code], context.words) for code in atom.codes]
    return context.numbers[atom.item], " / ".join(words)
