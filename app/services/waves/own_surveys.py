"""Take a community's own survey from an XLSForm workbook or a survey file, and give it back as either."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Engine

from app.errors import NotFound, Refused
from app.language.catalogs import load_catalog
from app.language.languages import SOURCE
from app.questionnaire.definition import Survey
from app.questionnaire.loading import load_survey
from app.questionnaire.problems import Problem, SurveyProblems
from app.questionnaire.xlsform import to_xlsform
from app.questionnaire.xlsform_problems import FILE, RowProblem
from app.questionnaire.xlsform_reading import read_form
from app.questionnaire.xlsform_sheets import OLD_FORMAT
from app.records.audit_log import record_act
from app.records.communities import get_community
from app.records.database import reading, writing
from app.records.survey_versions import OwnSurvey, find_own_survey, own_surveys_of
from app.services.common.actor import Actor
from app.services.common.limited_process import TooCostly, run_limited
from app.services.waves.plan_file import known_surveys

WORKBOOKS = (b"PK\x03\x04", OLD_FORMAT)
LARGEST = 1_000_000  # characters of a survey file
LONG = 100_000  # characters, three times the longest survey that comes with the service
MOST_PROBLEMS = 2_000
OWN = "own:"


class SurveyTaken(Refused):
    """Refuse a survey whose id or version belongs to another one."""


@dataclass(frozen=True)
class CheckedSurvey:
    """Hold a survey before it is stored: its file, its size, and what came in another shape or was left out."""

    text: str
    survey: Survey
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class StoredSurvey:
    """Hold a stored version of a survey; `choice` names it in the plan of a round."""

    number: int
    survey_id: str
    version: str
    title: str
    questions: int
    added_on: date

    @property
    def choice(self) -> str:
        return to_choice(self.survey_id, self.version)


def check_survey(
    engine: Engine, slug: str, content: bytes, actor: Actor, language: str = "", leave_out: bool = False
) -> CheckedSurvey:
    """Read a workbook or a survey file; raise `SurveyProblems` with each row or line that cannot be used."""
    with writing(engine) as session:
        get_community(session, slug)
        record_act(session, actor.name, "survey checked", slug, actor.now, size=len(content))
    return read_survey(content, language, leave_out)


def read_survey(content: bytes, language: str = "", leave_out: bool = False) -> CheckedSurvey:
    """Read a workbook or a survey file; a file of unknown bytes is read as text, and refused as such."""
    if content.startswith(WORKBOOKS):
        try:
            found = run_limited(convert_form, content, language=language, leave_out=leave_out)
        except TooCostly as refused:
            raise SurveyTaken(refused.describe("a workbook")) from None
        if found["problems"]:
            raise SurveyProblems([RowProblem(*each) for each in found["problems"]])
        return CheckedSurvey(found["text"], load_survey(found["text"]), tuple(found["left_out"]), tuple(found["notes"]))
    text = content.decode("utf-8-sig", "replace").replace("\0", "").replace("\r\n", "\n")[: LARGEST + 1]
    return CheckedSurvey(text, load_hostile(text))


def convert_form(content: bytes, language: str, leave_out: bool) -> dict[str, Any]:
    """Return the survey file of a workbook with its notes, or its problems, as plain data."""
    try:
        form = read_form(content, language or None, leave_out=leave_out)
    except SurveyProblems as refused:
        problems = [(each.line, each.item, each.message, getattr(each, "sheet", FILE)) for each in refused.problems]
        return {"problems": problems}
    languages = (
        f"language {name}: {len(words)} sentences are not kept; `commontrust survey import` keeps them"
        for name, words in form.translations.items()
    )
    notes = [*map(str, form.notes), *languages]
    return {"problems": [], "text": form.text, "left_out": [*map(str, form.left_out)], "notes": notes}


def load_text(text: str) -> Survey:
    """Load the text of a survey file; text without a line break would be read as the path of a file."""
    if len(text) > LARGEST:
        raise SurveyTaken(f"Expected a survey file of at most {LARGEST:,} characters, got a longer one: shorten it.")
    return load_survey(f"{text}\n")


def load_hostile(text: str) -> Survey:
    """Load a survey file that someone uploads. A long one is read in a limited process first."""
    if len(text) > LONG:
        try:
            found = run_limited(check_text, text.encode("utf-8", "replace"))
        except TooCostly as refused:
            raise SurveyTaken(refused.describe("a survey file")) from None
        if found["problems"]:
            raise SurveyProblems([Problem(*each) for each in found["problems"]])
    return load_text(text)


def check_text(content: bytes) -> dict[str, Any]:
    """Return the problems of a survey file as plain data."""
    try:
        load_text(content.decode())
    except SurveyProblems as refused:
        return {"problems": [(each.line, each.item, each.message) for each in refused.problems[:MOST_PROBLEMS]]}
    return {"problems": []}


def store_survey(engine: Engine, slug: str, text: str, actor: Actor) -> StoredSurvey:
    """Store a survey as a version of its own. The same text again changes nothing."""
    survey = load_hostile(text)
    if survey.id in known_surveys():
        raise SurveyTaken(f"Expected an id of its own, got {survey.id!r}, which comes with the service: change the id.")
    with writing(engine) as session:
        community_id = get_community(session, slug).id or 0
        stored = find_own_survey(session, community_id, survey.id, survey.version)
        if stored is not None and stored.text != text:
            raise SurveyTaken(
                f"Expected a new version of {survey.id}, got {survey.version!r}, which is stored with other questions: "
                "change the version."
            )
        if stored is None:
            stored = OwnSurvey(
                community_id=community_id,
                survey_id=survey.id,
                version=survey.version,
                text=text,
                added_on=actor.now.date(),
            )
            session.add(stored)
            session.flush()
        record_act(session, actor.name, "survey stored", slug, actor.now, survey=survey.id, version=survey.version)
        return _to_stored(stored)


def list_own_surveys(engine: Engine, slug: str) -> tuple[StoredSurvey, ...]:
    with reading(engine) as session:
        return tuple(map(_to_stored, own_surveys_of(session, get_community(session, slug).id or 0)))


def get_own_text(engine: Engine, slug: str, choice: str) -> str:
    """Return the survey file of a choice, as `to_choice` names it."""
    survey_id, _, version = choice.removeprefix(OWN).partition(":")
    with reading(engine) as session:
        found = find_own_survey(session, get_community(session, slug).id or 0, survey_id, version)
        if found is None:
            raise NotFound("survey", choice)
        return found.text


def to_choice(survey_id: str, version: str) -> str:
    return f"{OWN}{survey_id}:{version}"


def get_file(engine: Engine, slug: str, number: int) -> tuple[str, Survey]:
    """Return the text of a stored survey and the survey, by its number in the list."""
    with reading(engine) as session:
        stored = own_surveys_of(session, get_community(session, slug).id or 0)
        text = next((each.text for each in stored if each.id == number), None)
    if text is None:
        raise NotFound("survey", str(number))
    return text, load_text(text)


def to_workbook(survey: Survey) -> bytes:
    """Return a survey as an XLSForm in its own words."""
    return to_xlsform(survey, {SOURCE: load_catalog(SOURCE, survey.catalog)})


def _to_stored(row: OwnSurvey) -> StoredSurvey:
    survey = load_text(row.text)
    return StoredSurvey(row.id or 0, row.survey_id, row.version, survey.title, len(survey.items), row.added_on)
