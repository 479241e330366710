"""The routes of the console: the handler, the permission it needs, the act for the audit log, the body's limit."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Engine
from starlette.responses import Response
from starlette.routing import Route, compile_path

from app.settings import Settings
from app.web.admin import (
    access_requests,
    account,
    area_map_upload,
    audit,
    codes,
    communities,
    coverage,
    desks,
    holders,
    jobs,
    keys,
    letters,
    overview,
    people,
    phone_preview,
    plan_form,
    provider_sign_in,
    question_bank,
    question_forms,
    question_new,
    question_parts,
    questions,
    register_pages,
    releases,
    reports,
    round_languages,
    sample,
    scorecards,
    sentences,
    sign_in,
    survey_uploads,
    tables,
    translations,
    waves,
)
from app.web.admin.dispatch import SIGN_IN, AdminRoute, Dispatcher, show_nowhere
from app.web.admin.forms import LARGE
from app.web.admin.request import StaffRequest

COMMUNITY, WAVE = "/staff/communities/{community}", "/staff/waves/{wave}"
LANGUAGES = f"{WAVE}/languages"
SENTENCE = f"{LANGUAGES}/{{language}}/sentences/{{sentence}}"
QUESTIONS = f"{WAVE}/questions"
AGENCY = f"{COMMUNITY}/agencies/{{agency}}"
REGISTER = f"{COMMUNITY}/registers/{{register}}"

PAGES = (
    # Without a session.
    AdminRoute("GET", SIGN_IN, sign_in.show_sign_in, None),
    AdminRoute("POST", SIGN_IN, sign_in.sign_in, None, "signed in"),
    AdminRoute("POST", "/staff/single-sign-on", provider_sign_in.start, None, "signed in"),
    AdminRoute("GET", "/staff/single-sign-on/back", provider_sign_in.come_back, None),
    AdminRoute("GET", "/staff/welcome/{token}", sign_in.show_welcome, None),
    AdminRoute("POST", "/staff/welcome/{token}", sign_in.take_invitation, None, "staff joined"),
    # The member's own account.
    AdminRoute("GET", "/staff", overview.show_overview, "look around"),
    AdminRoute("GET", "/staff/account", account.show_account, "keep an account"),
    AdminRoute("POST", "/staff/account/password", account.set_password, "keep an account", "password changed"),
    AdminRoute(
        "POST", "/staff/account/recovery", account.show_new_recovery_codes, "keep an account", "recovery codes renewed"
    ),
    AdminRoute("POST", "/staff/account/sessions", account.end_session, "keep an account", "session ended"),
    AdminRoute("POST", "/staff/sign-out", sign_in.leave, "keep an account", "signed out"),
    AdminRoute(
        "POST", "/staff/sign-out-everywhere", sign_in.leave_everywhere, "keep an account", "signed out everywhere"
    ),
    # Communities and agencies.
    AdminRoute("GET", "/staff/communities", communities.show_communities, "keep communities"),
    AdminRoute("GET", "/staff/communities/new", communities.show_new_community, "keep communities"),
    AdminRoute("POST", "/staff/communities/new", communities.create_community, "keep communities", "community added"),
    AdminRoute("GET", COMMUNITY, communities.show_community, "keep communities"),
    AdminRoute("GET", f"{COMMUNITY}/names", communities.show_community_names, "keep communities"),
    AdminRoute("POST", f"{COMMUNITY}/names", communities.set_community_names, "keep communities", "community named"),
    AdminRoute("GET", f"{COMMUNITY}/agencies/new", communities.show_new_agency, "keep communities"),
    AdminRoute("POST", f"{COMMUNITY}/agencies/new", communities.create_agency, "keep communities", "agency added"),
    AdminRoute("GET", AGENCY, communities.show_agency_names, "keep communities"),
    AdminRoute("POST", AGENCY, communities.set_agency_names, "keep communities", "agency named"),
    # Surveys of the community.
    AdminRoute("GET", f"{COMMUNITY}/surveys", survey_uploads.show_surveys, "plan waves"),
    AdminRoute("POST", f"{COMMUNITY}/surveys", survey_uploads.check, "plan waves", "survey checked", LARGE),
    AdminRoute("POST", f"{COMMUNITY}/surveys/store", survey_uploads.store, "plan waves", "survey stored", LARGE),
    AdminRoute("GET", f"{COMMUNITY}/surveys/{{number}}.xlsx", survey_uploads.send_workbook, "plan waves"),
    AdminRoute("GET", f"{COMMUNITY}/surveys/{{number}}.yaml", survey_uploads.send_text, "plan waves"),
    # The map of its areas.
    AdminRoute("GET", f"{COMMUNITY}/map", area_map_upload.show_map, "keep communities"),
    AdminRoute("POST", f"{COMMUNITY}/map", area_map_upload.store_map, "keep communities", "map stored", LARGE),
    # Tables.
    AdminRoute("GET", f"{COMMUNITY}/population", tables.show_table, "load population"),
    AdminRoute("POST", f"{COMMUNITY}/population", tables.check_table, "load population", "population checked", LARGE),
    AdminRoute(
        "POST", f"{COMMUNITY}/population/load", tables.load_table, "load population", "population loaded", LARGE
    ),
    AdminRoute("POST", f"{COMMUNITY}/population/typed", tables.check_table, "load population", "population checked"),
    AdminRoute("GET", f"{COMMUNITY}/population/template.csv", tables.send_population_template, "load population"),
    AdminRoute("GET", f"{COMMUNITY}/staffing/template.csv", tables.send_staffing_template, "load staffing"),
    AdminRoute("GET", f"{COMMUNITY}/staffing", tables.show_table, "load staffing"),
    AdminRoute("POST", f"{COMMUNITY}/staffing", tables.check_table, "load staffing", "workforce checked", LARGE),
    AdminRoute("POST", f"{COMMUNITY}/staffing/load", tables.load_table, "load staffing", "workforce loaded", LARGE),
    AdminRoute("GET", f"{COMMUNITY}/measures", tables.show_table, "load measures"),
    AdminRoute("POST", f"{COMMUNITY}/measures", tables.check_table, "load measures", "measures checked", LARGE),
    AdminRoute("POST", f"{COMMUNITY}/measures/load", tables.load_table, "load measures", "measures loaded", LARGE),
    *(
        route
        for end, kind in (("targets", "targets"), ("answers", "answers"), ("improvements", "events"))
        for route in (
            AdminRoute("GET", f"{COMMUNITY}/{end}", tables.show_table, "keep scorecards"),
            AdminRoute("POST", f"{COMMUNITY}/{end}", tables.check_table, "keep scorecards", f"{kind} checked", LARGE),
            AdminRoute(
                "POST", f"{COMMUNITY}/{end}/load", tables.load_table, "keep scorecards", f"{kind} loaded", LARGE
            ),
        )
    ),
    AdminRoute("GET", f"{COMMUNITY}/scorecard", scorecards.show_scorecard, "see drafts"),
    AdminRoute("GET", f"{COMMUNITY}/scorecard/draft", scorecards.show_draft, "see drafts"),
    AdminRoute("POST", f"{COMMUNITY}/scorecard", scorecards.publish, "keep scorecards", "scorecard published"),
    # Registers.
    AdminRoute("GET", "/staff/registers", register_pages.show_own, "see registers"),
    AdminRoute("GET", f"{COMMUNITY}/registers", register_pages.show_registers, "see registers"),
    AdminRoute("GET", f"{COMMUNITY}/comments", register_pages.show_comments, "decide comments"),
    AdminRoute("POST", f"{COMMUNITY}/comments", register_pages.decide, "decide comments", "comment decided"),
    AdminRoute("GET", REGISTER, register_pages.show_register, "see registers"),
    AdminRoute("POST", REGISTER, register_pages.enter, "keep registers", "entry entered"),
    AdminRoute("POST", f"{COMMUNITY}/replies", register_pages.enter, "reply to entries", "entry entered"),
    AdminRoute("GET", f"{REGISTER}/entries.csv", register_pages.send_entries, "keep registers"),
    AdminRoute("GET", f"{REGISTER}/table", tables.show_table, "keep registers"),
    AdminRoute("POST", f"{REGISTER}/table", tables.check_table, "keep registers", "register checked", LARGE),
    AdminRoute("POST", f"{REGISTER}/table/load", tables.load_table, "keep registers", "register loaded", LARGE),
    # Survey rounds.
    AdminRoute("GET", "/staff/waves", waves.show_waves, "see waves"),
    AdminRoute("GET", "/staff/waves/new", plan_form.show_plan, "plan waves"),
    AdminRoute("POST", "/staff/waves/new", plan_form.plan_wave, "plan waves", "wave created"),
    AdminRoute("GET", "/staff/waves/new/file", plan_form.show_plan_file, "plan waves"),
    AdminRoute("POST", "/staff/waves/new/file", plan_form.plan_wave_from_file, "plan waves", "wave created"),
    AdminRoute("GET", WAVE, waves.show_wave, "see waves"),
    AdminRoute("GET", f"{WAVE}/plan", plan_form.show_draft, "plan waves"),
    # The questions of a draft.
    AdminRoute("GET", QUESTIONS, questions.show_questions, "plan waves"),
    AdminRoute("POST", QUESTIONS, questions.change_questions, "plan waves", "questions changed"),
    AdminRoute("GET", f"{QUESTIONS}/preview", phone_preview.show_whole, "see translations"),
    AdminRoute("GET", f"{QUESTIONS}/new", question_new.show_new_question, "plan waves"),
    AdminRoute("POST", f"{QUESTIONS}/new", question_new.add_question, "plan waves", "questions changed"),
    AdminRoute("GET", f"{QUESTIONS}/bank", question_bank.show_bank, "plan waves"),
    AdminRoute("POST", f"{QUESTIONS}/bank", question_bank.add_from_bank, "plan waves", "questions changed"),
    AdminRoute("GET", f"{QUESTIONS}/versions", questions.show_versions, "plan waves"),
    AdminRoute("POST", f"{QUESTIONS}/versions", questions.return_to_version, "plan waves", "questions changed"),
    AdminRoute("GET", f"{QUESTIONS}/parts/{{part}}", question_parts.show_part, "plan waves"),
    AdminRoute("POST", f"{QUESTIONS}/parts/{{part}}", question_parts.change_part, "plan waves", "questions changed"),
    AdminRoute("GET", f"{QUESTIONS}/{{code}}/edit", question_forms.show_question, "plan waves"),
    AdminRoute("POST", f"{QUESTIONS}/{{code}}/edit", question_forms.change_question, "plan waves", "questions changed"),
    AdminRoute(
        "POST", f"{QUESTIONS}/{{code}}/delete", question_forms.delete_question, "plan waves", "questions changed"
    ),
    # The languages of a draft.
    AdminRoute("GET", LANGUAGES, round_languages.show_languages, "see translations"),
    AdminRoute("GET", f"{LANGUAGES}/{{language}}", round_languages.show_language, "see translations"),
    AdminRoute(
        "POST", f"{LANGUAGES}/{{language}}", round_languages.sign_language, "see translations", "translation signed"
    ),
    AdminRoute(
        "POST", f"{LANGUAGES}/{{language}}/seen", round_languages.look_at_page, "see translations", "sentences seen"
    ),
    AdminRoute("GET", f"{LANGUAGES}/{{language}}/file.{{format}}", round_languages.send_file, "see translations"),
    AdminRoute(
        "POST",
        f"{LANGUAGES}/{{language}}/file",
        round_languages.load_file,
        "see translations",
        "translation loaded",
        LARGE,
    ),
    AdminRoute("GET", SENTENCE, sentences.show_sentence, "see translations"),
    AdminRoute("POST", SENTENCE, sentences.change_sentence, "see translations", "sentence translated"),
    AdminRoute("GET", f"{WAVE}/fieldwork", coverage.show_coverage, "see fieldwork"),
    AdminRoute("GET", f"{WAVE}/open", waves.ask_before("open"), "run waves"),
    AdminRoute("POST", f"{WAVE}/open", waves.open_wave, "run waves", "wave opened"),
    AdminRoute("GET", f"{WAVE}/close", waves.ask_before("close"), "run waves"),
    AdminRoute("POST", f"{WAVE}/close", waves.close_wave, "run waves", "wave closed"),
    AdminRoute("GET", f"{WAVE}/withdraw", waves.ask_before("withdraw"), "run waves"),
    AdminRoute("POST", f"{WAVE}/withdraw", waves.withdraw_wave, "run waves", "wave withdrawn"),
    AdminRoute("GET", f"{WAVE}/box", waves.ask_before("box"), "run waves"),
    AdminRoute("POST", f"{WAVE}/box", waves.open_box, "run waves", "box opened"),
    AdminRoute("GET", f"{WAVE}/sample", sample.show_sample, "plan waves"),
    AdminRoute("POST", f"{WAVE}/sample", sample.plan_sample, "plan waves", "sample planned"),
    AdminRoute("GET", f"{WAVE}/letters", letters.show_letters, "make codes"),
    AdminRoute("POST", f"{WAVE}/letters", letters.keep_letter, "make codes", "letter kept"),
    AdminRoute("GET", f"{WAVE}/letters/{{sheet}}.pdf", letters.send_sheet, "make codes"),
    AdminRoute("GET", f"{WAVE}/letters/{{sheet}}", letters.show_sheet, "make codes"),
    AdminRoute("GET", f"{WAVE}/codes", codes.show_codes, "make codes"),
    AdminRoute("POST", f"{WAVE}/codes", codes.make_codes, "make codes", "codes made"),
    AdminRoute("POST", f"{WAVE}/codes/sample", codes.make_sample_files, "make codes", "codes made", LARGE),
    AdminRoute("GET", f"{WAVE}/report", reports.show_report, "publish reports"),
    AdminRoute("GET", f"{WAVE}/report/page", reports.show_page, "publish reports"),
    AdminRoute("GET", f"{WAVE}/report/page/{{page}}", reports.show_page, "publish reports"),
    AdminRoute("GET", f"{WAVE}/report/preview", reports.preview_report, "publish reports"),
    AdminRoute("POST", f"{WAVE}/report/preview", reports.preview_report, "publish reports", "report previewed"),
    AdminRoute("POST", f"{WAVE}/report/publish", reports.publish_report, "publish reports", "job asked for"),
    AdminRoute("POST", f"{WAVE}/report/beside", reports.publish_beside, "publish reports", "report published"),
    # Data sets.
    AdminRoute("GET", f"{WAVE}/data", releases.ask_before_data, "publish data"),
    AdminRoute("POST", f"{WAVE}/data", releases.publish_data, "publish data", "job asked for"),
    AdminRoute("GET", "/staff/releases", releases.show_releases, "publish data"),
    AdminRoute("GET", "/staff/releases/{release}/withdraw", releases.ask_before_withdrawal, "publish data"),
    AdminRoute("POST", "/staff/releases/{release}/withdraw", releases.withdraw, "publish data", "release withdrawn"),
    AdminRoute("GET", "/staff/requests", access_requests.show_requests, "decide requests"),
    AdminRoute("GET", "/staff/requests/{request}", access_requests.show_request, "decide requests"),
    AdminRoute(
        "POST", "/staff/requests/{request}/approve", access_requests.approve, "decide requests", "access approved"
    ),
    AdminRoute("POST", "/staff/requests/{request}/refuse", access_requests.refuse, "decide requests", "access refused"),
    AdminRoute("GET", "/staff/jobs/{job}", jobs.show_job, "publish reports"),
    # Help points.
    AdminRoute("GET", f"{WAVE}/desks", desks.show_desks, "open desks"),
    AdminRoute("POST", f"{WAVE}/desks", desks.open_one, "open desks", "desk opened"),
    AdminRoute("POST", f"{WAVE}/desks/close", desks.close_one, "open desks", "desk closed"),
    # Translations.
    AdminRoute("GET", "/staff/translations", translations.show_translations, "see translations"),
    AdminRoute("GET", "/staff/translations/{language}", translations.show_translation, "see translations"),
    AdminRoute(
        "POST",
        "/staff/translations/{language}",
        translations.sign_translation,
        "see translations",
        "translation signed",
    ),
    AdminRoute("GET", "/staff/translations/{language}/{domain}.xlf", translations.send_catalog, "see translations"),
    # Holders of the keys of sealed answers.
    AdminRoute("GET", "/staff/holders", holders.show_holders, "run waves"),
    AdminRoute("POST", "/staff/holders", holders.make_holder, "run waves", "holder added"),
    AdminRoute("POST", "/staff/holders/file", holders.add_holder_file, "run waves", "holder added"),
    AdminRoute("POST", "/staff/holders/keys", holders.make_keys, "run waves", "holder added"),
    # API keys.
    AdminRoute("GET", "/staff/keys", keys.show_keys, "keep keys"),
    AdminRoute("GET", "/staff/keys/new", keys.show_new_key, "keep keys"),
    AdminRoute("POST", "/staff/keys/new", keys.make_key, "keep keys", "key created"),
    AdminRoute("POST", "/staff/keys/{key}/revoke", keys.end_key, "keep keys", "key revoked"),
    # Staff and audit log.
    AdminRoute("GET", "/staff/people", people.show_people, "keep staff"),
    AdminRoute("GET", "/staff/people/new", people.show_new_person, "keep staff"),
    AdminRoute("POST", "/staff/people/new", people.add_person, "keep staff", "staff added"),
    AdminRoute("POST", "/staff/people/{name}/link", people.renew_link, "keep staff", "staff link renewed"),
    AdminRoute("POST", "/staff/people/{name}/confirm", people.confirm_person, "keep staff", "staff confirmed"),
    AdminRoute("GET", "/staff/people/{name}/sessions", people.show_sessions, "keep staff"),
    AdminRoute("POST", "/staff/people/{name}/sessions", people.end_sessions, "keep staff", "sessions ended"),
    AdminRoute("GET", "/staff/people/{name}/remove", people.ask_before_removal, "keep staff"),
    AdminRoute("POST", "/staff/people/{name}/remove", people.remove_person, "keep staff", "staff removed"),
    AdminRoute("GET", "/staff/audit", audit.show_log, "read the audit log"),
    AdminRoute("GET", "/staff/audit.csv", audit.send_log, "read the audit log"),
    AdminRoute("POST", "/staff/audit/proof", audit.show_proof, "read the audit log", "log verified"),
)


SHOWN = tuple(compile_path(row.path)[0] for row in PAGES if row.method == "GET")
SENT = tuple(compile_path(row.path)[0] for row in PAGES if row.method == "POST")


def find_way_back(path: str) -> str:
    """Return the nearest page above the address of a form, or nothing for an address that the console does not have.

    >>> find_way_back("/staff/waves/fall/report/publish"), find_way_back("/staff/nowhere")
    ('/staff/waves/fall/report', '')
    """
    if not any(each.match(path) for each in SENT):
        return ""
    above = path
    while above := above.rpartition("/")[0]:
        if any(each.match(above) for each in SHOWN):
            return above
    return ""


def show_above(request: StaffRequest) -> Response:
    """Lead a reload of a page that answered a form to the page with that form; refuse every other address."""
    path = find_way_back(request.http.url.path)
    return request.go(path) if path else show_nowhere(request)


# Last: an address that the console does not have.
ROUTES = (*PAGES, AdminRoute("GET", "/staff/{nowhere:path}", show_above, "look around"))


def make_routes(engine: Engine, settings: Settings, table: Iterable[AdminRoute] = ROUTES) -> list[Route]:
    dispatcher = Dispatcher(engine, settings)
    return [Route(row.path, dispatcher.bind(row), methods=[row.method]) for row in table]
