"""List the sentences that code, not a template, puts on the pages of residents: each with a name that never changes.

A wave freezes the English sentence of each name when it opens. A later version that rewords one changes no open wave.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.language.extraction import mark
from app.questionnaire.kinds import KINDS, find_problem_words

# Errors of answers and codes.
ERRORS: Mapping[str, str] = {
    "unknown_choice": mark("Choose one of the answers shown."),
    "one_answer_only": mark("Choose only one answer."),
    "other_agency": mark(
        "Your letter asks about another agency. Please answer the questions about it here. Your other answers are kept."
    ),
    "not_together": mark("Two of these answers do not go together. Keep the one that is right."),
    "code_missing": mark("Type the code from your letter or card."),
    "code_unknown": mark("We do not know this code. Please compare it with your letter or card."),
    "code_spent": mark(
        "This code has already been used, and each code counts once. If you did not use it, ask the people who gave it "
        "to you for a new one."
    ),
    "nothing_answered": mark("You have not answered any question yet."),
    "proof_wanted": mark("Your answers could not be saved yet. They are still here. Please send them again."),
    **find_problem_words(),
    "not_stored": mark("Your answers could not be saved yet. They are still here. Please send them again."),
}

# Instructions on paper.
CONDITIONS: Mapping[str, str] = {
    "only_if": mark("Answer this only if {condition}."),
    "and": mark("and"),
    "or": mark("or"),
    "not_ticked": mark("you did not tick in question {number}: {options}"),
    "not": mark("this is not true: {condition}"),
    "answered": mark("you answered question {number}"),
    "at_least": mark("you ticked at least {n} of these in question {number}: {options}"),
    "ticked": mark("you ticked in question {number}: {options}"),
}

# Facts on letters, in the words of the first page.
FACTS: Mapping[str, str] = {
    "asked_by": mark("Asked by"),
    "last_day": mark("Last day"),
    "results": mark("Results"),
    "for_everyone": mark("For everyone, on {day}"),
}

HINTS: Mapping[str, str] = {name: kind.show.hint for name, kind in KINDS.items() if kind.show.hint}


def interface_sentences() -> dict[str, str]:
    """Return the sentences of the catalog `interface` by name.

    >>> interface_sentences()["fact.asked_by"]
    'Asked by'
    """
    groups = {"error": ERRORS, "condition": CONDITIONS, "fact": FACTS, "hint": HINTS}
    return {f"{group}.{name}": text for group, found in groups.items() for name, text in found.items()}
