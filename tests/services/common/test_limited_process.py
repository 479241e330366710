"""A hostile workbook costs the service seconds and a sentence: only a child process opens it."""

from __future__ import annotations

import io
import os
import resource
import time
import zipfile

import pytest
from openpyxl import Workbook

from app.errors import BadTable
from app.questionnaire.problems import SurveyProblems
from app.services.common import limited_process
from app.services.common.limited_process import TooCostly, run_limited
from app.services.scorecards.upload_rows import upload_text
from app.services.waves.own_surveys import SurveyTaken, read_survey

QUICK = 30  # seconds on a loaded machine; in the process of the service the first of these took minutes


def to_bytes(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def wide() -> bytes:
    """Two cells, the second in the last column, from which every row gets 16,384 cells."""
    book = Workbook()
    book.active["A1"], book.active["XFD2000"] = "variable", "x"
    return to_bytes(book)


def with_rows(size: int) -> bytes:
    """A small file whose sheet is large when it is unpacked."""
    book = Workbook()
    book.active.append(["variable", "level"])
    small = zipfile.ZipFile(io.BytesIO(to_bytes(book)))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in small.namelist():
            part = small.read(name)
            if name == "xl/worksheets/sheet1.xml":
                head, end, tail = part.partition(b"</sheetData>")
                row = b'<row><c t="inlineStr"><is><t>a</t></is></c></row>'
                part = head + row * (size // len(row)) + end + tail
            archive.writestr(name, part)
    return file.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            wide(),
            "expected a name for each column|that can be read (with 1024 MB|within 5 seconds)|at most 200 columns",
        ),
        (with_rows(60_000_000), "that can be read|and [0-9,]+ rows"),
        (with_rows(70_000_000), "expected a workbook of at most 64,000,000 bytes unpacked"),
    ],
    ids=["wide", "long", "longer"],
)
def test_hostile_workbook_gets_a_sentence_in_time(content: bytes, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited_process, "SECONDS", 5)
    assert len(content) < 250_000
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    with pytest.raises(BadTable, match=said):
        upload_text("the file", content)
    with pytest.raises((SurveyTaken, SurveyProblems)):
        read_survey(content)
    assert time.monotonic() - started < QUICK
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000, "kilobytes of this process"


def test_workbook_is_read_as_before() -> None:
    book = Workbook()
    book.active.append(["variable", "level", "share"])
    book.active.append(["age", "1", 0.5])
    assert upload_text("the file", to_bytes(book)) == ("variable,level,share\nage,1,0.5\n", ())


def test_child_that_dies_or_takes_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for task in (take_memory, die, answer_at_length):
        with pytest.raises(TooCostly, match="with 1024 MB of memory"):
            run_limited(task, b"")
    with pytest.raises(TooCostly, match="to its end, got something else"):
        run_limited(stumble, b"")
    monkeypatch.setattr(limited_process, "SECONDS", 2)
    with pytest.raises(TooCostly, match="within 2 seconds"):
        run_limited(sleep, b"")


def test_child_knows_no_secret_and_writes_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMONTRUST_SECRET", "s" * 32)
    monkeypatch.setenv("COMMONTRUST_DATABASE_URL", "postgresql://user:password@host/name")
    assert run_limited(look_around, b"")["found"] == []


def take_memory(content: bytes) -> dict[str, object]:
    return {"size": len(bytearray(2 << 30))}


def die(content: bytes) -> dict[str, object]:
    os.abort()


def answer_at_length(content: bytes) -> dict[str, object]:
    return {"text": "x" * (limited_process.MOST_ANSWER + 1)}


def stumble(content: bytes) -> dict[str, object]:
    raise KeyError("a damaged part")


def sleep(content: bytes) -> dict[str, object]:
    time.sleep(60)
    return {}


def look_around(content: bytes) -> dict[str, object]:
    found = [name for name in os.environ if name.startswith("COMMONTRUST")]
    try:
        with open("/tmp/commontrust-child", "w") as file:
            file.write("x")
            file.flush()
        found.append("file")
    except OSError:
        pass
    return {"found": found}
