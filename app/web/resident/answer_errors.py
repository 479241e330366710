"""Describe answer errors in sentences, with the place on the page to correct."""

from __future__ import annotations

from collections.abc import Sequence

from app.language.catalogs import MessageCatalog
from app.language.extraction import mark
from app.questionnaire.answers import AnswerProblem
from app.questionnaire.kinds import find_problem_words
from app.services.intake.submission import OTHER_AGENCY, Verdict
from app.web.view_models import ProblemView, SurveyScreen

WORDS: dict[object, str] = {
    "unknown_choice": mark("Choose one of the answers shown."),
    "one_answer_only": mark("Choose only one answer."),
    OTHER_AGENCY: mark(
        "Your letter asks about another agency. Please answer the questions about it here. Your other answers are kept."
    ),
    "not_together": mark("Two of these answers do not go together. Keep the one that is right."),
    Verdict.CODE_MISSING: mark("Type the code from your letter or card."),
    Verdict.CODE_UNKNOWN: mark("We do not know this code. Please compare it with your letter or card."),
    Verdict.CODE_SPENT: mark(
        "This code has already been used, and each code counts once. If you did not use it, ask the people who gave it "
        "to you for a new one."
    ),
    Verdict.NOTHING_ANSWERED: mark("You have not answered any question yet."),
    Verdict.PROOF_WANTED: mark("Your answers could not be saved yet. They are still here. Please send them again."),
    **dict[object, str](find_problem_words().items()),
    "not_stored": mark("Your answers could not be saved yet. They are still here. Please send them again."),
}


def describe_general_error(problem: Verdict | str, screen: SurveyScreen, page: MessageCatalog) -> ProblemView:
    """Describe a problem of the code or of the whole page, which links to the first question."""
    if problem in (Verdict.CODE_MISSING, Verdict.CODE_UNKNOWN, Verdict.CODE_SPENT):
        return ProblemView("_code", "code", "", page.text(WORDS[problem]))
    first = screen.parts[0].questions[0].first
    return ProblemView("", first if problem == Verdict.NOTHING_ANSWERED else "", "", page.text(WORDS[problem]))


def describe_answer_errors(
    problems: Sequence[AnswerProblem], screen: SurveyScreen, page: MessageCatalog
) -> tuple[ProblemView, ...]:
    """Describe one problem for each question; one without a question on the page has no link."""
    questions = {question.code: question for part in screen.parts for question in part.questions}
    views = []
    for problem in problems:
        words, question = page.text(WORDS[problem.code]), questions.get(problem.item)
        if question is None:
            views.append(ProblemView("", "", "", words))
        else:
            views.append(ProblemView(question.code, question.first, question.words, words))
    return tuple(views)
