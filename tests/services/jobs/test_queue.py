"""Jobs: asked for once, followed step by step, taken up again when a worker dies, ended by the one that holds them."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from app.errors import NotFound, NothingToReport
from app.records.audit_log import acts
from app.records.jobs import RUNNING, WAITING, Job
from app.services.common.actor import Actor
from app.services.jobs import queue
from app.services.jobs import supervisor as supervisor_module
from app.services.jobs.queue import (
    DEAD_AFTER,
    MOST_TRIES,
    Progress,
    enqueue,
    find_job,
    has_work,
    list_jobs,
    now_utc,
    work_once,
)
from app.services.jobs.supervisor import COMMAND, JobSupervisor
from app.services.reports import publish as report_publishing
from app.services.waves import lifecycle
from app.settings import Settings
from tests.faults.processes import environment
from tests.services.making import ACT, make_form, make_open_wave, open_boxes, send
from tests.services.reported import make_closed_wave


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def tasks(do: Callable[[Progress], str]) -> dict[str, queue.Task]:
    def task(engine: Engine, settings: Settings, subject: str, actor: Actor, progress: Progress) -> str:
        return do(progress)

    return {"task": task}


def nothing(progress: Progress) -> str:
    return "Nothing was to be done."


def refuse(progress: Progress) -> str:
    raise NothingToReport("river", "no one has answered")


def fail(progress: Progress) -> str:
    raise ValueError("an answer of somebody: 4711")


def test_job_is_enqueued_once_and_reports_each_step(both_engine: Engine, both_settings: Settings) -> None:
    seen = []

    def do(progress: Progress) -> str:
        progress("half of it")
        seen.append((find_job(both_engine, job.id).status, find_job(both_engine, job.id).said))
        return "All of it."

    job = enqueue(both_engine, "task", "river", ACT, tasks(do))
    assert enqueue(both_engine, "task", "river", ACT, tasks(do)).id == job.id
    assert work_once(both_engine, both_settings, tasks(do)) is not None
    assert seen == [("running", "half of it")]
    done = find_job(both_engine, job.id)
    assert (done.status, done.said, done.actor) == ("done", "All of it.", ACT.name)
    assert work_once(both_engine, both_settings, tasks(do)) is None
    assert enqueue(both_engine, "task", "river", ACT, tasks(do)).id != job.id
    with Session(both_engine) as session:
        assert [event.act for event in acts(session) if event.subject == "river"] == ["job asked for", "job asked for"]


@pytest.mark.parametrize(
    ("do", "status", "said"),
    [
        (refuse, "refused", "No report can be made of the survey round 'river': no one has answered."),
        (fail, "failed", "Something went wrong inside: ValueError."),
    ],
)
def test_failed_job_shows_the_reason_and_no_answer(
    engine: Engine, settings: Settings, do: Callable[[Progress], str], status: str, said: str
) -> None:
    enqueue(engine, "task", "river", ACT, tasks(do))
    done = work_once(engine, settings, tasks(do))
    assert done is not None
    assert (done.status, done.said) == (status, said)


def test_job_of_an_unknown_kind_is_refused(engine: Engine) -> None:
    with pytest.raises(NotFound, match="one of: data, report, restricted data; there is no kind of job 'dance'"):
        enqueue(engine, "dance", "river", ACT)


def abandon(engine: Engine, job: int, seen: datetime, tries: int = 1) -> None:
    """As a killed worker leaves it."""
    with Session(engine) as session:
        found = session.get_one(Job, job)
        found.status, found.holder, found.said, found.tries = RUNNING, "dead", "half of it", tries
        found.seen_at = seen.replace(tzinfo=None)
        session.commit()


def test_job_of_a_dead_worker_is_resumed_after_a_minute(both_engine: Engine, both_settings: Settings) -> None:
    clock = Clock()
    job = enqueue(both_engine, "task", "river", ACT, tasks(nothing))
    abandon(both_engine, job.id, clock.now)
    assert not has_work(both_engine, clock.now)
    assert work_once(both_engine, both_settings, tasks(nothing), clock) is None
    assert find_job(both_engine, job.id).said == "half of it"
    clock.now += DEAD_AFTER + timedelta(seconds=1)
    assert has_work(both_engine, clock.now)
    done = work_once(both_engine, both_settings, tasks(nothing), clock)
    assert done is not None
    assert (done.id, done.status) == (job.id, "done")


def test_job_that_kills_its_workers_is_abandoned(engine: Engine, settings: Settings) -> None:
    clock = Clock()
    job = enqueue(engine, "task", "river", ACT, tasks(nothing))
    abandon(engine, job.id, clock.now - timedelta(hours=1), tries=MOST_TRIES)
    assert work_once(engine, settings, tasks(nothing), clock) is None
    assert find_job(engine, job.id).status == "failed"
    assert "stopped 3 times" in find_job(engine, job.id).said


def test_job_taken_twice_by_a_clock_jump_ends_once(engine: Engine, settings: Settings) -> None:
    clock = Clock()

    def jump(progress: Progress) -> str:
        clock.now += timedelta(hours=3)
        other = work_once(engine, settings, tasks(nothing), clock)
        assert other is not None
        clock.now -= timedelta(hours=6)
        progress("still at it")
        return "The first one's word."

    job = enqueue(engine, "task", "river", ACT, tasks(jump))
    work_once(engine, settings, tasks(jump), clock)
    assert find_job(engine, job.id).said == "Nothing was to be done."


def test_a_worker_that_is_asked_to_end_hands_its_job_back(engine: Engine, settings: Settings) -> None:
    def end(progress: Progress) -> str:
        raise SystemExit(0)

    job = enqueue(engine, "task", "river", ACT, tasks(end))
    with pytest.raises(SystemExit):
        work_once(engine, settings, tasks(end))
    assert find_job(engine, job.id).status == WAITING


def test_two_workers_never_do_one_job(both_engine: Engine, both_settings: Settings) -> None:
    done: list[str] = []
    lock = threading.Lock()

    def task(engine: Engine, settings: Settings, subject: str, actor: Actor, progress: Progress) -> str:
        with lock:
            done.append(subject)
        return "Done."

    for number in range(20):
        enqueue(both_engine, "task", f"wave-{number}", ACT, {"task": task})

    def work() -> None:
        while work_once(both_engine, both_settings, {"task": task}):
            pass

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sorted(done) == sorted(f"wave-{number}" for number in range(20))


def test_supervisor_runs_a_report_in_its_own_process(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment(settings).items():
        monkeypatch.setenv(name, value)
    slug = make_closed_wave(engine, settings)
    job = enqueue(engine, "report", slug, ACT)
    supervisor = JobSupervisor(engine, every=0.05)
    supervisor.start()
    deadline = time.monotonic() + 60
    while not find_job(engine, job.id).is_over and time.monotonic() < deadline:
        time.sleep(0.1)
    supervisor.stop()
    assert find_job(engine, job.id).said == "Version 1 is published."
    assert report_publishing.find_frozen_report(engine, "river-city", slug) is not None


def test_supervisor_survives_every_error(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither a program that is missing nor an error of another kind ends the watch; the job runs afterwards."""
    stated, faults = tmp_path / "done", [MemoryError, ValueError, OSError, KeyError]

    def stumble(*arguments: object) -> bool:
        if faults:
            raise faults.pop()("a secret of an answer")
        return has_work(engine, now_utc())

    monkeypatch.setattr(supervisor_module, "has_work", stumble)
    enqueue(engine, "task", "river", ACT, tasks(nothing))
    missing = JobSupervisor(engine, command=("/no/such/program",), every=0.01)
    missing.start()
    deadline = time.monotonic() + 30
    while (faults or "FileNotFoundError" not in caplog.text) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert missing._thread.is_alive()
    missing._command = (sys.executable, "-c", f"open({str(stated)!r}, 'w').close()")
    while not stated.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    missing.stop()
    assert stated.exists()
    assert "a secret of an answer" not in caplog.text


