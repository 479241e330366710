"""Upload a community's own survey as an XLSForm or a survey file, look at it before it is stored, download it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from starlette.responses import Response

from app.language.catalogs import load_catalog
from app.language.languages import SOURCE
from app.questionnaire import wording
from app.questionnaire.definition import Survey
from app.questionnaire.problems import SurveyProblems
from app.services.communities.profiles import CommunityView, get_profile
from app.services.waves.own_surveys import (
    CheckedSurvey,
    StoredSurvey,
    SurveyTaken,
    check_survey,
    get_file,
    list_own_surveys,
    store_survey,
    to_workbook,
)
from app.web.admin.console_words import in_console
from app.web.admin.forms import read_number
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest, download

MOST_SHOWN = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class SurveysScreen(StaffScreen):
    template: ClassVar[str] = "admin/own-surveys.html"
    here: ClassVar[str] = "Communities"

    place: CommunityView
    stored: tuple[StoredSurvey, ...]
    form_errors: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    most: int = MOST_SHOWN


@dataclass(frozen=True)
class CheckedSurveyScreen(StaffScreen):
    """The page contains the survey file and sends it back: the service stores nothing before the confirmation."""

    template: ClassVar[str] = "admin/own-survey.html"
    here: ClassVar[str] = "Communities"

    place: CommunityView
    checked: CheckedSurvey
    questions: tuple[tuple[str, str, str], ...]
    most: int = MOST_SHOWN


def show_surveys(request: StaffRequest) -> Response:
    return request.show(_screen(request))


def check(request: StaffRequest) -> Response:
    form = request.form
    content = form.files.get("survey", b"")
    if not content:
        return request.show(_screen(request, {"survey": "Choose an XLSForm workbook or a survey file."}), 422)
    try:
        leave_out = form.one("leave_out") == "yes"
        checked = check_survey(
            request.engine, request.path("community"), content, request.actor, form.one("language"), leave_out
        )
    except SurveyProblems as refused:
        return request.show(_screen(request, problems=tuple(in_console(str(each)) for each in refused.problems)), 422)
    except SurveyTaken as refused:
        return request.show(_screen(request, {"survey": in_console(str(refused))}), 422)
    return request.show(CheckedSurveyScreen(_place(request), checked, _questions(checked)))


def store(request: StaffRequest) -> Response:
    text = request.form.exactly("survey").replace("\r\n", "\n")
    try:
        store_survey(request.engine, request.path("community"), text, request.actor)
    except SurveyProblems as refused:
        return request.show(_screen(request, problems=tuple(in_console(str(each)) for each in refused.problems)), 422)
    except SurveyTaken as refused:
        return request.show(_screen(request, {"survey": in_console(str(refused))}), 422)
    return request.go(f"/staff/communities/{request.path('community')}/surveys", "survey-stored")


def send_workbook(request: StaffRequest) -> Response:
    _, survey = _asked(request)
    return download(to_workbook(survey), f"{survey.id}.xlsx", XLSX)


def send_text(request: StaffRequest) -> Response:
    text, survey = _asked(request)
    return download(text.encode(), f"{survey.id}.yaml", "application/yaml")


def _asked(request: StaffRequest) -> tuple[str, Survey]:
    return get_file(request.engine, request.path("community"), read_number(request.path("number")))


def _place(request: StaffRequest) -> CommunityView:
    return get_profile(request.engine, request.path("community"))


def _screen(
    request: StaffRequest, form_errors: Mapping[str, str] | None = None, problems: tuple[str, ...] = ()
) -> SurveysScreen:
    place = _place(request)
    return SurveysScreen(place, list_own_surveys(request.engine, place.slug), form_errors or {}, problems)


def _questions(checked: CheckedSurvey) -> tuple[tuple[str, str, str], ...]:
    """The code, words and choices of each question, as residents read them."""
    words = load_catalog(SOURCE, checked.survey.catalog)
    return tuple(
        (
            item.code,
            wording.item_text(item, words, agency="[…]"),
            " · ".join(wording.option_text(option, words) for option in item.choices),
        )
        for item in checked.survey.items.values()
    )
