"""`python -m app.language`: one line for every fault of a translation; `--extract` updates `interface` first."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from app.language.catalogues import LOCALES
from app.language.completeness import check_catalogues
from app.language.extraction import extract_interface
from app.language.languages import LANGUAGES, SOURCE
from app.language.po_files import format_template, store_domain, template_path

ROOT = Path(__file__).resolve().parents[2]
DOMAIN = "interface"
FOLDERS = ("app/web", "app/services")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m app.language", description=__doc__)
    parser.add_argument(
        "--extract", action="store_true", help="write locales/interface.pot and update every interface.po"
    )
    parser.add_argument("--locales", type=Path, default=LOCALES)
    options = parser.parse_args(arguments)
    if options.extract:
        others = [language for code, language in LANGUAGES.items() if code != SOURCE]
        for path in store_domain(options.locales, DOMAIN, extract_interface(ROOT, FOLDERS), others):
            print(f"written: {path.relative_to(options.locales.parent)}")
    faults = [*_out_of_date(options.locales), *map(str, check_catalogues(options.locales))]
    print("\n".join(faults) or "All catalogues are complete.")
    return 1 if faults else 0


def _out_of_date(locales: Path) -> list[str]:
    path = template_path(locales, DOMAIN)
    now = format_template(DOMAIN, extract_interface(ROOT, FOLDERS))
    if path.exists() and path.read_text("utf-8") == now:
        return []
    return [f"{path.name}: out of date: run `python -m app.language --extract`"]


if __name__ == "__main__":
    sys.exit(main())
