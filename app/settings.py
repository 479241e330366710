"""Read the settings from the environment once, at the start; every floor receives them as a value.

The secret that keys all hashes of codes lies in KEY_DIR, apart from the database. `services/holders/service_secret.py`
makes it for a new database alone.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import BadSetting
from app.oidc_settings import OidcSettings, read_oidc
from app.private_files import private_folder, tighten_all

PREFIX = "COMMONTRUST_"
HIDDEN = ("secret", "smtp_password", "oidc_client_secret")
OLD_NAMES: Mapping[str, str] = {PREFIX + "SPARE_DIR": PREFIX + "MIRROR_DIR"}  # still read, with a warning
SECRET_FILE = "secret"
SHORTEST_SECRET = 32
MOST_PROCESSES = 10_000
EXPECTED: Mapping[str, str] = {
    "base_url": "an address such as https://survey.example.org",
    "secret": f"at least {SHORTEST_SECRET} characters",
    "processes": f"a number from 1 to {MOST_PROCESSES}",
    "has_supervisor": "true or false",
    "log_level": "debug, info, warning or error",
    "smtp_port": "a port from 1 to 65535",
    "smtp_security": "starttls, tls or none",
}

log = logging.getLogger("commontrust.settings")


@dataclass(frozen=True)
class MailSettings:
    """Name the mail server of the staff and the addresses that it writes to. Printing it shows no password."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    operators: tuple[str, ...] = ()  # about jobs
    anchors: tuple[str, ...] = ()  # the second holder, who keeps fingerprints of the audit log


@dataclass(frozen=True)
class Settings:
    """Name where data and keys lie. Printing it shows nothing secret."""

    database_url: str = field(repr=False)
    data_dir: Path
    key_dir: Path
    base_url: str
    secret: bytes = field(repr=False)  # empty until `check_secret` has made one
    font_dir: Path | None = None
    reading_url: str | None = field(default=None, repr=False)  # a replica for published pages
    mirror_dir: Path | None = None
    store_url: str | None = field(default=None, repr=False)  # object storage for published files
    processes: int = 1  # that accept answers, on all machines together
    has_supervisor: bool = False  # whether `serve` on this machine watches for jobs
    mail: MailSettings | None = None  # off by default
    oidc: OidcSettings | None = None  # off by default
    log_level: str = "warning"


def _check_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise ValueError("not an address")
    return text.rstrip("/")


class Environment(BaseSettings):
    """Hold the variables as they were written; an empty one counts as absent."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore")

    database_url: str | None = None
    reading_url: str | None = None
    data_dir: Path = Path("data")
    key_dir: Path | None = None
    mirror_dir: Path | None = Field(None, validation_alias=AliasChoices(PREFIX + "MIRROR_DIR", PREFIX + "SPARE_DIR"))
    font_dir: Path | None = None
    store_url: str | None = None
    base_url: Annotated[str, AfterValidator(_check_address)] = "http://127.0.0.1:8000"
    secret: SecretStr | None = Field(None, min_length=SHORTEST_SECRET)
    processes: int = Field(1, ge=1, le=MOST_PROCESSES)
    has_supervisor: bool = False  # set by `serve` for its workers
    log_level: Literal["debug", "info", "warning", "error"] = "warning"
    smtp_host: str = ""
    smtp_port: int = Field(587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    mail_from: str = ""
    mail_to: str = ""
    mail_anchors_to: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_client_secret_file: Path | None = None
    oidc_name: str = "single sign-on"
    oidc_scopes: str = "openid profile email"
    oidc_groups_claim: str = "groups"
    oidc_groups: str = "{}"
    oidc_acr: str = ""


def load_settings() -> Settings:
    """Read the environment and make the folders that it names. Raises `BadSetting` for a value of no use."""
    given = _read_environment()
    data_dir = private_folder(given.data_dir)
    key_dir = private_folder(given.key_dir or data_dir.parent / "keys")
    tighten_all(key_dir)
    return Settings(
        database_url=given.database_url or f"sqlite:///{data_dir / 'commontrust.sqlite3'}",
        data_dir=data_dir,
        key_dir=key_dir,
        base_url=given.base_url,
        secret=given.secret.get_secret_value().encode() if given.secret else read_secret(key_dir),
        font_dir=given.font_dir,
        reading_url=given.reading_url,
        store_url=given.store_url,
        mirror_dir=private_folder(given.mirror_dir) if given.mirror_dir else None,
        processes=given.processes,
        has_supervisor=given.has_supervisor,
        mail=_to_mail(given),
        oidc=_to_oidc(given),
        log_level=given.log_level,
    )


def _to_mail(given: Environment) -> MailSettings | None:
    """Return the settings of mail, or None without a server. Raises `BadSetting` without a sender."""
    if not given.smtp_host:
        return None
    if "@" not in given.mail_from:
        raise BadSetting(f"{PREFIX}MAIL_FROM", "the address that letters come from", given.mail_from)
    return MailSettings(
        given.smtp_host,
        given.smtp_port,
        given.smtp_security,
        given.mail_from,
        given.smtp_user,
        given.smtp_password.get_secret_value(),
        _split(given.mail_to),
        _split(given.mail_anchors_to),
    )


def _to_oidc(given: Environment) -> OidcSettings | None:
    """Return the settings of a single sign-on, or None without an issuer."""
    return read_oidc(
        given.oidc_issuer,
        given.oidc_client_id,
        given.oidc_client_secret.get_secret_value(),
        given.oidc_client_secret_file,
        given.oidc_groups,
        label=given.oidc_name,
        scopes=given.oidc_scopes,
        groups_claim=given.oidc_groups_claim,
        acr=given.oidc_acr,
    )


def _split(addresses: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in addresses.split(",") if each.strip())


def _read_environment() -> Environment:
    for old, new in OLD_NAMES.items():
        if os.environ.get(old):
            log.warning("The setting %s is now called %s; the old name still works.", old, new)
    try:
        return Environment()
    except ValidationError as error:
        (name, *_), arrived = error.errors()[0]["loc"], error.errors()[0]["input"]
        shown = f"{len(arrived)}" if f"{name}" in HIDDEN else f"{arrived}"  # a secret never shows, its length does
        raise BadSetting(f"{PREFIX}{name}".upper(), EXPECTED[f"{name}"], shown) from None


def read_secret(key_dir: Path) -> bytes:
    """Return the secret of KEY_DIR; empty where there is none. Raises `BadSetting` for one that is too short."""
    try:
        found = (key_dir / SECRET_FILE).read_text().strip().encode()
    except FileNotFoundError:
        return b""
    if len(found) < SHORTEST_SECRET:
        raise BadSetting(f"{key_dir / SECRET_FILE}", EXPECTED["secret"], f"{len(found)}")
    return found


def make_secret(key_dir: Path) -> bytes:
    """Make the secret. A link is atomic: of two processes that start at once, one makes it."""
    path = key_dir / SECRET_FILE
    draft = path.with_name(f"{SECRET_FILE}.{secrets.token_hex(8)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return read_secret(key_dir)


def secret_name(secret: bytes) -> str:
    """Return a short name of the SECRET that shows nothing of it."""
    return hmac.digest(secret, b"which secret", hashlib.sha256).hex()[:16]


def derive_key(secret: bytes, purpose: str) -> bytes:
    """Return a key for one purpose alone, made from the SECRET."""
    return hmac.digest(secret, f"commontrust key: {purpose}".encode(), hashlib.sha256)
