"""Read the text inside an envelope, by the rules of the page: along the path, with known codes only.

The server seals checked answers; a page that seals by itself sends its form as it is. Both are read again when a box is
opened, because no one could look at a page's envelope before.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from app.questionnaire.answers import Answers, read_answers
from app.questionnaire.definition import NO_ANSWER, NOT_ASKED, Survey

CODED = b"["  # the first byte of answers that the server has checked; a page's form never begins with it
MOST_FIELDS = 2000
AGENCY, TOKEN = "_agency", "~"


@dataclass(frozen=True)
class ReadText:
    """Hold the agency and the coded answers of one readable text, and the token that a page put beside them."""

    agency: str
    answers: Mapping[str, Any]
    token: str = ""


def read_text(survey: Survey, agencies: Collection[str], text: bytes) -> ReadText | None:
    """Return the answers, or None where the page could not have shown such a form."""
    try:
        fields = _coded_fields(text) if text.startswith(CODED) else _form_fields(text)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    agency, token = find_agency(agencies, fields.pop(AGENCY, [""])[0]), fields.pop(TOKEN, [""])[0]
    answers = read_answers(survey, fields)
    if agency is None or not isinstance(answers, Answers) or answers.empty():
        return None
    return ReadText(agency, answers.coded(), token)


def _form_fields(text: bytes) -> dict[str, list[str]]:
    return parse_qs(text.decode(), strict_parsing=True, max_num_fields=MOST_FIELDS)


def _coded_fields(text: bytes) -> dict[str, list[str]]:
    agency, answers = json.loads(text)
    fields = {code: _to_values(value) for code, value in answers.items() if value not in (NOT_ASKED, NO_ANSWER)}
    return fields | {AGENCY: [str(agency)]}


def _to_values(value: int | Sequence[int]) -> list[str]:
    return [str(code) for code in value] if isinstance(value, list) else [str(value)]


def find_agency(agencies: Collection[str], slug: str) -> str | None:
    """Return the rated agency: one of the wave's, or an empty text where the wave has none."""
    if len(agencies) <= 1:
        return "".join(agencies)
    return slug if slug in agencies else None
