"""No file that someone uploads or names in a command makes the service fail, wait for long or grow.

A sample in `make test`; `make fuzz` sends 20,000 files, the bombs among them.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.services.waves import lifecycle
from tests.drills import FIRST_SEED, IN_FULL, choose
from tests.fuzz.hostile_files import BOMBS, GOOD, HostileFile, bomb, damaged
from tests.fuzz.places import Place, open_service_with_records
from tests.fuzz.uploads import COMMANDS, ECHO, MEASURES, UPLOADS, fits, post
from tests.services.making import ACT, make_database_and_wave, make_plan, make_settings
from tests.web.admin.conftest import _quick_hashes

__all__ = ["_quick_hashes"]

pytestmark = pytest.mark.slow
FILES = int(os.environ.get("FILES", choose(20, 20_000)))
LONGEST, LARGEST = 30, 400  # seconds; MB
ROOT = Path(__file__).parents[2]
# One bomb of each kind, those first that once took minutes, gigabytes or the process.
SAMPLE = (
    "yaml itself", "yaml aliases in a survey", "yaml merges", "yaml deep lines", "json deep", "holder deep keys",
    "map kind", "map area", "map deep", "xliff deep", "xliff order", "po many forms", "po long rule", "csv columns",
    "csv quotes", "picture comments", "picture entities", "zip text", "zip manifest", "zip deep", "dta many rows",
    "sav many rows",
)  # fmt: skip
TRIED = choose(SAMPLE, tuple(BOMBS))


@dataclass
class Faults:
    """Collect what may not happen, and count the rest."""

    statuses: Counter[object] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")

    def note(self, name: str, status: object, said: str, seconds: float, is_fault: bool) -> None:
        self.statuses[status] += 1
        self.slowest = max(self.slowest, (seconds, name))
        if is_fault or seconds > LONGEST or ECHO.search(said):
            shown = ECHO.search(said)
            self.found.append(f"{name}: {status} in {seconds:.1f} s {shown[0] if shown else ''}")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with open_service_with_records(tmp_path_factory.mktemp("service")) as service:
        lifecycle.create_wave(service.engine, make_plan(slug="draft-2026", languages=("en", "es")), ACT)
        yield service


def files(chance: random.Random, count: int) -> Iterator[HostileFile]:
    for name in TRIED:
        yield bomb(name)
    for _ in range(count):
        yield damaged(chance)


def test_hostile_uploads_get_a_sentence_in_time(service: Place) -> None:
    chance, faults, client = random.Random(FIRST_SEED), Faults(), service.people["olga"]
    idle, token = memory(), service.tokens["olga"]
    whole = [HostileFile(kind, content) for kind, content in GOOD.items()]  # some of them are taken
    for file in (*whole, *files(chance, FILES)):
        fitting = [each for each in UPLOADS if fits(each, file)]
        some = [*chance.sample(fitting, min(1, len(fitting))), chance.choice(UPLOADS)]
        chosen = fitting if file in whole or (IN_FULL and file.kind in BOMBS) else some
        for upload in chosen:
            started = time.monotonic()
            status, page = post(client, token, upload, file)
            faults.note(f"{file.kind} to {upload.path}", status, page, time.monotonic() - started, status >= 500)
        if file.kind.startswith(("json", "map")):
            send_to_program(service, file, faults)
    grown = memory() - idle
    print(f"{faults.statuses.total()} uploads: {dict(faults.statuses)}; {grown} MB more; slowest {faults.slowest}")
    assert faults.found == []
    assert grown <= LARGEST
    assert {200, 422} <= set(faults.statuses)


def send_to_program(service: Place, file: HostileFile, faults: Faults) -> None:
    for path in MEASURES:
        started = time.monotonic()
        answer = service.people["program"].post(
            path, content=file.content, headers={"content-type": "application/json"}
        )
        is_fault = answer.status_code >= 500
        faults.note(f"{file.kind} to {path}", answer.status_code, answer.text, time.monotonic() - started, is_fault)


def memory() -> int:
    """Return the most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


class Worker:
    """A process that runs commands; another one is started where it dies."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.start()

    def start(self) -> None:
        command = (sys.executable, "-m", "tests.fuzz.command_worker")
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, cwd=ROOT, env=self.environment, text=True
        )

    def run(self, arguments: list[str]) -> dict[str, object]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(arguments) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            status = self.process.wait()
            self.stop()
            self.start()
            return {"status": f"died ({status})", "said": "", "seconds": 0.0, "memory": 0}
        found: dict[str, object] = json.loads(line)
        return found

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                stream.close()


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    settings = make_settings(tmp_path)
    engine = make_database_and_wave(settings)
    lifecycle.create_wave(engine, make_plan(slug="draft-2026", languages=("en", "es")), ACT)
    engine.dispose()
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "COMMONTRUST_DATA_DIR": str(settings.data_dir),
        "COMMONTRUST_KEY_DIR": str(settings.key_dir),
        "COMMONTRUST_DATABASE_URL": settings.database_url,
        "COMMONTRUST_SECRET": settings.secret.decode(),
    }
    worker = Worker(environment)
    yield worker
    worker.stop()


def test_hostile_files_of_commands_get_a_sentence_in_time(worker: Worker, tmp_path: Path) -> None:
    chance, faults = random.Random(FIRST_SEED + 1), Faults()
    (tmp_path / "good.csv").write_bytes(GOOD["csv"])
    idle, most = 0, 0
    for file in files(chance, FILES // 2):
        for wanted in choose_commands(file, chance):
            path = tmp_path / f"file.{file.ending}"
            path.write_bytes(file.content)
            places = {"file": str(path), "good": str(tmp_path / "good.csv"), "new": str(tmp_path / "new" / "x.yaml")}
            found = worker.run([part.format(**places) for part in wanted])
            status, seconds, used = found["status"], float(str(found["seconds"])), int(str(found["memory"]))
            idle, most = idle or used, max(most, used)
            name = f"{file.kind} to {' '.join(wanted[:2])}"
            faults.note(name, status, str(found["said"]), seconds, status not in (0, 2) or used - idle > LARGEST)
    print(
        f"{faults.statuses.total()} commands: {dict(faults.statuses)}; {most - idle} MB more; slowest {faults.slowest}"
    )
    assert faults.found == []


def choose_commands(file: HostileFile, chance: random.Random) -> list[tuple[str, ...]]:
    known = COMMANDS.get(file.kind.partition(" ")[0], ())
    return list(known) if file.kind in BOMBS else [chance.choice(known)] if known else []
