"""A PDF file as poppler reads it, and a paper as the words that go into it."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from app.services.pdf.typesetting import Paper
from tests.programs import require


def read_text(paper: Paper) -> str:
    """Everything that a paper says, in the order of its view."""
    return json.dumps(paper.values, ensure_ascii=False)


def text_of(pdf: bytes, what: str) -> str:
    """The `text` of all pages in the order of reading, or the `title`."""
    require("poppler")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.pdf"
        path.write_bytes(pdf)
        command = ["pdftotext", str(path), "-"] if what == "text" else ["pdfinfo", str(path)]
        said = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    return said if what == "text" else next(line for line in said.splitlines() if line.startswith("Title:"))


def page_count(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def shapes_of(pdf: bytes) -> int:
    """How many lines and areas are drawn on its pages."""
    return sum(len(re.findall(rb"(?m)^(?:S|f|B|b|f\*|B\*)$", stream)) for stream in _streams(pdf))


def _streams(pdf: bytes) -> Iterator[bytes]:
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            yield zlib.decompress(found[1])
        except zlib.error:
            continue
