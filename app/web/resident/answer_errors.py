"""Describe answer errors in sentences, with the place on the page to correct."""

from __future__ import annotations

from collections.abc import Sequence

from app.language.catalogs import MessageCatalog
from app.questionnaire.answers import AnswerProblem
from app.services.intake.submission import Verdict
from app.services.waves.page_sentences import ERRORS
from app.web.view_models import ProblemView, SurveyScreen


def _words_of(problem: Verdict | str, page: MessageCatalog) -> str:
    return page.named(f"error.{problem}", ERRORS[problem])


def describe_general_error(problem: Verdict | str, screen: SurveyScreen, page: MessageCatalog) -> ProblemView:
    """Describe a problem of the code or of the whole page, which links to the first question."""
    if problem in (Verdict.CODE_MISSING, Verdict.CODE_UNKNOWN, Verdict.CODE_SPENT):
        return ProblemView("_code", "code", "", _words_of(problem, page))
    first = screen.parts[0].questions[0].first
    return ProblemView("", first if problem == Verdict.NOTHING_ANSWERED else "", "", _words_of(problem, page))


def describe_answer_errors(
    problems: Sequence[AnswerProblem], screen: SurveyScreen, page: MessageCatalog
) -> tuple[ProblemView, ...]:
    """Describe one problem for each question; one without a question on the page has no link."""
    questions = {question.code: question for part in screen.parts for question in part.questions}
    views = []
    for problem in problems:
        words, question = _words_of(problem.code, page), questions.get(problem.item)
        if question is None:
            views.append(ProblemView("", "", "", words))
        else:
            views.append(ProblemView(question.code, question.first, question.words, words))
    return tuple(views)
