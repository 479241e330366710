"""The context of a question: its survey, the words of survey and page, the agency's name, the question numbers."""

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
