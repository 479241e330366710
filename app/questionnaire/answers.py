"""From a sent form to coded answers. Answer errors are values; nothing a form may hold raises.

Form field name = item code, value = option code as a decimal string; a multiple item repeats its field.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from app.questionnaire.definition import NO_ANSWER, NOT_ASKED, Item, Survey
from app.questionnaire.path import is_asked
from app.questionnaire.skip_logic import item_rules


@dataclass(frozen=True)
class AnswerProblem:
    """An error in the answer to one question; the words for `code` live in the `interface` catalog.

    `code` is `unknown_choice`, `one_answer_only`, `not_together` or a name among the problems of the question's kind.
    """

    item: str
    code: str


@dataclass(frozen=True)
class Answers:
    """The choices on the path, item by item; everything off the path is already gone."""

    survey: Survey = field(repr=False)
    path: tuple[str, ...]
    chosen: Mapping[str, tuple[int, ...]]

    def empty(self) -> bool:
        """Nothing at all was answered (a "don't know" is an answer)."""
        return not self.chosen

    def coded(self) -> dict[str, int | list[int]]:
        """A code for every item of the survey; a list for a multiple item that holds options on its scale."""
        coded: dict[str, int | list[int]] = dict.fromkeys(self.survey.items, NOT_ASKED)
        coded.update(dict.fromkeys(self.path, NO_ANSWER))
        for code, chosen in self.chosen.items():
            several = self.survey.items[code].kind.takes_several and chosen[0] >= 0
            coded[code] = list(chosen) if several else chosen[0]
        return coded


def read_answers(
    survey: Survey, form: Mapping[str, Sequence[str]], asked: Collection[str] | None = None
) -> Answers | list[AnswerProblem]:
    """Read a form along the path that its own answers open; `asked` names the items of a shorter form.

    An error in a question off the path is none: the person does not see it.
    """
    chosen: dict[str, tuple[int, ...]] = {}
    path: list[str] = []
    problems: list[AnswerProblem] = []
    rules = item_rules(survey)
    for code, item in survey.items.items():
        if not is_asked(code, rules.get(code), chosen, asked):
            continue
        path.append(code)
        if code in form:
            choice = read_choice(item, form[code])
            if isinstance(choice, AnswerProblem):
                problems.append(choice)
            elif choice:
                chosen[code] = choice
    problems += _problems_together(survey, chosen, {problem.item for problem in problems})
    return list(dict.fromkeys(problems)) or Answers(survey, tuple(path), chosen)


def _problems_together(
    survey: Survey, chosen: Mapping[str, tuple[int, ...]], known: Collection[str]
) -> list[AnswerProblem]:
    """The errors that only the items of a question together show, such as a rank given twice."""
    sound = (items for items in survey.compound if items[0].question not in known)
    found = ((items[0].question, items[0].kind.answer.find_problem(items, chosen)) for items in sound)
    return [AnswerProblem(question, code) for question, code in found if code]


def read_choice(item: Item, values: Sequence[str]) -> tuple[int, ...] | AnswerProblem:
    """The codes chosen in one item, in the order of its options; empty where it was left empty."""
    choices = item.choices_by_value
    if len(values) == 1 and values[0] in choices:
        return (choices[values[0]].code,)
    sent = {value for value in values if value != ""}
    if not sent:
        return ()
    if not sent <= choices.keys():
        return AnswerProblem(item.question, "unknown_choice")
    options = [option for value, option in choices.items() if value in sent]
    if len(options) > 1 and not item.kind.takes_several:
        return AnswerProblem(item.question, "one_answer_only")
    if len(options) > 1 and any(option.exclusive for option in options):
        return AnswerProblem(item.question, "not_together")
    return tuple(option.code for option in options)


def can_err(survey: Survey) -> bool:
    """Return whether an answer can be wrong, such as half a date: then the server must see it to send it back."""
    return any(item.kind.answer.problems for item in survey.items.values())
