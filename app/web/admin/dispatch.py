"""Stands in front of every page of the staff: who is it, may she, is the form ours; and what a refusal looks like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import quote

from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from app.errors import NotFound, Refused
from app.records.audit_log import record_act
from app.records.database import writing
from app.services.accounts.authentication import SignedIn, SignIn, TooManyTries, find_signed_in
from app.services.accounts.passwords import TooBusy
from app.services.accounts.permissions import NotAllowed
from app.settings import Settings
from app.web.admin.csrf import TOKEN_FIELD, Cookie, is_from_elsewhere, unmasks
from app.web.admin.forms import SMALL, Form, read_form
from app.web.admin.rendering import Refusal
from app.web.admin.request import Office, Visit
from app.web.error_pages import PageRefused

View = Callable[[Visit], Response]

SIGN_IN = "/staff/sign-in"
REFUSALS: dict[type[Refused], tuple[int, str]] = {
    NotFound: (404, "There is nothing at this address"),
    NotAllowed: (403, "This is not for your role"),
    TooManyTries: (429, "Please wait a moment"),
    TooBusy: (503, "Please try again in a moment"),
    Refused: (409, "That cannot be done"),
}


@dataclass(frozen=True)
class Door:
    """An address of the staff: who may open it, and the act that a `POST` leaves in the audit log.

    Without permission it is open to strangers.
    """

    method: str
    path: str
    view: View
    permission: str | None
    act: str = ""
    most: int = SMALL


class FormForeign(Refused):
    def __init__(self) -> None:
        super().__init__(
            "Expected a form of a page of ours, opened in this session: go back, reload it, send it again."
        )


class Reception:
    """The routes of all doors."""

    def __init__(self, engine: Engine, settings: Settings, doors: Sequence[Door]) -> None:
        cookie = Cookie.of(settings.base_url)
        self.office, self.doors = Office(engine, settings, SignIn(engine, settings), cookie), doors

    def routes(self) -> list[Route]:
        return [Route(door.path, self._endpoint(door), methods=[door.method]) for door in self.doors]

    def _endpoint(self, door: Door) -> Callable[[Request], object]:
        async def answer(request: Request) -> Response:
            visit = Visit(self.office, request, datetime.now(UTC))
            try:
                if door.permission is not None:
                    signed = await run_in_threadpool(self.find_signed, request, visit.now)
                    if signed is None:
                        return ask_to_sign_in(request)
                    visit = replace(visit, signed=signed)
                form = await read_form(request, door.most) if door.method == "POST" else Form()
            except PageRefused as refused:
                return show_refused_form(visit, refused)
            return await run_in_threadpool(self.open, door, replace(visit, form=form))

        return answer

    def find_signed(self, request: Request, now: datetime) -> SignedIn | None:
        token = self.office.cookie.read(request)
        return find_signed_in(self.office.engine, token, now) if token else None

    def open(self, door: Door, visit: Visit) -> Response:
        try:
            if door.permission is not None:
                visit.member.check_may(door.permission)
            check_is_ours(door, visit)
            return door.view(visit)
        except Refused as refused:
            if visit.signed and (door.act or isinstance(refused, NotAllowed)):
                record_refusal(door, visit, refused)
            return show_refusal(visit, refused)


def check_is_ours(door: Door, visit: Visit) -> None:
    if door.method != "POST":
        return
    ours = visit.signed is None or unmasks(visit.form.exactly(TOKEN_FIELD), visit.signed.form_secret)
    if not ours or is_from_elsewhere(visit.request):
        raise FormForeign


def ask_to_sign_in(request: Request) -> Response:
    """To the sign-in page, and from there back to a page that was asked for."""
    wanted = f"?next={quote(request.url.path)}" if request.method == "GET" and request.url.path != "/staff" else ""
    return RedirectResponse(SIGN_IN + wanted, 303)


def record_refusal(door: Door, visit: Visit, refused: Refused) -> None:
    """What somebody wanted and was not given; the kind of the reason, for its sentence may quote a file."""
    wanted = door.act or f"see {door.path}"
    with writing(visit.engine) as session:
        subject = visit.request.url.path.removeprefix("/staff/").replace("\0", "")
        record_act(session, visit.member.name, "refused", subject, visit.now, wanted=wanted, why=type(refused).__name__)


def show_refusal(visit: Visit, refused: Refused) -> Response:
    status, title = next(REFUSALS[each] for each in type(refused).__mro__ if each in REFUSALS)
    sentence = str(refused)
    if isinstance(refused, NotFound):
        sentence = "It was removed, or the address is not quite right."  # the names that there are may not be for you
    if isinstance(refused, FormForeign):
        status = 403
    return visit.show(Refusal(title, sentence), status)


def show_refused_form(visit: Visit, refused: PageRefused) -> Response:
    if refused.kind == "too_large":
        return visit.show(
            Refusal(
                "That was too much at once", "Forms take up to 4 MB; larger tables are loaded on the command line."
            ),
            413,
        )
    return visit.show(Refusal("That form could not be read", "Please go back and send it again."), 400)
