"""Check session, permission and form of every console request, and show refusals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import quote

from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.errors import NotFound, Refused
from app.records.audit_log import record_act
from app.records.database import AWAY, writing
from app.services.accounts.authentication import SignedIn, SignIn, TooManyAttempts, find_signed_in
from app.services.accounts.oidc.single_sign_on import SingleSignOn
from app.services.accounts.passwords import TooBusy
from app.services.accounts.permissions import NotAllowed
from app.settings import Settings
from app.web.admin.console_words import in_console
from app.web.admin.csrf import TOKEN_FIELD, Cookie, is_from_elsewhere, unmasks
from app.web.admin.forms import SMALL, Form, read_form
from app.web.admin.rendering import RefusalScreen
from app.web.admin.request import ConsoleContext, StaffRequest
from app.web.error_pages import PageRefused, log_failure
from app.web.routing import PageRoute

View = Callable[[StaffRequest], Response]

SIGN_IN = "/staff/sign-in"
REFUSALS: dict[type[Refused], tuple[int, str]] = {
    NotFound: (404, "Page not found"),
    NotAllowed: (403, "Your role has no access to this page"),
    TooManyAttempts: (429, "Please wait a moment"),
    TooBusy: (503, "Please try again in a moment"),
    Refused: (409, "This action is not possible"),
}


@dataclass(frozen=True)
class AdminRoute(PageRoute):
    """A row of the console: the permission it needs, the act that a `POST` leaves in the audit log, the body's limit.

    Without a permission anyone may open it.
    """

    handler: View
    permission: str | None
    act: str = ""
    limit: int = SMALL


class FormForeign(Refused):
    def __init__(self) -> None:
        super().__init__(
            "Expected a form that you opened in this session. Go back, reload the page and send the form again."
        )


class Dispatcher:
    """Check the session, the permission and the form of a request before its handler runs."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        cookie = Cookie.of(settings.base_url)
        sign_in = SignIn(engine, settings)
        provider = SingleSignOn(engine, settings.oidc, settings.base_url, sign_in) if settings.oidc else None
        self.context = ConsoleContext(engine, settings, sign_in, cookie, provider)

    def bind(self, route: AdminRoute) -> Callable[[Request], object]:
        """Make the endpoint of a row."""

        async def answer(http: Request) -> Response:
            request = StaffRequest(self.context, http, datetime.now(UTC))
            try:
                if route.permission is not None:
                    signed = await run_in_threadpool(self.find_signed, http, request.now)
                    if signed is None:
                        return ask_to_sign_in(http)
                    request = replace(request, signed=signed)
                form = await read_form(http, route.limit) if route.method == "POST" else Form()
            except PageRefused as refused:
                return show_refused_form(request, refused)
            return await run_in_threadpool(self.open, route, replace(request, form=form))

        return answer

    def find_signed(self, http: Request, now: datetime) -> SignedIn | None:
        token = self.context.cookie.read(http)
        return find_signed_in(self.context.engine, token, now) if token else None

    def open(self, route: AdminRoute, request: StaffRequest) -> Response:
        try:
            if route.permission is not None:
                request.member.check_may(route.permission)
            check_is_ours(route, request)
            return route.handler(request)
        except Refused as refused:
            if request.signed and (route.act or isinstance(refused, NotAllowed)):
                record_refusal(route, request, refused)
            return show_refusal(request, refused)
        except AWAY:
            raise
        except Exception as failure:
            return show_failure(request, log_failure(failure))


def check_is_ours(route: AdminRoute, request: StaffRequest) -> None:
    if route.method != "POST":
        return
    ours = request.signed is None or unmasks(request.form.exactly(TOKEN_FIELD), request.signed.form_secret)
    if not ours or is_from_elsewhere(request.http):
        raise FormForeign


def ask_to_sign_in(http: Request) -> Response:
    """Redirect to the sign-in page, which redirects back to the requested page."""
    wanted = f"?next={quote(http.url.path)}" if http.method == "GET" and http.url.path != "/staff" else ""
    return RedirectResponse(SIGN_IN + wanted, 303)


def record_refusal(route: AdminRoute, request: StaffRequest, refused: Refused) -> None:
    """Record a refused action and the kind of reason. The sentence stays out, because it may quote a file."""
    wanted = route.act or f"see {route.path}"
    with writing(request.engine) as session:
        subject = request.http.url.path.removeprefix("/staff/").replace("\0", "")
        record_act(
            session, request.member.name, "refused", subject, request.now, wanted=wanted, why=type(refused).__name__
        )


def show_refusal(request: StaffRequest, refused: Refused) -> Response:
    status, title = next(REFUSALS[each] for each in type(refused).__mro__ if each in REFUSALS)
    sentence = in_console(str(refused))
    if isinstance(refused, NotFound):
        sentence = "The page was removed, or the address is wrong."  # names stay hidden
    if isinstance(refused, FormForeign):
        status = 403
    return request.show(RefusalScreen(title, sentence), status)


def show_failure(request: StaffRequest, reference: str) -> Response:
    """Show an unexpected failure as a page of the console."""
    sentence = f"Nothing was stored. Go back and try again; if it happens again, report the reference {reference}."
    return request.show(RefusalScreen("Something went wrong inside", sentence), 500)


def show_nowhere(request: StaffRequest) -> Response:
    """Answer an address that the console does not have."""
    raise NotFound("page", request.http.url.path)


def show_refused_form(request: StaffRequest, refused: PageRefused) -> Response:
    if refused.kind == "too_large":
        return request.show(
            RefusalScreen(
                "The form is too large", "The limit is 4 MB. Ask the person who runs the server to load a larger table."
            ),
            413,
        )
    return request.show(RefusalScreen("The form could not be read", "Please go back and send it again."), 400)
