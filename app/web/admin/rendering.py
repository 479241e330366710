"""Render console pages. They are in English; names of places keep their language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import ClassVar

from starlette.responses import HTMLResponse

from app.services.accounts.permissions import Member
from app.web import rendering
from app.web.admin.page_help import find_about
from app.web.headers import content_security_policy

STYLES = ("site.css", "public.css", "staff.css")
SCRIPTS = ("staff.js",)  # everything works without

# The menu: words, address, permission.
PLACES: tuple[tuple[str, str, str], ...] = (
    ("Overview", "/staff", "look around"),
    ("Survey rounds", "/staff/waves", "see waves"),
    ("Communities", "/staff/communities", "keep communities"),
    ("Registers", "/staff/registers", "see registers"),
    ("Data", "/staff/releases", "publish data"),
    ("Requests", "/staff/requests", "decide requests"),
    ("Translations", "/staff/translations", "see translations"),
    ("Holders", "/staff/holders", "run waves"),
    ("API keys", "/staff/keys", "keep keys"),
    ("Staff", "/staff/people", "keep staff"),
    ("Audit log", "/staff/audit", "read the audit log"),
)

NOTICES: Mapping[str, str] = {
    "saved": "Saved.",
    "keys-made": "The new keys are registered.",
    "report-renewed": "A new version of the report is published: the same figures, with today’s commitments and map.",
    "map-stored": "The map is stored. Reports that you publish from now on show it.",
    "table-loaded": "The table is stored.",
    "survey-stored": "The survey is stored. You can choose it in the plan of a survey round.",
    "scorecard-published": "The scorecard is published.",
    "sample-kept": "The plan of the sample is kept.",
    "letter-kept": "The letter is kept.",
    "wave-planned": "The survey round is saved as a draft.",
    "wave-opened": "The survey round is open: residents can answer.",
    "wave-closed": "The survey round is closed. You can now unlock all sealed answers.",
    "box-opened": "The answers are unlocked, and their keys are destroyed.",
    "wave-withdrawn": "The survey round is withdrawn.",
    "release-withdrawn": "The release is withdrawn. Its page shows the reason.",
    "request-refused": "The request is refused.",
    "desk-closed": "The help point is closed. Its answers stay.",
    "questions-saved": "The questions are saved as a new version.",
    "questions-same": "Nothing changed.",
    "sentence-saved": "Saved.",
    "last-sentence": "That was the last sentence of this list.",
    "signed": "You signed these sentences.",
    "password": "Your password is changed. All other browsers are signed out.",
    "member-confirmed": "The account counts as one of two people now.",
    "link-asked": "You asked for a new link. A second operator must press New link too.",
    "sessions-ended": "The sessions are ended.",
    "member-removed": "That person has no access now.",
    "key-revoked": "The API key is revoked.",
}


@dataclass(frozen=True)
class StaffScreen:
    """The values that a template shows; `here` is the current menu entry."""

    template: ClassVar[str]
    here: ClassVar[str] = ""

    @property
    def has_about(self) -> bool:
        """Whether the help of the page is about what this person sees."""
        return True

    @property
    def more_styles(self) -> tuple[str, ...]:
        """The styles of a page shown inside this one."""
        return ()


@dataclass(frozen=True)
class Frame:
    """The values around every page: the signed-in member, the token of forms, the last action, the provider."""

    member: Member | None = None
    token: str = ""
    done: str = ""
    single_sign_on: str = ""  # the name of the provider on pages without a session

    @property
    def notice(self) -> str:
        return NOTICES.get(self.done, "")

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        if self.member is None:
            return ()
        return tuple((words, path) for words, path, permission in PLACES if self.member.may(permission))


@dataclass(frozen=True)
class RefusalScreen(StaffScreen):
    """A refused action with its reason."""

    template: ClassVar[str] = "admin/refused.html"

    title: str
    sentence: str


def render(screen: StaffScreen, frame: Frame) -> str:
    return rendering.ENVIRONMENT.get_template(screen.template).render(
        {each.name: getattr(screen, each.name) for each in fields(screen)},
        screen=screen,
        frame=frame,
        here=screen.here,
        about_page=find_about(screen.template) if screen.has_about else "",
        styles=[rendering.load_asset(name) for name in STYLES],
        scripts=[rendering.load_asset(name) for name in SCRIPTS],
    )


def respond(screen: StaffScreen, frame: Frame, status: int = 200) -> HTMLResponse:
    styles, scripts = ([rendering.load_asset(name) for name in names] for names in (STYLES, SCRIPTS))
    policy = content_security_policy([*styles, *screen.more_styles], scripts)
    headers = {"content-security-policy": policy, "content-language": "en"}
    return HTMLResponse(render(screen, frame), status, headers)