def test_a_job_takes_one_core(engine: Engine, tmp_path: Path) -> None:
    stated = tmp_path / "told"
    tell = "import os, sys; open(sys.argv[1], 'w').write(os.environ['OPENBLAS_NUM_THREADS'])"
    enqueue(engine, "task", "river", ACT, tasks(nothing))
    supervisor = JobSupervisor(engine, command=(sys.executable, "-c", tell, str(stated)), every=0.05)
    supervisor.start()
    deadline = time.monotonic() + 60
    while not (stated.exists() and stated.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    supervisor.stop()
    assert stated.read_text() == "1"


def test_job_of_a_killed_worker_is_ended_by_another(both_engine: Engine, both_settings: Settings) -> None:
    slug = make_closed_wave(both_engine, both_settings)
    job = enqueue(both_engine, "report", slug, ACT)
    process = subprocess.Popen(COMMAND, env=environment(both_settings), stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while find_job(both_engine, job.id).said == "" and time.monotonic() < deadline:
        time.sleep(0.005)
    process.kill()
    process.wait()
    left = find_job(both_engine, job.id)
    assert left.said  # where it stood
    clock = Clock()
    clock.now = datetime.now(UTC) + DEAD_AFTER * 2
    work_once(both_engine, both_settings, clock=clock)
    assert find_job(both_engine, job.id).status == "done"
    assert [each.id for each in list_jobs(both_engine)] == [job.id]
    frozen = report_publishing.find_frozen_report(both_engine, "river-city", slug)
    assert frozen is not None
    assert frozen.version == 1


def test_residents_do_not_wait_for_a_report(engine: Engine, settings: Settings) -> None:
    """While the worker makes figures it locks nothing: another process can write between any two steps."""
    slug, turns = make_closed_wave(engine, settings), []

    def write_meanwhile(said: str) -> None:
        enqueue(engine, "report", f"other-{len(turns)}", ACT)
        turns.append(said)

    report_publishing.publish_report(engine, slug, ACT, write_meanwhile)
    assert len(turns) == 3


def test_report_published_meanwhile_is_checked_before_freezing(engine: Engine, settings: Settings) -> None:
    slug, turns = make_closed_wave(engine, settings), []

    def publish_meanwhile(said: str) -> None:
        turns.append(said)
        if len(turns) == 3:
            report_publishing.publish_report(engine, slug, ACT)

    frozen = report_publishing.publish_report(engine, slug, ACT, publish_meanwhile)
    assert len(turns) == 6
    assert frozen.version == 1


def test_report_without_index_questions_is_refused(engine: Engine, settings: Settings) -> None:
    slug = make_open_wave(engine, settings).slug
    send(settings, slug, [make_form(n) for n in range(20)])
    lifecycle.close_wave(engine, slug, ACT)
    open_boxes(engine, settings, slug, ACT)
    enqueue(engine, "report", slug, ACT)
    done = work_once(engine, settings)
    assert done is not None
    assert (done.status, done.said) == (
        "refused",
        f"No report can be made of the survey round '{slug}': its survey has no index; "
        "see its figures on the scorecard.",
    )
