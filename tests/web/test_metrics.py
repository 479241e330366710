"""Figures for monitoring add up all workers, change with no single answer, and have an alert with a paragraph each."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from starlette.testclient import TestClient

from app.log_format import JsonLines
from app.main import create_app
from app.services.intake import readiness_checks
from app.settings import Settings
from app.web.metrics import RoundedCounters, SharedCounters, begin
from app.web.reports.handlers import ReportPages
from tests.services.making import make_database_and_wave, make_settings

ROOT = Path(__file__).parents[2]
METRIC = re.compile(r"commontrust_\w+")
# Figures that a service without a mirror, a supervisor or a failure does not have.
SOMETIMES = {
    "commontrust_supervisor_age_seconds", "commontrust_backup_age_seconds", "commontrust_failures_total",
    "commontrust_answers_asked_for_work_total",
}  # fmt: skip


def read_rules() -> dict[str, str]:
    document = YAML(typ="safe").load((ROOT / "deploy" / "alerts.yaml").read_text("utf-8"))
    return {rule["alert"]: rule["expr"] for group in document["groups"] for rule in group["rules"]}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path)


@pytest.fixture
def shown(settings: Settings) -> str:
    make_database_and_wave(settings).dispose()
    with TestClient(create_app(settings)) as client:
        return client.get("/metrics").text


def test_each_alert_asks_for_a_figure_that_exists(shown: str) -> None:
    asked = {name for rule in read_rules().values() for name in METRIC.findall(rule)}
    assert asked - SOMETIMES <= set(METRIC.findall(shown))
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "app").rglob("*.py"))
    assert all(name.removeprefix("commontrust_").removesuffix("_total") in sources for name in asked & SOMETIMES)


def test_each_alert_has_a_paragraph_for_operators() -> None:
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert [name for name in read_rules() if f"**{name}**" not in text] == []


def test_figures_are_true_to_the_format_of_prometheus(shown: str) -> None:
    line = re.compile(r'(# .*|[a-z_]+(\{[a-z]+="[^"]*"\})? -?[0-9.e+]+)')
    assert [each for each in shown.splitlines() if not line.fullmatch(each)] == []
    assert "commontrust_ready 1\n" in shown
    assert 'commontrust_check_ok{check="database"} 1\n' in shown


def test_all_checks_of_readiness_are_shown() -> None:
    source = Path(readiness_checks.__file__).read_text("utf-8")
    assert tuple(re.findall(r'^        "(\w+)": lambda', source, re.M)) == readiness_checks.CHECKS


def test_counts_of_all_workers_are_added(tmp_path: Path) -> None:
    own, other = RoundedCounters(), tmp_path / "metrics" / "1.json"
    for _ in range(8):
        own.add("pages_shown")
    shared = SharedCounters(own, tmp_path)
    shared.write()
    other.write_text(json.dumps({"pages_shown": 20, "failures": 5}))
    (tmp_path / "metrics" / "2.json").write_text("damaged")
    assert shared.read() == {"pages_shown": 25, "failures": 5}
    begin(tmp_path)
    assert shared.read() == {"pages_shown": 5}


def test_file_of_counts_does_not_change_with_an_answer(tmp_path: Path) -> None:
    own = RoundedCounters()
    shared = SharedCounters(own, tmp_path)
    path = tmp_path / "metrics" / f"{os.getpid()}.json"
    contents = set()
    for _ in range(4):
        own.add("answers_counted")
        before = path.stat().st_mtime_ns if path.exists() else 0
        assert not path.exists() or path.stat().st_mtime_ns == before
        shared.write()
        contents.add(path.read_text())
    assert len(contents) == 1


def test_first_failure_is_seen(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    make_database_and_wave(settings).dispose()
    monkeypatch.setattr(ReportPages, "list_for_home", fail)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        assert client.get("/reports/none/none").status_code == 404
        assert "failures" not in client.get("/metrics").text
        assert client.get("/").status_code == 500
        assert "commontrust_failures_total 5\n" in client.get("/metrics").text


def fail(*given: object) -> None:
    raise ValueError("a fault of ours")


def test_lines_of_the_log_are_json_with_a_level_and_no_value() -> None:
    try:
        raise ValueError("the answer is 7")
    except ValueError as error:
        record = logging.LogRecord(
            "x", logging.ERROR, "f", 1, "%s", ('{"reference": "ab"}',), (type(error), error, None)
        )
    line = json.loads(JsonLines().format(record))
    assert line["level"] == "error"
    assert line["reference"] == "ab"
    assert line["failure"] == "ValueError"
    assert "7" not in json.dumps(line["places"][0].partition(" (")[0])
    assert "the answer" not in json.dumps(line)


def test_no_level_lets_the_database_log_its_values() -> None:
    script = (
        "import logging, logging.config; from app.log_format import make_logging; "
        "logging.config.dictConfig(make_logging('debug')); "
        "print([logging.getLogger(n).isEnabledFor(logging.INFO) for n in ('sqlalchemy.engine', 'uvicorn', 'app.web')])"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ended.stdout.strip() == "[False, False, True]"


@pytest.mark.parametrize(
    ("client", "headers", "status"),
    [
        (("127.0.0.1", 5), {}, 200),
        (("::1", 5), {}, 200),
        (("192.0.2.7", 5), {}, 403),
        (("127.0.0.1", 5), {"x-forwarded-for": "192.0.2.7"}, 403),
        (("127.0.0.1", 5), {"x-real-ip": "192.0.2.7"}, 403),
    ],
)
def test_figures_are_for_the_machine_itself(
    settings: Settings, client: tuple[str, int], headers: dict[str, str], status: int
) -> None:
    """A visitor who polls rounded counts would see the moment of an answer."""
    with TestClient(create_app(settings), client=client) as visitor:
        answer = visitor.get("/metrics", headers=headers)
    assert answer.status_code == status
    assert ("commontrust_" in answer.text) is (status == 200)
