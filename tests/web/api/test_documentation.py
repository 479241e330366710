"""The examples of `/api/docs` run as they stand, and published documents are as both descriptions of them say."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import jsonschema
import pytest

from app.demo.story import served
from app.web.api.examples import LANGUAGES, list_examples
from app.web.api.models import Document
from app.web.reports.handlers import load_schema
from tests.programs import require
from tests.web.api.callers import POLICE, STRANGER, Desk
from tests.web.reports.making import make_later_report, make_report

NEEDS = {
    "sh": lambda: require("curl"),
    "py": lambda: None,
    "R": lambda: require("jsonlite"),
    "js": lambda: require("node"),
}
COMMANDS = {"sh": ["sh"], "py": ["python3", "-W", "error"], "R": ["Rscript", "--vanilla"], "js": ["node"]}
WAVE = "police-2026"


@pytest.fixture(scope="module")
def address(desk: Desk) -> Iterator[str]:
    with served(desk.settings) as found:
        yield found


def run(address: str, ending: str, key: str, folder: Path) -> subprocess.CompletedProcess[str]:
    code = next(each.code for each in list_examples(address, key, "river-city", WAVE) if each.ending == ending)
    script = folder / f"example.{ending}"
    script.write_text(code, "utf-8")
    plain = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return subprocess.run(
        [*COMMANDS[ending], f"{script}"], capture_output=True, text=True, env=plain, check=False, timeout=120
    )


@pytest.mark.slow
@pytest.mark.parametrize("ending", LANGUAGES)
def test_example_prints_the_published_headline(desk: Desk, address: str, ending: str, tmp_path: Path) -> None:
    NEEDS[ending]()
    done = run(address, ending, f"{desk.keys[POLICE]}", tmp_path)
    assert done.returncode == 0, done.stderr
    document = desk.reports[POLICE].report.document
    tables = [table for section in document["sections"] for table in section["tables"]]
    cell = next(table for table in tables if table["id"] == "open-link.index")["rows"][0]["cell"]
    figures = [float(each) for each in re.findall(r"-?\d+\.\d+", done.stdout)]
    assert {cell["value"], cell["low"], cell["high"]} <= set(figures)
    assert WAVE in done.stdout
    assert "library-2026" not in done.stdout  # the key opens the police's reports alone


@pytest.mark.slow
@pytest.mark.parametrize("ending", LANGUAGES)
def test_example_fails_with_a_wrong_key(address: str, ending: str, tmp_path: Path) -> None:
    NEEDS[ending]()
    assert run(address, ending, "ct_live_wrong", tmp_path).returncode != 0


def test_page_shows_the_examples_without_a_key(desk: Desk) -> None:
    page = unescape(desk.client.get("/api/docs", headers=desk.headers(STRANGER)).text)
    for each in list_examples(desk.settings.base_url):
        assert each.code.rstrip("\n") in page
        assert not re.search(r"\{\{|ct_live_\w", each.code)


@pytest.mark.parametrize("make", [make_report, make_later_report])
def test_published_document_is_as_both_descriptions_say(make) -> None:  # type: ignore[no-untyped-def]
    content = make().content
    assert Document.model_validate_json(content)
    jsonschema.validate(json.loads(content), json.loads(load_schema().body))
