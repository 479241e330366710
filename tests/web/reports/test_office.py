"""LibreOffice opens the workbook and the slides of a report, and shows the numbers of the frozen document.

The suite reads both with Python alone (`test_workbook.py`, `test_slides.py`). `make drills` opens them.
"""

from __future__ import annotations

import csv
import io
import subprocess
from pathlib import Path

from app.web.reports.csv_export import COLUMNS
from app.web.reports.slide_drawing import to_slides
from app.web.reports.workbook import to_workbook
from tests.drills import choose
from tests.programs import require
from tests.web.reports.test_slides import make_context

LANGUAGES = choose((), ("en", "es", "ar"))
# Comma, double quotes, UTF-8, one file for each sheet.
AS_TABLES = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"


def convert(file: Path, form: str) -> list[Path]:
    """Return the files that LibreOffice makes of one, in a profile of its own."""
    require("soffice", "poppler")
    folder = file.with_suffix(".made")
    profile = f"-env:UserInstallation=file://{file.parent / 'profile'}"
    command = ["soffice", profile, "--headless", "--convert-to", form, "--outdir", f"{folder}", f"{file}"]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return sorted(folder.iterdir())


def test_spreadsheet_shows_every_figure_of_the_document(tmp_path: Path) -> None:
    names = ("value", "low", "high", "se")
    for lang in LANGUAGES:
        context = make_context(lang)
        file = tmp_path / f"report-{lang}.xlsx"
        file.write_bytes(to_workbook(context))
        sheets = [list(csv.reader(io.StringIO(each.read_text("utf-8")))) for each in convert(file, AS_TABLES)]
        opened = [rows for rows in sheets if len(rows) > 1 and rows[1] == list(COLUMNS)]
        read = [
            tuple(float(row[COLUMNS.index(name)]) if row[COLUMNS.index(name)] else None for name in names)
            for rows in opened
            for row in rows[2:]
        ]
        document = context.frozen.report.document
        tables = [t for section in document["sections"] if section["name"] != "method" for t in section["tables"]]
        tables += [source["table"] for earlier in document["earlier"] for source in earlier["sources"]]
        cells = [row["cell"] for table in tables for row in table["rows"]]
        published = [tuple(cell[name] for name in names) for cell in cells if cell["shown"]]
        assert len(published) > 100
        assert sorted(map(repr, published)) == sorted(repr(each) for each in read if each[0] is not None)
        assert len(read) == len(cells)


def test_slides_show_the_levels_of_the_document(tmp_path: Path) -> None:
    for lang in LANGUAGES:
        context = make_context(lang)
        file = tmp_path / f"report-{lang}.pptx"
        file.write_bytes(to_slides(context, "https://city.example"))
        [printed] = convert(file, "pdf")
        pages = subprocess.run(["pdftotext", "-layout", f"{printed}", "-"], check=True, capture_output=True, text=True)
        assert pages.stdout.count("\f") == 6
        for row in context.main.source.tables["index"].rows:
            assert context.phrasing.number(row.cell.value, "points") in pages.stdout
