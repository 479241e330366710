"""Every address of the staff: the view behind it, who may open it, and the act that it leaves in the audit log."""

from __future__ import annotations

from app.web.staff import account, audit, overview, people, signing_in
from app.web.staff.desk import SIGN_IN, Door

DOORS = (
    # Strangers come no further than this.
    Door("GET", SIGN_IN, signing_in.show_sign_in, None),
    Door("POST", SIGN_IN, signing_in.sign_in, None, "signed in"),
    Door("GET", "/staff/welcome/{token}", signing_in.show_welcome, None),
    Door("POST", "/staff/welcome/{token}", signing_in.take_invitation, None, "staff joined"),
    # One's own.
    Door("GET", "/staff", overview.show_overview, "look around"),
    Door("GET", "/staff/account", account.show_account, "keep an account"),
    Door("POST", "/staff/account/password", account.set_password, "keep an account", "password changed"),
    Door(
        "POST", "/staff/account/recovery", account.show_new_recovery_codes, "keep an account", "recovery codes renewed"
    ),
    Door("POST", "/staff/sign-out", signing_in.leave, "keep an account", "signed out"),
    Door("POST", "/staff/sign-out-everywhere", signing_in.leave_everywhere, "keep an account", "signed out everywhere"),
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
