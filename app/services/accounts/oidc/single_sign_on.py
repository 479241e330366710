"""Begin a single sign-on, and open a session when the browser comes back with a code.

The authorization code flow with PKCE (S256), state and nonce. Each start works once, in the browser that began it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy import Engine

from app.oidc_settings import OidcSettings
from app.records.audit_log import record_act
from app.records.database import writing
from app.records.sign_in_starts import SignInStart, delete_starts_before, take_start
from app.records.staff import delete_sessions_before, find_invited
from app.services.accounts.authentication import ABSOLUTE, SignIn, new_session
from app.services.accounts.members import InvitationOver, token_hash, utc
from app.services.accounts.oidc.id_tokens import Identity, check_id_token
from app.services.accounts.oidc.linked_members import end_without_role, find_linked, link_invited
from app.services.accounts.oidc.provider import Provider
from app.services.accounts.oidc.refusals import SingleSignOnRefused
from app.services.accounts.oidc.start_keys import StartKey

BACK = "/staff/single-sign-on/back"
STARTED_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Started:
    """Hold the key for the cookie, and the address of the provider to open."""

    key: str = field(repr=False)
    address: str


@dataclass(frozen=True)
class Return:
    """Hold what the browser brought back. Its `repr` hides everything."""

    key: str = field(repr=False)
    state: str = field(repr=False)
    code: str = field(repr=False)
    issuer: str = field(default="", repr=False)
    error: str = field(default="", repr=False)
    network: str = field(default="", repr=False)


@dataclass(frozen=True)
class Entered:
    """Hold the token of the new session and the page to open."""

    token: str = field(repr=False)
    onward: str


class SingleSignOn:
    """Sign members in by the configured provider. It shares the rate limits of the sign-in by password."""

    def __init__(self, engine: Engine, settings: OidcSettings, base_url: str, sign_in: SignIn) -> None:
        self.engine, self.settings, self.sign_in = engine, settings, sign_in
        self.redirect = f"{base_url}{BACK}"
        self.provider = Provider(settings)

    def start(self, onward: str, invitation: str, network: str, now: datetime) -> Started:
        """Store the start. `invitation` is the token of a link, or empty."""
        self.sign_in.check_network(network, now)
        address, key = self.provider.endpoints().authorization, StartKey(secrets.token_urlsafe(32))
        with writing(self.engine) as session:
            if invitation and find_invited(session, token_hash(invitation)) is None:
                raise InvitationOver
            delete_starts_before(session, utc(now))
            session.add(
                SignInStart(
                    key_sha256=key.sha256,
                    invitation_sha256=token_hash(invitation) if invitation else None,
                    onward=onward[:300],
                    ends=utc(now) + STARTED_FOR,
                )
            )
        return Started(key.key, f"{address}{'&' if '?' in address else '?'}{urlencode(self._question(key))}")

    def _question(self, key: StartKey) -> dict[str, str]:
        asked = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": self.redirect,
            "scope": self.settings.scopes,
            "state": key.state,
            "nonce": key.nonce,
            "code_challenge": key.challenge,
            "code_challenge_method": "S256",
        }
        return asked | ({"acr_values": self.settings.acr} if self.settings.acr else {})

    def finish(self, back: Return, now: datetime) -> Entered:
        """Open a session. Raises `SingleSignOnRefused`, which the audit log states without what was sent."""
        try:
            started = self._take(back, now)
            identity = self._identify(back, now)
            return self._enter(started, identity, now)
        except SingleSignOnRefused as refused:
            if refused.reason != "over" or not self.sign_in.logged.take(back.network):
                self._record(refused.reason, now)
            raise

    def _take(self, back: Return, now: datetime) -> SignInStart:
        key = StartKey(back.key)
        with writing(self.engine) as session:
            started = take_start(session, key.sha256, utc(now)) if back.key else None
        if started is None or not key.fits(back.state):
            raise SingleSignOnRefused("over")
        return started

    def _identify(self, back: Return, now: datetime) -> Identity:
        if back.error or not back.code:
            raise SingleSignOnRefused("declined")
        must_name = self.provider.endpoints().states_issuer
        if (must_name or back.issuer) and back.issuer != self.settings.issuer:
            raise SingleSignOnRefused("token")
        key = StartKey(back.key)
        text = self.provider.exchange(back.code, key.verifier, self.redirect)
        return check_id_token(self.provider, text, key.nonce, now)

    def _enter(self, started: SignInStart, identity: Identity, now: datetime) -> Entered:
        token = secrets.token_urlsafe(32)
        try:
            with writing(self.engine) as session:
                if started.invitation_sha256 is None:
                    member = find_linked(session, identity, self.settings, now)
                else:
                    member = link_invited(session, identity, self.settings, started.invitation_sha256, now)
                delete_sessions_before(session, utc(now) - ABSOLUTE)
                session.add(new_session(member, token, now))
                record_act(session, member.name, "signed in", member.name, now, second_factor="single sign-on")
        except SingleSignOnRefused:
            with writing(self.engine) as session:
                end_without_role(session, identity, self.settings)
            raise
        return Entered(token, started.onward)

    def _record(self, reason: str, now: datetime) -> None:
        with writing(self.engine) as session:
            record_act(session, "somebody", "sign-in failed", "single sign-on", now, reason=reason)
