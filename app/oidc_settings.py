"""Hold the settings of a single sign-on with OpenID Connect. It is off without an issuer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from app.errors import BadSetting

EXPECTED_GROUPS = 'roles in JSON, such as {"city-police": "agency river-city/police"},'
LOOPBACK = ("localhost", "127.0.0.1", "::1")
# The roles that a group can give, with the number of places that each names.
ROLE_PLACES: Mapping[str, tuple[int, int]] = {
    "operator": (0, 0), "agency": (1, 50), "organization": (1, 1), "reviewer": (0, 0), "translator": (0, 0),
}  # fmt: skip


@dataclass(frozen=True)
class GroupRole:
    """The role that one group of the provider gives: `places` are `community/agency` or `community/organization`."""

    group: str
    role: str
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class OidcSettings:
    """Name the provider and this client. Printing it shows no secret."""

    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)  # empty for a public client, which PKCE protects alone
    label: str = "single sign-on"
    scopes: str = "openid profile email"
    groups_claim: str = "groups"
    groups: tuple[GroupRole, ...] = ()  # empty: the provider gives no roles, and makes no account
    acr: str = ""  # a class of authentication that the provider must state


def read_oidc(
    issuer: str,
    client_id: str,
    client_secret: str,
    secret_file: Path | None,
    groups: str,
    **others: str,
) -> OidcSettings | None:
    """Return the settings, or None without an issuer. Raises `BadSetting` for what cannot work."""
    if not issuer:
        return None
    _check_issuer(issuer)
    if not client_id:
        raise BadSetting("COMMONTRUST_OIDC_CLIENT_ID", "the name of this client at the provider", "")
    if secret_file is not None:
        client_secret = _read_file(secret_file)
    rows = tuple(_read_group(group, role) for group, role in _read_table(groups).items())
    return OidcSettings(issuer, client_id, client_secret, groups=rows, **others)


def origin_of(address: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port. Raises `ValueError` for a port of no use."""
    parts = urlsplit(address)
    return parts.scheme, parts.hostname or "", parts.port


def is_safe(address: str) -> bool:
    """Return whether the address is of TLS, or of this machine."""
    scheme, host, _ = origin_of(address)
    return bool(host) and (scheme == "https" or (scheme == "http" and host in LOOPBACK))


def _check_issuer(issuer: str) -> None:
    parts = urlsplit(issuer)
    try:
        is_good = is_safe(issuer) and not parts.query and not parts.fragment and parts.username is None
    except ValueError:
        is_good = False
    if not is_good:
        raise BadSetting("COMMONTRUST_OIDC_ISSUER", "an address such as https://login.example.org/realms/city", issuer)


def _read_file(path: Path) -> str:
    try:
        found = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        found = ""
    if not found:
        raise BadSetting("COMMONTRUST_OIDC_CLIENT_SECRET_FILE", "a file that holds the secret", f"{path}")
    return found


def _read_table(text: str) -> Mapping[str, str]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(isinstance(each, str) for each in found.values()):
        raise BadSetting("COMMONTRUST_OIDC_GROUPS", EXPECTED_GROUPS, text)
    return found


def _read_group(group: str, words: str) -> GroupRole:
    role, *places = words.split()
    least, most = ROLE_PLACES.get(role, (0, -1))
    if not least <= len(places) <= most or not all(place.count("/") == 1 for place in places):
        raise BadSetting("COMMONTRUST_OIDC_GROUPS", EXPECTED_GROUPS, words)
    return GroupRole(group, role, tuple(places))
