"""Show the commitments that answer a finding of an earlier round: "You said, we did".

They were frozen with the report. Each stays in the language in which it was written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from app.language import formats
from app.language.extraction import mark
from app.language.languages import find_language
from app.services.registers.finding_reference import read_finding
from app.web.reports.phrasing import ReportPhrasing, capitalized
from app.web.reports.views import Answered, AnsweredReply, ReportPart

Commitments = Sequence[Mapping[str, Any]]

STATES: dict[str, str] = {
    "promised": mark("promised"),
    "under way": mark("under way"),
    "kept": mark("kept"),
    "not kept": mark("not kept"),
}
MOST_IN_SHORT = 4  # on the summary; the pages of agencies have the rest
TONES = {"kept": "higher", "not kept": "lower"}
STANCES: dict[str, str] = {"confirmed": mark("confirmed"), "disputed": mark("Dispute"), "comment": mark("Comment")}
DAYS = (("promised", mark("promised")), ("by", mark("To be done by")))
TEXTS = (
    ("after", mark("After")),
    ("because", mark("Not kept, because")),
    ("limits", mark("Limits of the agency")),
)
# The part of an agency's page -> how the id of its section goes on after the source.
SECTIONS = {"parts": "-facets-", "groups": "-groups", "areas": "-areas", "rounds": "-waves", "questions": "-rated"}


def list_answered(phrasing: ReportPhrasing, commitments: Commitments) -> tuple[Answered, ...]:
    """Return all of them, in the order in which they were frozen."""
    return tuple(_answered(phrasing, each) for each in commitments)


def answers_in_short(phrasing: ReportPhrasing, commitments: Commitments) -> tuple[Answered, ...]:
    """Return those of the summary: all that are about no agency and stand nowhere else, then the newest ones."""
    of_all = [each for each in commitments if not read_finding(each["finding"]).agency]
    others = [each for each in commitments if read_finding(each["finding"]).agency]
    return list_answered(phrasing, [*of_all, *others[: max(MOST_IN_SHORT - len(of_all), 0)]])


def answers_about(phrasing: ReportPhrasing, commitments: Commitments, agency: str, part: str) -> tuple[Answered, ...]:
    """Return those that answer a finding about one agency, at one part of its page; empty for its level of trust."""
    found = [
        each
        for each in commitments
        if (read_finding(each["finding"]).agency, read_finding(each["finding"]).part) == (agency, part)
    ]
    return list_answered(phrasing, found)


def with_answers(
    parts: tuple[ReportPart, ...], phrasing: ReportPhrasing, commitments: Commitments, agency: str
) -> tuple[ReportPart, ...]:
    """Put each answer beside the part that shows the figures of its finding."""

    def beside(part: ReportPart) -> ReportPart:
        name = next((name for name, end in SECTIONS.items() if end in part.id), None)
        return replace(part, answers=answers_about(phrasing, commitments, agency, name)) if name else part

    return tuple(map(beside, parts))


def unplaced(
    parts: tuple[ReportPart, ...], phrasing: ReportPhrasing, commitments: Commitments, agency: str
) -> tuple[Answered, ...]:
    """Return the answers to the level of trust, and those whose part this report does not have."""
    there = {name for part in parts for name, end in SECTIONS.items() if end in part.id}
    names = ["", *(name for name in SECTIONS if name not in there)]
    return tuple(each for name in names for each in answers_about(phrasing, commitments, agency, name))


def _answered(phrasing: ReportPhrasing, entry: Mapping[str, Any]) -> Answered:
    state = entry.get("state", "")
    return Answered(
        what=entry.get("what", ""),
        lang=entry["lang"],
        direction=_direction(entry["lang"]),
        agency=phrasing.agency(entry["agency"]) if f"agency.{entry['agency']}" in phrasing.words else "",
        state=phrasing.text(STATES[state]) if state in STATES else "",
        tone=TONES.get(state, ""),
        language=_language(phrasing, entry),
        facts=tuple(_facts(phrasing, entry)),
        texts=tuple((phrasing.text(label), entry[name]) for name, label in TEXTS if entry.get(name)),
        proof=entry.get("proof", ""),
        replies=tuple(_reply(phrasing, each) for each in entry.get("replies", ())),
    )


def _facts(phrasing: ReportPhrasing, entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the days, then the language of words that are not in the reader's."""
    for name, label in DAYS:
        if entry.get(name):
            yield phrasing.text(label), formats.date(date.fromisoformat(entry[name]), phrasing.lang)
    if language := _language(phrasing, entry):
        yield phrasing.text("Language"), language


def _language(phrasing: ReportPhrasing, entry: Mapping[str, Any]) -> str:
    """Name the language of words that are not in the reader's."""
    language = find_language(entry["lang"])
    return language.own_name if language and entry["lang"] != phrasing.lang else ""


def _reply(phrasing: ReportPhrasing, reply: Mapping[str, str]) -> AnsweredReply:
    stance = capitalized(phrasing.text(STANCES[reply["stance"]])) if reply["stance"] in STANCES else ""
    return AnsweredReply(reply["organization"], stance, reply["words"], reply["lang"], _direction(reply["lang"]))


def _direction(lang: str) -> str:
    language = find_language(lang)
    return language.direction if language else "auto"
