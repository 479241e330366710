"""A wheel that is installed in an empty folder brings all that it needs."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.demo.community import LANGUAGES
from app.records.database import connect
from app.services.releases.publish import find_frozen_release
from app.services.releases.verify import verify_release
from app.services.reports.publish import find_frozen_report
from app.services.waves import lifecycle
from app.settings import Settings, load_settings

ROOT = Path(__file__).parents[2]
OTHERS = Path(sysconfig.get_paths()["purelib"])  # the libraries of this environment, without the project itself
pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Place:
    """An empty folder and an environment that holds the wheel."""

    folder: Path
    programs: Path
    wheel: Path

    def environ(self) -> dict[str, str]:
        left = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COMMONTRUST_"))}
        return left | {"COMMONTRUST_BASE_URL": "http://127.0.0.1:8000"}

    def run(self, program: str, *words: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.programs / program), *words]
        return subprocess.run(command, cwd=self.folder, env=self.environ(), capture_output=True, text=True)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    top = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(top)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = top.glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(top / "env")], check=True)
    programs = top / "env" / "bin"
    install = ["install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-index", str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", "--python", str(programs / "python"), *install], check=True)
    paths = subprocess.run(
        [str(programs / "python"), "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    (Path(paths.stdout.strip()) / "others.pth").write_text(f"{OTHERS}\n")
    (top / "empty").mkdir()
    return Place(top / "empty", programs, wheel)


def test_wheel_has_no_top_level_name_but_its_packages(place: Place) -> None:
    names = {name.split("/")[0] for name in zipfile.ZipFile(place.wheel).namelist()}
    assert {name for name in names if not name.endswith(".dist-info")} == {"app", "analysis", "commontrust.pth"}


def test_wheel_holds_types_surveys_catalogs_and_migrations(place: Place) -> None:
    names = set(zipfile.ZipFile(place.wheel).namelist())
    assert {"app/py.typed", "analysis/py.typed", "app/data/surveys/community-trust/survey.yaml"} <= names
    for folder, ending in (("locales", "*.po"), ("migrations", "*.py"), ("surveys", "*.yaml")):
        ours = {f"app/data/{path.relative_to(ROOT)}" for path in (ROOT / folder).rglob(ending)}
        assert ours <= names, folder


def test_commands_show_the_version_from_the_wheel(place: Place) -> None:
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text("utf-8"), re.M)
    assert version
    assert place.run("commontrust", "--version").stdout == f"commontrust {version[1]}\n"
    assert place.run("python", "-m", "analysis", "--version").stdout == f"commontrust {version[1]}\n"
    assert place.run("commontrust-analysis", "--version").stdout == f"commontrust {version[1]}\n"


def test_commands_ignore_files_of_their_names_beside(place: Place) -> None:
    own = [place.folder / "analysis.py", place.folder / "app.py"]
    for path in own:
        path.write_text("raise SystemExit('a file of the person')\n")
    try:
        assert place.run("python", "-m", "analysis", "--help").stdout.startswith("usage:")
        assert place.run("python", "-X", "utf8", "-m", "analysis", "--help").stdout.startswith("usage:")
        assert place.run("commontrust-analysis", "--help").stdout.startswith("usage:")
        assert place.run("commontrust", "--help").stdout.startswith("Usage:")
        # Every other process imports the person's own file, as Python does everywhere.
        assert place.run("python", "-c", "import analysis").stderr == "a file of the person\n"
    finally:
        for path in own:
            path.unlink()


@pytest.fixture(scope="module")
def demo(place: Place) -> str:
    """Run the demo in full, and return what it writes."""
    for command in ("migrate", "demo"):
        done = place.run("commontrust", command)
        assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def served(place: Place, demo: str) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [str(place.programs / "commontrust"), "serve", "--port", str(port)], cwd=place.folder, env=place.environ()
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def test_demo_is_served_from_the_wheel(served: str) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(f"{served}/readyz")
            break
        except OSError:
            time.sleep(0.2)
    front = urllib.request.urlopen(served).read().decode()
    report = re.search(r'href="(/reports/[^"]+)"', front)
    assert report
    assert urllib.request.urlopen(served + report[1]).status == 200


def test_demo_counts_thanked_residents_in_report_and_data(
    place: Place, demo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place.folder)
    settings = load_settings()
    engine = connect(settings.database_url)
    thanked = [int(line.split()[0]) for line in demo.splitlines() if "residents answered" in line]
    rounds = ("river-city-2025", "river-city-2026")
    assert [lifecycle.wave_status(engine, each).opened for each in rounds] == thanked
    assert min(thanked) > 1000
    assert lifecycle.wave_status(engine, "river-city-now").status == "open"
    assert "clear differences" in demo
    for each in rounds:
        check_report(engine, each)
        check_release(engine, settings, each)
    engine.dispose()


def check_report(engine: Engine, wave: str) -> None:
    found = find_frozen_report(engine, "river-city", wave)
    assert found is not None
    names = {section["name"].split(".")[0] for section in found.report.document["sections"]}
    assert {"method", "address-sample", "open-link"} <= names
    assert all("simul" in found.words[lang]["community"].lower() for lang in ("en", "es"))


def check_release(engine: Engine, settings: Settings, wave: str) -> None:
    released = find_frozen_release(engine, wave)
    assert released is not None
    assert verify_release(engine, settings, released.name) == released
    assert released.about["simulated"]
    assert set(released.languages) == set(LANGUAGES)
