"""Who puts the questions: a survey, the words for it and for the page, the agency's name and the questions' numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.language.catalogs import MessageCatalog
from app.questionnaire.definition import Survey


@dataclass(frozen=True)
class QuestionContext:
    survey: Survey
    words: MessageCatalog
    page: MessageCatalog
    agency: str
    numbers: Mapping[str, int]
