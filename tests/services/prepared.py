"""Copies of a migrated database with two holders, or with a wave too. Each process of the tests makes each one once."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from app.settings import Settings

Fill = Callable[[Settings], None]
NUMBERS = count()


def make_settings(folder: Path, database_url: str | None = None) -> Settings:
    data, keys = folder / "data", folder / "keys"
    data.mkdir(exist_ok=True)
    keys.mkdir(exist_ok=True)
    url = database_url or f"sqlite:///{data / 'commontrust.sqlite3'}"
    return Settings(url, data, keys, "https://survey.example.org", b"k" * 32)


def copy_prepared(settings: Settings, fill: Fill, keys: int) -> bool:
    """Copy a database that `fill` made once, with its keys; return False where the place holds something already."""
    if any(settings.key_dir.iterdir()):
        return False
    url = make_url(settings.database_url)
    if url.drivername.startswith("sqlite"):
        return url.database is not None and _copy_file(Path(url.database), settings, fill, keys)
    host = url.query.get("host")
    return (
        isinstance(host, str) and url.database is not None and _copy_database(host, url.database, settings, fill, keys)
    )


def _copy_file(target: Path, settings: Settings, fill: Fill, keys: int) -> bool:
    if target.exists():
        return False
    place = _prepared_file(fill, keys, settings.secret)
    shutil.copyfile(place.data_dir / "commontrust.sqlite3", target)
    shutil.copytree(place.key_dir, settings.key_dir, dirs_exist_ok=True)
    return True


def _copy_database(host: str, name: str, settings: Settings, fill: Fill, keys: int) -> bool:
    with psycopg.connect(host=host, user="postgres", dbname=name, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public' LIMIT 1").fetchone():
            return False
    prepared, place = _prepared_database(host, fill, keys, settings.secret)
    with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}"')  # type: ignore[call-overload]
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{prepared}"')  # type: ignore[call-overload]
        # A copied sequence counts on without the log until the next checkpoint, and would repeat numbers after a crash.
        connection.execute("CHECKPOINT")
    shutil.copytree(place.key_dir, settings.key_dir, dirs_exist_ok=True)
    return True


@cache
def _prepared_file(fill: Fill, keys: int, secret: bytes) -> Settings:
    place = _new_place(None, secret)
    fill(place)
    return place


@cache
def _prepared_database(host: str, fill: Fill, keys: int, secret: bytes) -> tuple[str, Settings]:
    name = f"prepared_{next(NUMBERS)}"
    with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[call-overload]
    place = _new_place(f"postgresql+psycopg://postgres@/{name}?host={host}", secret)
    fill(place)
    return name, place


def _new_place(url: str | None, secret: bytes) -> Settings:
    folder = Path(tempfile.mkdtemp(prefix="prepared"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return replace(make_settings(folder, url), secret=secret)
