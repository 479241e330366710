"""`python -m tests.bench.opening`: residents' waits while a box is opened. Fails where the 99th percentile triples.

200,000 answers are stored, 8 people come each second, the box holds 400, and a reader sleeps on all tables. On
PostgreSQL, or on SQLite where it is asked for.
"""

import asyncio
import contextlib
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, text
from sqlmodel import Session

from app.questionnaire.loading import load_survey
from app.questionnaire.packing import layout_of
from app.records.ballots import Response, count_envelopes, store_rows
from app.records.database import writing
from app.records.waves import get_wave
from app.services.waves.box_opening import boxes_of
from app.settings import Settings
from tests import postgres
from tests.bench.load import Tally, at_a_pace
from tests.bench.server import answered_form, make_city, serving_house
from tests.bench.timing import load
from tests.faults.processes import environment
from tests.web.service import WAVE

STORED, PEOPLE, BOX, MOST = 200_000, 8.0, 400, 3.0
SECONDS = 45
TABLES = ("response", "envelope", "box", "wave", "spent_number", "code")
OPEN = f"""
from app.records.database import connect
from app.settings import load_settings
from tests.services.making import ACT, open_boxes
settings = load_settings()
found = open_boxes(connect(settings.database_url), settings, {WAVE!r}, ACT)
print(found.released, found.carried)
"""


def store_answers(engine: Engine) -> None:
    """Store answers of earlier openings."""
    with Session(engine) as session:
        wave = get_wave(session, WAVE)
        survey = load_survey(wave.survey_text)
        codes = layout_of(survey).pack(dict.fromkeys(survey.items, -9999))
        for _ in range(STORED // 20_000):
            with writing(engine) as target:
                rows = [
                    {"key": secrets.token_bytes(16), "wave_id": wave.id, "source": "open link", "stratum": ""}
                    | {"agency": "police", "codes": codes, "flags": ""}
                    for _ in range(20_000)
                ]
                store_rows(target, Response, rows)


@contextlib.contextmanager
def sleeping_reader(engine: Engine) -> Iterator[None]:
    """Hold a transaction that has read every table."""
    done = threading.Event()

    def sleep() -> None:
        with engine.connect() as connection:
            for table in TABLES:
                connection.execute(text(f"SELECT count(*) FROM {table}")).scalar()
            done.wait()

    reader = threading.Thread(target=sleep)
    reader.start()
    try:
        yield
    finally:
        done.set()
        reader.join()


def waiting(engine: Engine) -> int:
    with Session(engine) as session:
        return count_envelopes(session, [box.id for box in boxes_of(session, WAVE, "current")])


def come(port: int, body: str, seconds: float, first: int) -> Tally:
    return asyncio.run(at_a_pace(port, f"/s/{WAVE}", body, seconds, PEOPLE, first))


def measure(engine: Engine, settings: Settings, port: int, body: str) -> tuple[Tally, Tally]:
    """Return the waits before an opening, and those during one."""
    base = come(port, body, max(SECONDS, BOX / PEOPLE + 5), 1)
    print(f"{waiting(engine)} sealed answers; base p50 {base.percentile(0.5):.1f} ms, p99 {base.percentile(0.99):.1f}")
    with sleeping_reader(engine):
        start = time.perf_counter()
        opening = subprocess.Popen([sys.executable, "-c", OPEN], env=environment(settings), stdout=subprocess.PIPE)
        ended: list[float] = []
        threading.Thread(target=lambda: ended.append(opening.wait() or time.perf_counter() - start)).start()
        during = come(port, body, SECONDS, 10**9)
        stated, _ = opening.communicate(timeout=120)
    print(f"opening: {stated.decode().strip() or 'failed'} (released, left sealed), {ended[0]:.1f} s")
    return base, during


def run(*, sqlite: bool = False) -> int:
    """Run the load and return the number of missed bars."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        url = None if sqlite else stack.enter_context(postgres.running(("fsync=on",))).new_database()
        settings, engine = make_city(Path(name), url)
        store_answers(engine)
        body = answered_form(Path("surveys/community-trust/survey.yaml").read_text("utf-8"))
        print(f"{engine.dialect.name}, {STORED} stored answers, {PEOPLE:.0f} people each second, {load()}")
        with serving_house(settings, workers=2) as (port, _):
            base, during = measure(engine, settings, port, body)
        engine.dispose()
    ratio = during.percentile(0.99) / base.percentile(0.99)
    print(f"during p50 {during.percentile(0.5):.1f} ms, p99 {during.percentile(0.99):.1f}: {ratio:.1f} times the base")
    print(f"errors {base.errors or 0} and {during.errors or 0}, load {os.getloadavg()[0]:.1f}")
    return sum((bool(base.errors or during.errors), ratio > MOST))


if __name__ == "__main__":
    sys.exit(1 if run(sqlite="sqlite" in sys.argv) else 0)
