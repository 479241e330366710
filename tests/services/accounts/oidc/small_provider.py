"""A small OpenID provider on loopback, with real keys: discovery, key set, code with PKCE, token endpoint.

It signs in the person of the field `person`, without a page. Faults are switched on by its fields.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

CLIENT, CLIENT_SECRET = "commontrust", "a secret of the tests, with = and +"


class SmallProvider(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server_port}/realms/city"
        self.person: dict[str, Any] = {"sub": "maria-1", "preferred_username": "Maria.Lopez@city.example"}
        self.changes: dict[str, Any] = {}  # of the claims; None leaves one out
        self.documents: dict[str, Any] = {}  # changes of the discovery document
        self.algorithm = "RS256"
        self.waits = 0.0
        self.redirects = False
        self.codes: dict[str, dict[str, str]] = {}
        self.requests: list[str] = []
        self.rotate()

    def rotate(self) -> None:
        """Make new keys; the old ones are gone."""
        self.keys = {
            "RS256": RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig"}),
            "ES256": ECKey.generate_key("P-256", {"kid": secrets.token_hex(4), "use": "sig"}),
        }

    def authorize(self, address: str) -> dict[str, str]:
        """Return what the browser brings back to the address that it was sent to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return {"state": asked["state"], "code": code}

    def claims(self, asked: dict[str, str]) -> dict[str, Any]:
        now = int(time.time())
        own = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        changed = own | self.person | self.changes
        return {name: value for name, value in changed.items() if value is not None}

    def sign(self, claims: dict[str, Any]) -> str:
        if self.algorithm == "none":
            head, body = ({"alg": "none", "typ": "JWT"}, claims)
            return ".".join([*(_encode(json.dumps(each).encode()) for each in (head, body)), ""])
        key = self.keys[self.algorithm]
        return jwt.encode({"alg": self.algorithm, "kid": key.kid}, claims, key)


class Handler(BaseHTTPRequestHandler):
    server: SmallProvider

    def do_GET(self) -> None:
        self.server.requests.append(self.path)
        time.sleep(self.server.waits)
        issuer = self.server.issuer
        if self.path == "/realms/city/.well-known/openid-configuration":
            own = {"issuer": issuer, "authorization_endpoint": f"{issuer}/auth", "token_endpoint": f"{issuer}/token",
                   "jwks_uri": f"{issuer}/certs"}  # fmt: skip
            self.reply(own | self.server.documents)
        elif self.path == "/realms/city/certs":
            self.reply(KeySet(list(self.server.keys.values())).as_dict())
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        self.server.requests.append(self.path)
        form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
        asked = self.server.codes.pop(form.get("code", [""])[0], None)  # a code works once
        user, _, word = base64.b64decode(self.headers.get("authorization", "")[6:]).decode().partition(":")
        verifier = form.get("code_verifier", [""])[0]
        challenge = _encode(hashlib.sha256(verifier.encode()).digest())
        known = (unquote(user), unquote(word)) == (CLIENT, CLIENT_SECRET)
        if (
            not known
            or asked is None
            or challenge != asked["code_challenge"]
            or form["redirect_uri"][0] != asked["redirect_uri"]
        ):
            self.reply({"error": "invalid_grant"}, 400)
        elif self.server.redirects:
            self.send_response(307)
            self.send_header("location", f"{self.server.issuer}/elsewhere")
            self.end_headers()
        else:
            self.reply({"id_token": self.server.sign(self.server.claims(asked)), "token_type": "Bearer"})

    def reply(self, content: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@contextlib.contextmanager
def run_provider() -> Iterator[SmallProvider]:
    with SmallProvider() as provider:
        thread = threading.Thread(target=provider.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield provider
        finally:
            provider.shutdown()
            thread.join()


def come_back_address(brought: dict[str, str]) -> str:
    return f"/staff/single-sign-on/back?{urlencode(brought)}"


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
