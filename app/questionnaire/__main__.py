"""`python -m app.questionnaire surveys/*/survey.yaml`: writes each survey's template and updates its translations.

The published JSON Schema is written with them. With `--check` nothing is written.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from app.language.languages import ALL_LANGUAGES, SOURCE
from app.language.po_files import PoEntry, format_template, store_domain, template_path
from app.paths import LOCALES, SURVEYS
from app.questionnaire.definition import Survey
from app.questionnaire.json_schema import format_schema
from app.questionnaire.loading import load_survey
from app.questionnaire.messages import sentences
from app.questionnaire.problems import SurveyProblems

SCHEMA = SURVEYS / "survey.schema.json"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m app.questionnaire", description=__doc__)
    parser.add_argument("surveys", type=Path, nargs="*", default=sorted(SURVEYS.glob("*/survey.yaml")))
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 when a file is out of date")
    parser.add_argument("--locales", type=Path, default=LOCALES)
    options = parser.parse_args(arguments)
    try:
        surveys = [load_survey(path) for path in options.surveys]
    except SurveyProblems as problems:
        print(problems, file=sys.stderr)
        return 2
    faults = find_out_of_date(surveys, options.locales) if options.check else []
    if not options.check:
        write(surveys, options.locales)
    print("\n".join(faults) or f"{len(surveys)} surveys are up to date.")
    return 1 if faults else 0


def to_entries(survey: Survey) -> list[PoEntry]:
    """The survey's sentences as entries of its catalog; the same wording in the same place only once."""
    place = f"surveys/{survey.catalog}/survey.yaml"
    entries = (PoEntry(each.text, each.context, comment=each.comment, location=place) for each in sentences(survey))
    return list({entry.key: entry for entry in entries}.values())


def write(surveys: Sequence[Survey], locales: Path) -> None:
    others = [language for code, language in ALL_LANGUAGES.items() if code != SOURCE]
    for survey in surveys:
        for path in store_domain(locales, survey.catalog, to_entries(survey), others):
            print(f"written: {path.relative_to(locales.parent)}")
    if locales == LOCALES:
        SCHEMA.write_text(format_schema(), "utf-8")


def find_out_of_date(surveys: Sequence[Survey], locales: Path) -> list[str]:
    faults = []
    for survey in surveys:
        path = template_path(locales, survey.catalog)
        if not path.exists() or path.read_text("utf-8") != format_template(survey.catalog, to_entries(survey)):
            faults.append(f"{path.name}: out of date: run `python -m app.questionnaire`")
    if SCHEMA.read_text("utf-8") != format_schema():
        faults.append(f"{SCHEMA.name}: out of date: run `python -m app.questionnaire`")
    return faults


if __name__ == "__main__":
    sys.exit(main())
