"""Talk to the one configured provider: discovery, keys, and the exchange of a code. No other host is ever called."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.oidc_settings import OidcSettings, is_safe, origin_of
from app.services.accounts.oidc.refusals import SingleSignOnRefused
from app.services.common.rate_limit import Rate, RateLimiter

STEP_TIMEOUT, DEADLINE = 5.0, 10.0  # seconds for one step, and for a whole answer
MOST_BYTES = 256 * 1024
AT_ONCE = 4  # requests; a provider that hangs must not hold the threads of the console
FRESH_FOR = 3600.0  # seconds that discovery and keys are kept
RENEWALS = Rate(burst=3, refill=20)  # of the keys, when a statement names an unknown one
UNEXPECTED = (httpx.HTTPError, httpx.InvalidURL, JoseError, ValueError, TypeError, KeyError, RecursionError)


@dataclass(frozen=True)
class Endpoints:
    """The addresses of the provider, all of the issuer's own origin."""

    authorization: str
    token: str
    jwks: str
    by_post: bool  # whether the client's secret goes into the body
    states_issuer: bool  # whether each answer names the issuer (RFC 9207)


class Provider:
    """Keep the addresses and keys of the provider for an hour."""

    def __init__(self, settings: OidcSettings) -> None:
        self.settings = settings
        self.slots = threading.BoundedSemaphore(AT_ONCE)
        self.renewals = RateLimiter(RENEWALS)
        self._endpoints: tuple[float, Endpoints] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def endpoints(self) -> Endpoints:
        """Return the addresses. Raises `SingleSignOnRefused` where the provider is away or names another host."""
        if self._endpoints is None or time.monotonic() - self._endpoints[0] > FRESH_FOR:
            found = self._request("GET", f"{self.settings.issuer.rstrip('/')}/.well-known/openid-configuration")
            self._endpoints = time.monotonic(), self._read(found)
        return self._endpoints[1]

    def keys(self, renew: bool = False) -> KeySet:
        """Return the keys that sign statements; `renew` fetches them again, a few times a minute at most."""
        is_old = self._keys is None or time.monotonic() - self._keys[0] > FRESH_FOR
        if self._keys is None or is_old or (renew and not self.renewals.take("keys")):
            found = self._request("GET", self.endpoints().jwks)
            try:
                keys = KeySet.import_key_set({"keys": [each for each in found["keys"] if each.get("use") != "enc"]})
            except (*UNEXPECTED, AttributeError):
                raise SingleSignOnRefused("provider") from None
            self._keys = time.monotonic(), keys
        return self._keys[1]

    def exchange(self, code: str, verifier: str, redirect: str) -> str:
        """Return the identity statement for a code."""
        ends = self.endpoints()
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": verifier}
        auth = None
        if self.settings.client_secret and not ends.by_post:
            auth = quote(self.settings.client_id, safe=""), quote(self.settings.client_secret, safe="")
        else:
            fields["client_id"] = self.settings.client_id
            if self.settings.client_secret:
                fields["client_secret"] = self.settings.client_secret
        found = self._request("POST", ends.token, fields, auth).get("id_token")
        if not isinstance(found, str):
            raise SingleSignOnRefused("provider")
        return found

    def _read(self, found: Mapping[str, Any]) -> Endpoints:
        """Read the discovery document, which must be of this issuer and name no other host."""
        try:
            names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            addresses = [found[name] for name in names]
            ours = origin_of(self.settings.issuer)
            is_ours = all(is_safe(each) and origin_of(each) == ours for each in addresses)
            ways = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
            by_post = "client_secret_basic" not in ways and "client_secret_post" in ways
        except (*UNEXPECTED, AttributeError):
            raise SingleSignOnRefused("provider") from None
        if found.get("issuer") != self.settings.issuer or not is_ours:
            raise SingleSignOnRefused("provider")
        states_issuer = found.get("authorization_response_iss_parameter_supported") is True
        return Endpoints(addresses[0], addresses[1], addresses[2], by_post, states_issuer)

    def _request(
        self, method: str, address: str, fields: Mapping[str, str] | None = None, auth: tuple[str, str] | None = None
    ) -> Mapping[str, Any]:
        if not self.slots.acquire(blocking=False):
            raise SingleSignOnRefused("provider")
        try:
            found = json.loads(_fetch(method, address, fields, auth))
        except UNEXPECTED:
            raise SingleSignOnRefused("provider") from None
        finally:
            self.slots.release()
        if not isinstance(found, dict):
            raise SingleSignOnRefused("provider")
        return found


def _fetch(method: str, address: str, fields: Mapping[str, str] | None, auth: tuple[str, str] | None) -> bytes:
    """Return the body of a 200. Redirects are not followed. Bodies are not unpacked, and have a limit."""
    ends, body = time.monotonic() + DEADLINE, b""
    headers = {"accept": "application/json", "accept-encoding": "identity"}
    with (
        httpx.Client(timeout=STEP_TIMEOUT, follow_redirects=False) as client,
        client.stream(method, address, data=fields, auth=auth, headers=headers) as answer,
    ):
        if answer.status_code != 200:
            raise ValueError("expected status 200")
        for piece in answer.iter_raw():
            body += piece
            if len(body) > MOST_BYTES or time.monotonic() > ends:
                raise ValueError("too long")
    return body
