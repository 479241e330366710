"""The meaning of every code of a survey: one row for each item and code, for data files and their readers."""

from __future__ import annotations

from dataclasses import dataclass

from app.language.catalogs import MessageCatalog
from app.questionnaire import wording
from app.questionnaire.definition import NO_ANSWER, NOT_ASKED, WITHHELD, Survey

# Codes that no page shows; their words are for readers of data.
HIDDEN_CODES: dict[int, str] = {
    NO_ANSWER: "No answer",
    NOT_ASKED: "Not asked",
    WITHHELD: "Withheld",
}


@dataclass(frozen=True)
class CodebookRow:
    item: str
    kind: str
    text: str
    code: int
    label: str
    construct: str


def to_codebook(survey: Survey, words: MessageCatalog, agency: str = "{agency}") -> list[CodebookRow]:
    rows = []
    for item in survey.items.values():
        labels = {option.code: wording.option_text(option, words) for option in item.choices} | HIDDEN_CODES
        text = wording.item_text(item, words, agency)
        rows += [
            CodebookRow(item.code, item.kind.name, text, code, label, item.construct or "")
            for code, label in labels.items()
        ]
    return rows
