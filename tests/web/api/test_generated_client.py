"""A client that a generator makes from `openapi.json` reads reports and data sets as typed values.

`make drills` generates one with a program of the Python index and calls it. The suite checks what generators need.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from app.demo.story import served
from tests.drills import choose
from tests.web.api.callers import POLICE, Desk

GENERATORS = choose((), ("openapi-python-client>=0.26,<1",))
CALLS = """
import json, sys
from client import AuthenticatedClient, Client
from client.api.measures import list_definitions
from client.api.releases import list_all, show_one
from client.api.reports import list_reports, show_headline, show_report
from client.models import Refusal, ShownCell, WithheldCell

address, key = sys.argv[1:]
closed, open_to_all = AuthenticatedClient(address, key), Client(address)
listed = list_reports.sync(client=closed).reports
[report] = [each for each in listed if each.wave == "police-2026"]
whole = show_report.sync(report.community, report.wave, client=closed, version=1)
headline = show_headline.sync(report.community, report.wave, client=closed)
cells = [row.cell for section in whole.report.sections for table in section.tables for row in table.rows]
release = list_all.sync(client=open_to_all).releases[0]
print(json.dumps({
    "waves": [each.wave for each in listed],
    "index": [each.index.value for each in headline.figures],
    "sha256": whole.sha256,
    "shown": [cell.value for cell in cells if isinstance(cell, ShownCell)],
    "hidden": [cell.reason for cell in cells if isinstance(cell, WithheldCell)],
    "agency": whole.words["en"]["agency.police"],
    "published": whole.published_on.isoformat(),
    "commitments": len(whole.commitments),
    "files": len(show_one.sync(release.name, client=open_to_all).files),
    "definitions": len(list_definitions.sync(client=open_to_all).measures),
    "missing": isinstance(show_report.sync("river-city", "nowhere", client=closed), Refusal),
}, default=str))
"""


def operations(description: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for methods in description["paths"].values():
        yield from methods.values()


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from ([part["$ref"]] if "$ref" in part else [])
        for each in part.values():
            yield from references(each)
    elif isinstance(part, list):
        for each in part:
            yield from references(each)


def test_description_has_all_that_generators_need(desk: Desk) -> None:
    description = desk.app.openapi()
    names = [each["operationId"] for each in operations(description)]
    assert len(names) == len(set(names))
    assert {"list_reports", "show_report", "show_headline", "list_all", "show_one"} <= set(names)
    known = {f"#/components/schemas/{name}" for name in description["components"]["schemas"]}
    assert set(references(description)) <= known
    for each in operations(description):
        assert "$ref" in each["responses"]["200"]["content"]["application/json"]["schema"]


def run(*command: str, generator: str, folder: Path) -> str:
    """Run a command beside the generator, outside of this environment."""
    program = [f"{Path(sys.executable).parent / 'uv'}", "run", "--no-project", "--isolated", "--quiet"]
    needed = ["--with", generator, "--with", "python-dateutil"]
    plain = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    plain["NO_PROXY"] = plain["no_proxy"] = "127.0.0.1"
    done = subprocess.run(
        [*program, *needed, *command], cwd=folder, env=plain, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stdout, done.stdout  # the generator leaves out what it cannot read
    return done.stdout


def test_generated_client_reads_published_figures(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "openapi.json").write_text(json.dumps(desk.app.openapi()), "utf-8")
    (tmp_path / "calls.py").write_text(CALLS, "utf-8")
    for generator in GENERATORS:
        made = ("openapi-python-client", "generate", "--path", "openapi.json", "--output-path", "client")
        run(*made, "--meta", "none", "--overwrite", generator=generator, folder=tmp_path)
        with served(desk.settings) as address:
            printed = run(
                "python",
                "-W",
                "error",
                "calls.py",
                address,
                f"{desk.keys[POLICE]}",
                generator=generator,
                folder=tmp_path,
            )
        check(json.loads(printed), desk)


def check(read: Mapping[str, Any], desk: Desk) -> None:
    report = desk.reports[POLICE].report
    rows = [row for section in report.document["sections"] for table in section["tables"] for row in table["rows"]]
    assert read["waves"] == ["police-2026"]
    assert read["sha256"] == report.sha256
    assert read["shown"] == [row["cell"]["value"] for row in rows if row["cell"]["shown"]]
    assert read["hidden"] == [row["cell"]["reason"] for row in rows if not row["cell"]["shown"]]
    assert read["index"][0] in read["shown"]
    assert read["agency"] == "the police"
    assert read["published"] == f"{desk.reports[POLICE].published_on}"
    assert read["commitments"] == 0
    assert min(read["files"], read["definitions"]) > 5
    assert read["missing"]
