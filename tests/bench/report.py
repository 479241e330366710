"""A report of 100,000 responses: made cold in a process of its own, shown warm beside a plain response, printed."""

import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from app.records.database import connect
from app.services.reports.publish import publish_report
from app.web.pdf_files import PdfFiles
from app.web.reports.handlers import ReportPages
from app.web.reports.routes import make_routes
from tests.bench.timing import load, timed
from tests.bench.wave import WAVE, make_wave
from tests.services.making import ACT

ANSWERS = 100_000
COLD_TARGET, WARM_TARGET, PAPER_TARGET = 2.0, 0.005, 2.0  # seconds
COLD = """
import sys, time
from app.records.database import connect, reading
from app.records.waves import get_wave
from app.services.reports.publish import preview_report
engine = connect(sys.argv[1])
with reading(engine) as session:
    get_wave(session, sys.argv[2])
started = time.perf_counter()
preview_report(engine, sys.argv[2])
print(time.perf_counter() - started)
"""


def run() -> None:
    """Print seconds beside their targets."""
    with tempfile.TemporaryDirectory() as folder:
        make_wave(Path(folder), ANSWERS).dispose()
        url = f"sqlite:///{Path(folder) / 'data' / 'commontrust.sqlite3'}"
        print(f"\na report of {ANSWERS:,} responses ({load()})")
        cold = sorted(_cold(url) for _ in range(3))
        print(f"{'cold, seconds':<40}best {cold[0]:.2f}, median {cold[1]:.2f}, target {COLD_TARGET:g}")
        _published(connect(url))


def _cold(url: str) -> float:
    command = [sys.executable, "-c", COLD, url, WAVE]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def _published(engine: Engine) -> None:
    """The page over HTTP, against a plain response of its size, and the paper."""
    publish_report(engine, WAVE, ACT)
    pages = ReportPages(engine, "http://127.0.0.1:8000", PdfFiles())
    place = f"/reports/river-city/{WAVE}"
    plain: dict[str, bytes] = {}
    app = Starlette(routes=[*make_routes(pages), Route("/plain", lambda _: Response(plain["page"]))])
    with TestClient(app) as client:
        plain["page"] = client.get(place).content
        warm, floor = (timed(path, partial(client.get, path), runs=50).median for path in (place, "/plain"))
        ratio = f"{warm / floor:.2f} x a plain response of its size"
        print(f"{'page warm, milliseconds':<40}{1000 * warm:.2f}, target {1000 * WARM_TARGET:g}, {ratio}")
        paper = timed("paper", partial(client.get, f"{place}.pdf"), runs=1).first
        print(f"{'paper, seconds':<40}{paper:.2f}, target {PAPER_TARGET:g}")
    engine.dispose()
