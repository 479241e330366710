"""Refuse a single sign-on with one sentence for each reason, which repeats nothing that was sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from app.errors import Refused

Reason = Literal["over", "declined", "provider", "token", "not invited", "no role", "taken", "removed", "invitation"]

SENTENCES: Mapping[Reason, str] = {
    "over": "This sign-in began in another browser, was used before, or is older than ten minutes: begin again.",
    "declined": "The single sign-on did not let you in: begin again, or ask the people who run it.",
    "provider": "The single sign-on does not answer as expected: try again in a minute, or use a password and a code.",
    "token": "The single sign-on sent a statement that is not valid for this service: ask the people who run it.",
    "not invited": "Your account is not connected to a member of staff: ask an operator for a link, and open it first.",
    "no role": "None of your groups has a role here: ask the people who run the single sign-on.",
    "taken": "Your account is connected to another member of staff already: sign in as that member.",
    "removed": "Your access was removed: ask an operator for a new link.",
    "invitation": "The link was used, replaced or is older than 3 days: ask for a new one.",
}


class SingleSignOnRefused(Refused):
    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(SENTENCES[reason])
