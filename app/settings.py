"""Read the settings from the environment once, at the start; every floor receives them as a value.

The secret that keys all hashes of codes is made on first use and lies in KEY_DIR, apart from the database.
"""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import BadSetting

PREFIX = "COMMONTRUST_"
OLD_NAMES: Mapping[str, str] = {PREFIX + "SPARE_DIR": PREFIX + "MIRROR_DIR"}  # still read, with a warning
SECRET_FILE = "secret"
SHORTEST_SECRET = 32
MOST_PROCESSES = 10_000
EXPECTED: Mapping[str, str] = {
    "base_url": "an address such as https://survey.example.org",
    "secret": f"at least {SHORTEST_SECRET} characters",
    "processes": f"a number from 1 to {MOST_PROCESSES}",
}

log = logging.getLogger("commontrust.settings")


@dataclass(frozen=True)
class Settings:
    """Name where data and keys lie. Printing it shows nothing secret."""

    database_url: str = field(repr=False)
    data_dir: Path
    key_dir: Path
    base_url: str
    secret: bytes = field(repr=False)
    font_dir: Path | None = None
    reading_url: str | None = field(default=None, repr=False)  # a replica for published pages
    mirror_dir: Path | None = None
    store_url: str | None = field(default=None, repr=False)  # object storage for published files
    processes: int = 1  # that accept answers, on all machines together


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


def load_settings() -> Settings:
    """Read the environment and make the folders that it names. Raises `BadSetting` for a value of no use."""
    given = _read_environment()
    data_dir = _folder(given.data_dir)
    key_dir = _folder(given.key_dir or data_dir.parent / "keys", private=True)
    return Settings(
        database_url=given.database_url or f"sqlite:///{data_dir / 'commontrust.sqlite3'}",
        data_dir=data_dir,
        key_dir=key_dir,
        base_url=given.base_url,
        secret=given.secret.get_secret_value().encode() if given.secret else _stored_secret(key_dir / SECRET_FILE),
        font_dir=given.font_dir,
        reading_url=given.reading_url,
        store_url=given.store_url,
        mirror_dir=_folder(given.mirror_dir, private=True) if given.mirror_dir else None,
        processes=given.processes,
    )


def _read_environment() -> Environment:
    for old, new in OLD_NAMES.items():
        if os.environ.get(old):
            log.warning("The setting %s is now called %s; the old name still works.", old, new)
    try:
        return Environment()
    except ValidationError as error:
        (name, *_), arrived = error.errors()[0]["loc"], error.errors()[0]["input"]
        shown = f"{len(arrived)}" if name == "secret" else f"{arrived}"  # a secret never shows, its length does
        raise BadSetting(f"{PREFIX}{name}".upper(), EXPECTED[f"{name}"], shown) from None


def _folder(path: Path, *, private: bool = False) -> Path:
    folder = path.absolute()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700 if private else 0o777)
    return folder


def _stored_secret(path: Path) -> bytes:
    """Read the secret, or make it. A link is atomic: of two processes that start at once, one makes it."""
    if not path.exists():
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
    return path.read_text().strip().encode()
