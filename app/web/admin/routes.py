"""Every address of the staff: the view behind it, who may open it, and the act that it leaves in the audit log."""

from __future__ import annotations

from app.web.admin import (
    access_requests,
    account,
    audit,
    codes,
    communities,
    coverage,
    desks,
    jobs,
    keys,
    overview,
    people,
    plan_form,
    releases,
    reports,
    scorecards,
    sign_in,
    tables,
    translations,
    waves,
)
from app.web.admin.dispatch import SIGN_IN, Door
from app.web.admin.forms import LARGE

COMMUNITY, WAVE = "/staff/communities/{community}", "/staff/waves/{wave}"
AGENCY = f"{COMMUNITY}/agencies/{{agency}}"

DOORS = (
    # Strangers come no further than this.
    Door("GET", SIGN_IN, sign_in.show_sign_in, None),
    Door("POST", SIGN_IN, sign_in.sign_in, None, "signed in"),
    Door("GET", "/staff/welcome/{token}", sign_in.show_welcome, None),
    Door("POST", "/staff/welcome/{token}", sign_in.take_invitation, None, "staff joined"),
    # One's own.
    Door("GET", "/staff", overview.show_overview, "look around"),
    Door("GET", "/staff/account", account.show_account, "keep an account"),
    Door("POST", "/staff/account/password", account.set_password, "keep an account", "password changed"),
    Door(
        "POST", "/staff/account/recovery", account.show_new_recovery_codes, "keep an account", "recovery codes renewed"
    ),
    Door("POST", "/staff/sign-out", sign_in.leave, "keep an account", "signed out"),
    Door("POST", "/staff/sign-out-everywhere", sign_in.leave_everywhere, "keep an account", "signed out everywhere"),
    # Places.
    Door("GET", "/staff/communities", communities.show_communities, "keep communities"),
    Door("GET", "/staff/communities/new", communities.show_new_community, "keep communities"),
    Door("POST", "/staff/communities/new", communities.create_community, "keep communities", "community added"),
    Door("GET", COMMUNITY, communities.show_community, "keep communities"),
    Door("GET", f"{COMMUNITY}/names", communities.show_community_names, "keep communities"),
    Door("POST", f"{COMMUNITY}/names", communities.set_community_names, "keep communities", "community named"),
    Door("GET", f"{COMMUNITY}/agencies/new", communities.show_new_agency, "keep communities"),
    Door("POST", f"{COMMUNITY}/agencies/new", communities.create_agency, "keep communities", "agency added"),
    Door("GET", AGENCY, communities.show_agency_names, "keep communities"),
    Door("POST", AGENCY, communities.set_agency_names, "keep communities", "agency named"),
    # Tables.
    Door("GET", f"{COMMUNITY}/population", tables.show_table, "load population"),
    Door("POST", f"{COMMUNITY}/population", tables.check_table, "load population", "population checked", LARGE),
    Door("POST", f"{COMMUNITY}/population/load", tables.load_table, "load population", "population loaded", LARGE),
    Door("GET", f"{COMMUNITY}/staffing", tables.show_table, "load staffing"),
    Door("POST", f"{COMMUNITY}/staffing", tables.check_table, "load staffing", "workforce checked", LARGE),
    Door("POST", f"{COMMUNITY}/staffing/load", tables.load_table, "load staffing", "workforce loaded", LARGE),
    Door("GET", f"{COMMUNITY}/measures", tables.show_table, "load measures"),
    Door("POST", f"{COMMUNITY}/measures", tables.check_table, "load measures", "measures checked", LARGE),
    Door("POST", f"{COMMUNITY}/measures/load", tables.load_table, "load measures", "measures loaded", LARGE),
    *(
        door
        for end, kind in (("targets", "targets"), ("answers", "answers"), ("improvements", "events"))
        for door in (
            Door("GET", f"{COMMUNITY}/{end}", tables.show_table, "keep scorecards"),
            Door("POST", f"{COMMUNITY}/{end}", tables.check_table, "keep scorecards", f"{kind} checked", LARGE),
            Door("POST", f"{COMMUNITY}/{end}/load", tables.load_table, "keep scorecards", f"{kind} loaded", LARGE),
        )
    ),
    Door("GET", f"{COMMUNITY}/scorecard", scorecards.show_scorecard, "keep scorecards"),
    Door("POST", f"{COMMUNITY}/scorecard", scorecards.publish, "keep scorecards", "scorecard published"),
    # Waves.
    Door("GET", "/staff/waves", waves.show_waves, "see waves"),
    Door("GET", "/staff/waves/new", plan_form.show_plan, "plan waves"),
    Door("POST", "/staff/waves/new", plan_form.plan_wave, "plan waves", "wave created"),
    Door("GET", "/staff/waves/new/file", plan_form.show_plan_file, "plan waves"),
    Door("POST", "/staff/waves/new/file", plan_form.plan_wave_from_file, "plan waves", "wave created"),
    Door("GET", WAVE, waves.show_wave, "see waves"),
    Door("GET", f"{WAVE}/plan", plan_form.show_draft, "plan waves"),
    Door("GET", f"{WAVE}/fieldwork", coverage.show_fieldwork, "see fieldwork"),
    Door("GET", f"{WAVE}/open", waves.ask_before("open"), "run waves"),
    Door("POST", f"{WAVE}/open", waves.open_wave, "run waves", "wave opened"),
    Door("GET", f"{WAVE}/close", waves.ask_before("close"), "run waves"),
    Door("POST", f"{WAVE}/close", waves.close_wave, "run waves", "wave closed"),
    Door("GET", f"{WAVE}/withdraw", waves.ask_before("withdraw"), "run waves"),
    Door("POST", f"{WAVE}/withdraw", waves.withdraw_wave, "run waves", "wave withdrawn"),
    Door("GET", f"{WAVE}/box", waves.ask_before("box"), "run waves"),
    Door("POST", f"{WAVE}/box", waves.open_box, "run waves", "job asked for"),
    Door("GET", f"{WAVE}/codes", codes.show_codes, "make codes"),
    Door("POST", f"{WAVE}/codes", codes.make_codes, "make codes", "codes made"),
    Door("GET", f"{WAVE}/report", reports.show_report, "publish reports"),
    Door("POST", f"{WAVE}/report/preview", reports.preview_report, "publish reports", "report previewed"),
    Door("POST", f"{WAVE}/report/publish", reports.publish_report, "publish reports", "job asked for"),
    # Data sets.
    Door("GET", f"{WAVE}/data", releases.ask_before_data, "publish data"),
    Door("POST", f"{WAVE}/data", releases.publish_data, "publish data", "job asked for"),
    Door("GET", "/staff/releases", releases.show_releases, "publish data"),
    Door("GET", "/staff/releases/{release}/withdraw", releases.ask_before_withdrawal, "publish data"),
    Door("POST", "/staff/releases/{release}/withdraw", releases.withdraw, "publish data", "release withdrawn"),
    Door("GET", "/staff/requests", access_requests.show_requests, "decide requests"),
    Door("GET", "/staff/requests/{request}", access_requests.show_request, "decide requests"),
    Door("POST", "/staff/requests/{request}/approve", access_requests.approve, "decide requests", "access approved"),
    Door("POST", "/staff/requests/{request}/refuse", access_requests.refuse, "decide requests", "access refused"),
    Door("GET", "/staff/jobs/{job}", jobs.show_job, "publish reports"),
    # Desks, where people are helped to answer.
    Door("GET", f"{WAVE}/desks", desks.show_desks, "open desks"),
    Door("POST", f"{WAVE}/desks", desks.open_one, "open desks", "desk opened"),
    Door("POST", f"{WAVE}/desks/close", desks.close_one, "open desks", "desk closed"),
    # Translations.
    Door("GET", "/staff/translations", translations.show_translations, "see translations"),
    Door("GET", "/staff/translations/{language}", translations.show_translation, "see translations"),
    Door(
        "POST",
        "/staff/translations/{language}",
        translations.sign_translation,
        "see translations",
        "translation signed",
    ),
    Door("GET", "/staff/translations/{language}/{domain}.xlf", translations.send_catalogue, "see translations"),
    # Keys.
    Door("GET", "/staff/keys", keys.show_keys, "keep keys"),
    Door("GET", "/staff/keys/new", keys.show_new_key, "keep keys"),
    Door("POST", "/staff/keys/new", keys.make_key, "keep keys", "key created"),
    Door("POST", "/staff/keys/{key}/revoke", keys.end_key, "keep keys", "key revoked"),
    # Staff and what they did.
    Door("GET", "/staff/people", people.show_people, "keep staff"),
    Door("GET", "/staff/people/new", people.show_new_person, "keep staff"),
    Door("POST", "/staff/people/new", people.add_person, "keep staff", "staff added"),
    Door("POST", "/staff/people/{name}/link", people.renew_link, "keep staff", "staff link renewed"),
    Door("GET", "/staff/people/{name}/remove", people.ask_before_removal, "keep staff"),
    Door("POST", "/staff/people/{name}/remove", people.remove_person, "keep staff", "staff removed"),
    Door("GET", "/staff/audit", audit.show_log, "read the audit log"),
    Door("GET", "/staff/audit.csv", audit.send_log, "read the audit log"),
    Door("POST", "/staff/audit/proof", audit.show_proof, "read the audit log", "log verified"),
)
