"""Packages of ten thousand to a million responses: from answers through the gate to every file, seconds and memory."""

import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from analysis.disclosure import ProtectedMicrodata, release
from analysis.release import draft_release
from app.questionnaire.definition import Survey
from app.questionnaire.loading import freeze, load_survey
from app.services.releases.package.describing import describe
from app.services.releases.package.files import store_files
from app.services.releases.package.package import plan_package
from app.services.releases.package.study import Change, ReleaseStudy
from tests.bench.microdata import make_plan, make_sample
from tests.bench.timing import forget_peak, load, peak_mb

SIZES = (10_000, 100_000, 1_000_000)
SECONDS, MEGABYTES = 60.0, 4096.0
LANGUAGES = ("en", "es")
SURVEY = Path(__file__).parents[2] / "surveys" / "community-trust" / "survey.yaml"


def make_survey() -> Survey:
    areas = {"areas": {code: f"Area {code}" for code in range(1, 5)}}
    return load_survey(freeze(SURVEY.read_text("utf-8"), areas, ()))


def make_study(agencies: tuple[str, ...]) -> ReleaseStudy:
    said = dict.fromkeys(LANGUAGES, "Bench")
    return ReleaseStudy(
        release="bench-v1.0.0",
        wave="bench",
        version="1.0.0",
        tier="public",
        published_on=date(2026, 11, 25),
        community=said,
        title=said,
        survey="community-trust 1.0",
        agencies=dict.fromkeys(agencies, said),
        languages=LANGUAGES,
        fielded=(date(2026, 3, 2), date(2026, 4, 13)),
        base_url="https://survey.example.org",
        contact="",
        changes=(Change("1.0.0", date(2026, 11, 25), "First release."),),
    )


@dataclass(frozen=True)
class Packed:
    """Hold the time and memory that one size took. On a busy machine `cpu` is steadier than the elapsed time."""

    gate: float
    files: float
    cpu: float
    megabytes: float
    size: float


def package(rows: int, survey: Survey) -> Packed:
    """Answers through the gate and into files; memory from the answers on."""
    sample, plan = make_sample(rows), make_plan()
    held = forget_peak()
    start, busy = time.perf_counter(), time.process_time()
    microdata: ProtectedMicrodata = release(draft_release([sample], plan, data="1"), seed=1)
    gated = time.perf_counter()
    data = describe(survey, make_study(plan.report.agencies), microdata)
    with tempfile.TemporaryDirectory() as folder:
        files = store_files(Path(folder), plan_package(data, survey))
        done, cpu = time.perf_counter(), time.process_time() - busy
    return Packed(gated - start, done - gated, cpu, peak_mb() - held, sum(file.size for file in files) / 2**20)


def run(sizes: tuple[int, ...] = SIZES) -> int:
    """Run all sizes and return the number of missed bars."""
    survey = make_survey()
    print(f"\npackages with labels in {' and '.join(LANGUAGES)}, {load()}")
    print(f"{'responses':>12}{'gate s':>9}{'files s':>9}{'CPU s':>8}{'MB':>8}{'package MB':>12}{'CPU µs each':>20}")
    missed = 0
    for rows in sizes:
        found = package(rows, survey)
        seconds = f"{found.gate:>9.2f}{found.files:>9.2f}{found.cpu:>8.2f}"
        print(f"{rows:>12,}{seconds}{found.megabytes:>8.0f}{found.size:>12.0f}{1e6 * found.cpu / rows:>20.1f}")
        missed += found.gate + found.files > SECONDS or found.megabytes > MEGABYTES
    print(f"targets: {SECONDS:.0f} s and {MEGABYTES:.0f} MB, all in all")
    return missed


if __name__ == "__main__":
    sys.exit(run(tuple(map(int, sys.argv[1:])) or SIZES))
