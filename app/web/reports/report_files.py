"""Write a report as files that stand alone in a folder: page, table, frozen document, PDF."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from app.services.pdf.typesetting import to_pdf
from app.services.reports.publish import FrozenReport
from app.web.reports.csv_export import to_csv
from app.web.reports.page import view_report
from app.web.reports.pdf_pages import to_annex
from app.web.reports.rendering import render_file


def write_report(frozen: FrozenReport, lang: str, folder: Path, endings: Sequence[str]) -> Iterator[Path]:
    """Write a file for each ending; refuse all of them where one exists."""
    paths = {ending: folder / f"{frozen.wave}.{ending}" for ending in endings}
    for path in paths.values():
        if path.exists():
            raise FileExistsError(errno.EEXIST, "this file exists; choose another folder", str(path))
    contents = {ending: _writers(frozen, lang, endings)[ending]() for ending in endings}
    folder.mkdir(parents=True, exist_ok=True)
    for ending, path in paths.items():
        with path.open("xb") as file:
            file.write(contents[ending])
        yield path


def _writers(frozen: FrozenReport, lang: str, endings: Sequence[str]) -> Mapping[str, Callable[[], bytes]]:
    return {
        "html": lambda: _page(frozen, lang, endings),
        "json": lambda: frozen.report.content,
        "csv": lambda: to_csv(frozen.report.document, frozen.words, lang),
        "pdf": lambda: to_pdf(to_annex(frozen, lang, None)),
    }


def _page(frozen: FrozenReport, lang: str, endings: Sequence[str]) -> bytes:
    report = frozen.report
    view = view_report(report.document, frozen.words, lang, frozen.version, frozen.published_on, report.sha256)
    return render_file(view, frozen.wave, lang, endings).encode()
