"""A request to the console: the member, the form, and the ways to answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.services.accounts.authentication import SignedIn, SignIn
from app.services.accounts.oidc.single_sign_on import SingleSignOn
from app.services.accounts.permissions import Member
from app.services.common.actor import Actor
from app.settings import Settings
from app.web.admin.csrf import Cookie, masked
from app.web.admin.forms import Form
from app.web.admin.rendering import Frame, StaffScreen, respond


@dataclass(frozen=True)
class ConsoleContext:
    """The objects that all console pages share."""

    engine: Engine
    settings: Settings
    sign_in: SignIn
    cookie: Cookie
    single_sign_on: SingleSignOn | None = None  # where the settings name a provider


@dataclass(frozen=True)
class StaffRequest:
    """The argument of every handler. `signed` is None on pages that need no session."""

    context: ConsoleContext
    http: Request
    now: datetime
    signed: SignedIn | None = None
    form: Form = field(default_factory=Form)

    @property
    def engine(self) -> Engine:
        return self.context.engine

    @property
    def settings(self) -> Settings:
        return self.context.settings

    @property
    def known(self) -> SignedIn:
        assert self.signed is not None, "a route without permission was asked who is there"
        return self.signed

    @property
    def member(self) -> Member:
        return self.known.member

    @property
    def actor(self) -> Actor:
        return Actor(self.member.name, self.now)

    def path(self, name: str) -> str:
        """Return a parameter of the path."""
        return str(self.http.path_params[name]).replace("\0", "")

    def query(self, name: str) -> str:
        return self.http.query_params.get(name, "").replace("\0", "").strip()[:200]

    def show(self, screen: StaffScreen, status: int = 200) -> Response:
        return respond(screen, self._frame(), status)

    def go(self, path: str, done: str = "") -> Response:
        """Redirect to another page with a notice; `done` is a key of `NOTICES`."""
        address = quote(path, safe="/?=&#:-._") + (("&" if "?" in path else "?") + f"done={done}" if done else "")
        return RedirectResponse(address, 303)

    @property
    def _single_sign_on(self) -> str:
        return self.context.single_sign_on.settings.label if self.context.single_sign_on else ""

    def _frame(self) -> Frame:
        if self.signed is None:
            return Frame(single_sign_on=self._single_sign_on)
        return Frame(self.signed.member, masked(self.signed.form_secret), self.query("done"))


def download(content: bytes, name: str, media_type: str) -> Response:
    """Send a file that the service does not store."""
    headers: dict[str, Any] = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
