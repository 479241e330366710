"""The documentation site is built without a network from the documents and docstrings."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import analysis

ROOT = Path(__file__).parents[2]
GUIDES = ("operating", "agencies", "researchers", "translating", "add-a-kind", "one-machine", "statistics", "api")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    # A proxy that refuses every connection: a build that asks the network fails.
    environ = {
        "PATH": "",
        "PYTHONPATH": str(ROOT),
        "http_proxy": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
    }
    command = [sys.executable, "-m", "sphinx", "-q", "-c", "docs", ".", str(folder)]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert [line for line in done.stderr.splitlines() if re.search(r"\.md(:\d+)?: (WARNING|ERROR)", line)] == []
    return folder


def test_site_has_a_page_for_every_guide(site: Path) -> None:
    assert [name for name in GUIDES if not (site / "docs" / f"{name}.html").is_file()] == []
    front = (site / "docs" / "index.html").read_text("utf-8")
    assert [name for name in GUIDES if f'href="{name}.html"' not in front] == []
    assert "docs/index.html" in (site / "index.html").read_text("utf-8")


def test_site_loads_nothing_from_another_host(site: Path) -> None:
    loaded = r'<(?:script|img|iframe|link)\b[^>]*?(?:src|href)="(?:https?:)?//[^"]+"'
    found = {each for page in site.rglob("*.html") for each in re.findall(loaded, page.read_text("utf-8"))}
    assert found == set()
    styles = "\n".join(path.read_text("utf-8") for path in site.rglob("*.css"))
    assert re.findall(r"@import|url\(\s*[\"']?(?:https?:)?//", styles) == []


def test_reference_shows_every_public_name_with_its_docstring(site: Path) -> None:
    page = (site / "docs" / "api.html").read_text("utf-8")
    public = re.findall(r"^from \S+ import \w+ as ([a-z]\w+|[A-Z]\w+)$", read_init(), re.M)
    assert len(public) >= 25
    assert [name for name in public if f'id="analysis.{name}"' not in page] == []
    assert "<math" in page


def read_init() -> str:
    return Path(analysis.__file__).read_text("utf-8")
