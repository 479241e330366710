"""Check all translations and print one line for every fault; `--extract` first updates those of pages."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from app.language.completeness import check_catalogs
from app.language.extraction import extract_data, extract_interface
from app.language.languages import ALL_LANGUAGES, SOURCE
from app.language.po_files import PoEntry, format_template, store_domain, template_path
from app.paths import LOCALES, ROOT

DOMAIN = "interface"
FOLDERS = ("app/web", "app/services", "app/questionnaire/kinds")
# Reports have a catalog of their own, shared by the page, the CSV file and the PDF.
REPORT_DOMAIN = "report"
REPORT_PLACES = (
    "app/web/reports",
    "app/web/templates/reports",
)
# Data sets have one too: for the pages at /data and the files of a release.
DATA_DOMAIN = "data"
DATA_PLACES = (
    "app/services/releases/package",
    "app/web/releases",
    "app/web/templates/releases",
)
# Scorecards have one too. The wording of each measure comes from its definition.
SCORECARD_DOMAIN = "scorecard"
SCORECARD_PLACES = ("app/web/scorecards", "app/web/templates/scorecards")
MEASURES = "surveys/measures/measures.yaml"
WORDS_OF_MEASURES = ("title", "numerator", "denominator", "trap", "text")
# The console of the staff is in English and has no catalog.
STAFF_PLACES = ("app/web/admin", "app/web/templates/admin")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m app.language", description=__doc__)
    parser.add_argument(
        "--extract", action="store_true", help="write the templates of pages and reports and update every translation"
    )
    parser.add_argument("--locales", type=Path, default=LOCALES)
    options = parser.parse_args(arguments)
    if options.extract:
        others = [language for code, language in ALL_LANGUAGES.items() if code != SOURCE]
        for domain, entries in find_sentences().items():
            for path in store_domain(options.locales, domain, entries, others):
                print(f"written: {path.relative_to(options.locales.parent)}")
    faults = [*_out_of_date(options.locales), *map(str, check_catalogs(options.locales))]
    print("\n".join(faults) or "All catalogs are complete.")
    return 1 if faults else 0


def find_sentences() -> dict[str, list[PoEntry]]:
    """Return the sentences of each domain that is extracted from pages."""
    found = {
        DOMAIN: extract_interface(ROOT, FOLDERS, but=(*REPORT_PLACES, *DATA_PLACES, *SCORECARD_PLACES, *STAFF_PLACES)),
        REPORT_DOMAIN: extract_interface(ROOT, REPORT_PLACES),
        DATA_DOMAIN: extract_interface(ROOT, DATA_PLACES),
        SCORECARD_DOMAIN: _once(
            [*extract_data(ROOT, MEASURES, WORDS_OF_MEASURES), *extract_interface(ROOT, SCORECARD_PLACES)]
        ),
    }
    return {domain: entries for domain, entries in found.items() if entries}


def _once(entries: list[PoEntry]) -> list[PoEntry]:
    return list({entry.key: entry for entry in reversed(entries)}.values())[::-1]


def _out_of_date(locales: Path) -> list[str]:
    return [
        f"{domain}.pot: out of date: run `python -m app.language --extract`"
        for domain, entries in find_sentences().items()
        if not _is_up_to_date(template_path(locales, domain), format_template(domain, entries))
    ]


def _is_up_to_date(path: Path, now: str) -> bool:
    return path.exists() and path.read_text("utf-8") == now


if __name__ == "__main__":
    sys.exit(main())
