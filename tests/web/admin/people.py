"""Open an office: Olga operates, Bob reads for the police, Rosa reviews, Tariq translates, Charlie has no account.

Each person has a browser without script: it keeps cookies, follows links and fills in the forms of a page.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pyotp
from fastapi import FastAPI
from httpx2 import Response
from lxml import html
from sqlalchemy import Engine
from starlette.testclient import TestClient

from app.main import create_app
from app.records.audit_log import AuditEvent, acts
from app.records.database import reading
from app.services.accounts.authentication import Attempt, SignIn
from app.services.accounts.members import WantedMember, add_member, find_invitation, join
from app.services.common.actor import Actor
from app.settings import Settings
from app.web.admin.csrf import Cookie
from tests.services.making import make_database, make_database_and_wave, make_settings

PASSWORD = "four walrus lamps under snow"
ROLES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "olga": ("operator", ()),
    "bob": ("agency", ("river-city/police",)),
    "rosa": ("reviewer", ()),
    "tariq": ("translator", ()),
}
CHARLIE = "charlie"
EVERYBODY = (*ROLES, CHARLIE)


@dataclass
class Person:
    """Hold a person and her browser. `page` is the page before her."""

    name: str
    client: TestClient
    totp: str = ""
    answer: Response = field(init=False, repr=False)

    def visits(self, path: str) -> Person:
        return self._sees(self.client.get(path))

    def fills_in(
        self, action: str = "", /, files: Mapping[str, tuple[str, bytes]] | None = None, **fields: Any
    ) -> Person:
        """Send the form with that address, or the only one of the page itself, as it stands but for `fields`."""
        form = self.form(action)
        values = {name: value for name, value in form.form_values() if name not in fields}
        sent = {**values, **{name: value for name, value in fields.items() if value is not None}}
        for name, value in form.form_values():
            if name not in fields and not isinstance(sent[name], list) and value != sent[name]:
                sent[name] = [each for key, each in form.form_values() if key == name]
        address = urljoin(str(self.answer.url), form.action or str(self.answer.url))
        path = urlsplit(address).path
        if "multipart" in (form.get("enctype") or ""):
            return self._sees(self.client.post(path, data=sent, files=files or {"nothing": ("", b"")}))
        return self._sees(self.client.post(path, data=sent))

    def form(self, action: str = "") -> html.FormElement:
        here = urlsplit(str(self.answer.url)).path
        forms = [form for form in self.page.forms if form.method == "POST"]
        found = [form for form in forms if urlsplit(form.action or here).path == (action or here)]
        assert len(found) == 1, f"{len(found)} forms to {action or here}, there are {[form.action for form in forms]}"
        return found[0]

    def _sees(self, answer: Response) -> Person:
        self.answer = answer
        return self

    @property
    def page(self) -> html.HtmlElement:
        return html.fromstring(self.answer.text)

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def path(self) -> str:
        return urlsplit(str(self.answer.url)).path

    @property
    def title(self) -> str:
        return " ".join(self.page.findtext(".//title").split())

    @property
    def heading(self) -> str:
        return " ".join(self.page.find(".//h1").text_content().split())

    @property
    def text(self) -> str:
        return " ".join(self.page.find(".//main").text_content().split())

    def code(self, now: datetime | None = None) -> str:
        return pyotp.TOTP(self.totp).at(now or datetime.now(UTC))

    def signs_in(self, **changes: str) -> Person:
        typed = {"name": self.name, "password": PASSWORD, "code": self.code()} | changes
        return self.visits("/staff/sign-in").fills_in(**typed)


@dataclass
class Office:
    settings: Settings
    engine: Engine
    app: FastAPI
    people: dict[str, Person]

    def __getattr__(self, name: str) -> Person:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None

    def acts(self) -> list[AuditEvent]:
        with reading(self.engine) as session:
            return acts(session)

    @property
    def last_act(self) -> AuditEvent:
        return self.acts()[-1]

    def joins(self, name: str) -> Person:
        """Let Olga invite a person, and let that person accept."""
        self.olga.visits("/staff/people/new").fills_in(name=name, role="reviewer")
        address = self.olga.page.find_class("secret")[0].text_content().strip()
        person = Person(name, self.browser()).visits(urlsplit(address).path)
        person.totp = person.page.find_class("secret")[0].text_content().replace(" ", "").strip()
        return person.fills_in(password=PASSWORD, again=PASSWORD, code=person.code())

    def makes_key(self) -> Person:
        return self.olga.visits("/staff/keys/new").fills_in(label="city dashboard")

    def browser(self) -> TestClient:
        return TestClient(self.app, base_url=self.settings.base_url, raise_server_exceptions=True)


@contextlib.contextmanager
def open_office(
    folder: Path, *, wave: bool = True, base_url: str = "", database_url: str | None = None
) -> Iterator[Office]:
    """Start the service with one open wave that rates police and library, and sign in everyone but Charlie."""
    settings = make_settings(folder, database_url)
    settings = replace(settings, base_url=base_url or settings.base_url)
    engine = make_database_and_wave(settings) if wave else make_database(settings)
    app = create_app(settings)
    office = Office(settings, engine, app, {})
    with office.browser() as client:  # starts the ballot box
        for name, (role, agencies) in ROLES.items():
            if wave or role != "agency":
                office.people[name] = hire(office, name, role, agencies)
        office.people[CHARLIE] = Person(CHARLIE, client)
        yield office
    engine.dispose()


def hire(office: Office, name: str, role: str, agencies: tuple[str, ...] = ()) -> Person:
    """Return a person who joined a minute ago and is signed in."""
    earlier = datetime.now(UTC) - timedelta(minutes=1)
    actor = Actor("the machine", earlier, at_machine=True)
    token = add_member(office.engine, office.settings, WantedMember(name, role, agencies), actor)
    totp = find_invitation(office.engine, office.settings, token, earlier).totp
    person = Person(name, office.browser(), totp)
    join(office.engine, office.settings, token, PASSWORD, person.code(earlier), earlier)
    sit_down(office, person)
    return person


def sit_down(office: Office, person: Person, when: datetime | None = None) -> None:
    """Sign in without the page, with the code of half a minute ago, so that a test can still use that of now."""
    now = (when or datetime.now(UTC)) - timedelta(seconds=30)
    attempt = Attempt(person.name, PASSWORD, person.code(now), person.name)
    token = SignIn(office.engine, office.settings).sign_in(attempt, now)
    person.client.cookies.set(Cookie.of(office.settings.base_url).name, token)
