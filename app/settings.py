"""Settings from the environment, read once at the start and passed on from there.

The secret that keys all hashes of codes is made on first use and lives in KEY_DIR, apart from the database.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from app.errors import BadSetting

PREFIX = "COMMONTRUST_"
SECRET_FILE = "secret"
SHORTEST_SECRET = 32


@dataclass(frozen=True)
class Settings:
    """Where things are kept. Nothing secret shows when it is printed."""

    database_url: str = field(repr=False)
    data_dir: Path
    key_dir: Path
    base_url: str
    secret: bytes = field(repr=False)
    font_dir: Path | None = None
    reading_url: str | None = field(default=None, repr=False)  # a replica, for what is published
    spare_dir: Path | None = None
    store_url: str | None = field(default=None, repr=False)  # object storage for published files
    processes: int = 1  # that take answers in turn, on all machines together


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    data_dir = Path(environ.get(PREFIX + "DATA_DIR") or "data").absolute()
    key_dir = Path(environ.get(PREFIX + "KEY_DIR") or data_dir.parent / "keys").absolute()
    data_dir.mkdir(parents=True, exist_ok=True)
    key_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Settings(
        database_url=environ.get(PREFIX + "DATABASE_URL") or f"sqlite:///{data_dir / 'commontrust.sqlite3'}",
        data_dir=data_dir,
        key_dir=key_dir,
        base_url=_base_url(environ.get(PREFIX + "BASE_URL") or "http://127.0.0.1:8000"),
        secret=_secret(environ.get(PREFIX + "SECRET"), key_dir),
        font_dir=Path(environ[PREFIX + "FONT_DIR"]) if environ.get(PREFIX + "FONT_DIR") else None,
        reading_url=environ.get(PREFIX + "READING_URL") or None,
        store_url=environ.get(PREFIX + "STORE_URL") or None,
        spare_dir=_folder(environ.get(PREFIX + "SPARE_DIR")),
        processes=_count(PREFIX + "PROCESSES", environ.get(PREFIX + "PROCESSES") or "1"),
    )


def _base_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise BadSetting(PREFIX + "BASE_URL", "an address such as https://survey.example.org", text)
    return text.rstrip("/")


def _folder(text: str | None) -> Path | None:
    if not text:
        return None
    folder = Path(text).absolute()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _count(name: str, text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10_000:
        raise BadSetting(name, "a number from 1 to 10000", text)
    return int(text)


def _secret(given: str | None, key_dir: Path) -> bytes:
    if given is None or given == "":
        return _kept_secret(key_dir / SECRET_FILE)
    if len(given) < SHORTEST_SECRET:
        raise BadSetting(PREFIX + "SECRET", f"at least {SHORTEST_SECRET} characters", f"{len(given)}")
    return given.encode()


def _kept_secret(path: Path) -> bytes:
    """The secret in the file, made if there is none. A link is atomic: of two that start at once, one makes it."""
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
