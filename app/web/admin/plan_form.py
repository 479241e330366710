"""Plan a survey round with a form about a known community, or with a YAML file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import ClassVar

from starlette.responses import Response

from app.errors import BadWavePlan, NotFound, WaveExists
from app.language.languages import LANGUAGES
from app.questionnaire.problems import SurveyProblems
from app.records.wave_lifecycle import SMALLEST_BOX
from app.services.communities.profiles import CommunityView, list_communities
from app.services.waves.lifecycle import create_wave
from app.services.waves.own_surveys import list_own_surveys
from app.services.waves.plan_file import WavePlan, known_surveys
from app.services.waves.plan_form import (
    PROTOCOL_FIELDS,
    WantedWave,
    by_field,
    find_draft,
    list_edited_rounds,
    read_plan_file,
    to_plan,
)
from app.web.admin.forms import Form
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest

Options = tuple[tuple[str, str, str], ...]

# Word at the beginning of a problem -> field of the form.
FIELDS: Mapping[str, str] = {
    name: name
    for name in (
        "wave",
        "survey",
        "community",
        "languages",
        "agencies",
        "contact",
        "codes",
        "drafts",
        "areas",
        "support",
        "switched_on",
        "box_size",
        *PROTOCOL_FIELDS,
    )
} | {"agency": "agencies"}
CODES: Options = (
    (
        "optional",
        "Optional",
        "Invited people use their code; others answer by the open link. The report shows them separately.",
    ),
    ("required", "Required", "Only people with a code can answer."),
    ("none", "None", "Everyone answers by the open link."),
)


@dataclass(frozen=True)
class PlanScreen(StaffScreen):
    template: ClassVar[str] = "admin/plan.html"
    here: ClassVar[str] = "Survey rounds"

    communities: tuple[tuple[str, str], ...]
    place: CommunityView | None
    form: Form
    form_errors: Mapping[str, str] = field(default_factory=dict)
    surveys: tuple[tuple[str, str], ...] = ()
    languages: Options = ()
    agencies: Options = ()
    codes: Options = CODES
    box_size: int = SMALLEST_BOX
    is_draft: bool = False


@dataclass(frozen=True)
class PlanFileScreen(StaffScreen):
    template: ClassVar[str] = "admin/plan-file.html"
    here: ClassVar[str] = "Survey rounds"

    text: str
    problems: tuple[str, ...] = ()


def show_plan(request: StaffRequest) -> Response:
    return request.show(_screen(request, request.query("community"), {}, request.form))


def show_draft(request: StaffRequest) -> Response:
    """The form with its values. The same web address name replaces the draft."""
    draft = find_draft(request.engine, request.path("wave"))
    return request.show(replace(_screen(request, draft.community, {}, to_form(draft)), is_draft=True))


def to_form(wanted: WantedWave) -> Form:
    filled = {**asdict(wanted), **wanted.protocol}.items()
    return Form(
        {name: (value,) if isinstance(value, str) else tuple(value) for name, value in filled if name != "protocol"}
    )


def plan_wave(request: StaffRequest) -> Response:
    form = request.form
    wanted = WantedWave(
        wave=form.one("wave"),
        survey=form.one("survey"),
        community=form.one("community"),
        languages=form.all("languages"),
        agencies=form.all("agencies"),
        contact=form.one("contact"),
        codes=form.one("codes"),
        drafts=form.all("drafts"),
        areas=form.one("areas"),
        support=form.one("support"),
        switched_on=form.one("switched_on"),
        box_size=form.one("box_size"),
        population_source=form.one("population_source"),
        protocol={name: form.one(name) for name in PROTOCOL_FIELDS},
    )
    try:
        return _create(request, to_plan(request.engine, wanted))
    except BadWavePlan as refused:
        problems = [problem.removeprefix("protocol: ") for problem in refused.problems]
        form_errors = by_field(problems, FIELDS)
    except WaveExists as refused:
        form_errors = {"wave": str(refused)}
    except SurveyProblems as refused:
        form_errors = {"survey": str(refused)}
    return request.show(_screen(request, wanted.community, form_errors, form), 422)


def show_plan_file(request: StaffRequest) -> Response:
    return request.show(PlanFileScreen(""))


def plan_wave_from_file(request: StaffRequest) -> Response:
    text = (request.form.text("plan") if "plan" in request.form.files else request.form.exactly("text")) or ""
    try:
        return _create(request, read_plan_file(text))
    except BadWavePlan as refused:
        problems = refused.problems
    except (WaveExists, SurveyProblems) as refused:
        problems = (str(refused),)
    return request.show(PlanFileScreen(text, problems), 422)


def _create(request: StaffRequest, plan: WavePlan) -> Response:
    create_wave(request.engine, plan, request.actor)
    return request.go(f"/staff/waves/{plan.slug}", "wave-planned")


def _screen(request: StaffRequest, slug: str, form_errors: Mapping[str, str], form: Form) -> PlanScreen:
    places = list_communities(request.engine)
    if slug and slug not in {place.slug for place in places}:
        raise NotFound("community", slug)
    known = tuple((place.slug, place.names.get("en", place.slug)) for place in places)
    place = next((place for place in places if place.slug == slug or len(places) == 1), None)
    if place is None:
        return PlanScreen(known, None, form)
    own_surveys = list_own_surveys(request.engine, place.slug)
    return PlanScreen(
        communities=known,
        place=place,
        form=form,
        form_errors=form_errors,
        surveys=(
            *((survey, survey) for survey in known_surveys()),
            *((own.choice, f"{own.title} ({own.survey_id} {own.version})") for own in own_surveys),
            *list_edited_rounds(request.engine, place.slug),
        ),
        languages=tuple((code, each.own_name, each.english_name) for code, each in LANGUAGES.items()),
        agencies=tuple((each.slug, each.names.get("en", each.slug), each.slug) for each in place.agencies),
    )
