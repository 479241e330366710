"""Check the statement of the provider about a person: signature, issuer, audience, times, nonce.

The rules are those of OpenID Connect Core 1.0, section 3.1.3.7.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from app.oidc_settings import OidcSettings
from app.services.accounts.oidc.provider import Provider
from app.services.accounts.oidc.refusals import SingleSignOnRefused

ALGORITHMS = ("RS256", "ES256")
LEEWAY = 60  # seconds that two clocks may differ
LONGEST = 64 * 1024  # characters
MOST_GROUPS = 2000
UNREADABLE = (JoseError, ValueError, TypeError, KeyError, RecursionError)


@dataclass(frozen=True)
class Identity:
    """Hold what the provider states: `issuer` and `subject` name the account, `name` is a wish."""

    issuer: str
    subject: str
    name: str
    groups: tuple[str, ...]


def check_id_token(provider: Provider, text: str, nonce: str, now: datetime) -> Identity:
    """Return the identity. Raises `SingleSignOnRefused` for a statement that is not for this sign-in."""
    if len(text) > LONGEST:
        raise SingleSignOnRefused("token")
    claims = _decode(provider, text)
    settings = provider.settings
    try:
        wanted = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=LEEWAY,
            iss={"essential": True, "value": settings.issuer},
            aud={"essential": True, "value": settings.client_id},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
            sub={"essential": True},
        )
        wanted.validate(claims)
    except UNREADABLE:
        raise SingleSignOnRefused("token") from None
    _check_party(claims, settings)
    subject = claims["sub"]
    if not 0 < len(subject) <= 255 or "\0" in subject:
        raise SingleSignOnRefused("token")
    return Identity(settings.issuer, subject, _find_name(claims), _find_groups(claims, settings.groups_claim))


def _decode(provider: Provider, text: str) -> dict[str, Any]:
    """Check the signature, with new keys where the provider may have changed them."""
    try:
        return _verify(text, provider.keys())
    except (InvalidKeyIdError, BadSignatureError):
        keys = provider.keys(renew=True)
    except UNREADABLE:
        raise SingleSignOnRefused("token") from None
    try:
        return _verify(text, keys)
    except UNREADABLE:
        raise SingleSignOnRefused("token") from None


def _verify(text: str, keys: KeySet) -> dict[str, Any]:
    return jwt.decode(text, keys, algorithms=ALGORITHMS).claims


def _check_party(claims: Mapping[str, Any], settings: OidcSettings) -> None:
    """Check that a statement for several parties was issued to this one, and that its class is the wanted one."""
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    party = claims.get("azp")
    if (several and party is None) or (party is not None and party != settings.client_id):
        raise SingleSignOnRefused("token")
    if settings.acr and claims.get("acr") != settings.acr:
        raise SingleSignOnRefused("token")


def _find_name(claims: Mapping[str, Any]) -> str:
    found = (claims.get(each) for each in ("preferred_username", "email", "name"))
    return next((each for each in found if isinstance(each, str) and each), "")[:200]


def _find_groups(claims: Mapping[str, Any], claim: str) -> tuple[str, ...]:
    found = claims.get(claim)
    listed = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    return tuple(each for each in listed[:MOST_GROUPS] if isinstance(each, str))
