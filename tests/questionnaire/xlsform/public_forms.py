"""Measure the import on a folder of XLSForms: `python -m tests.questionnaire.xlsform.public_forms FOLDER ...`.

Prints a row for each different form that asks only kinds that a survey holds, then counts. Forms of others stay outside
the repository; docs/xlsform.md holds the last result with the licenses.
"""

from __future__ import annotations

import hashlib
import re
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.questionnaire.definition import Row
from app.questionnaire.problems import SurveyProblems
from app.questionnaire.xlsform_columns import is_yes, read_type
from app.questionnaire.xlsform_problems import FormReport
from app.questionnaire.xlsform_reading import read_form
from app.questionnaire.xlsform_sheets import read_sheets

SUPPORTED = frozenset(
    "select_one select_multiple rank integer range note metadata begin+group end+group begin+score end+score score+row"
    .replace("+", "_").split()
)  # fmt: skip


@dataclass(frozen=True)
class Tried:
    """A form, the seconds that its import took, its notes, and why it was refused."""

    name: str
    seconds: float
    notes: int
    refused: tuple[str, ...]


def asks_only_supported(rows: Sequence[Row]) -> bool:
    asked = [row for row in rows if not is_yes(row.get("disabled"))]
    words = {read_type(row.get("type", "")).word.replace(" ", "_") for row in asked} - {""}
    months = all("month-year" in row.get("appearance", "") for row in asked if row.get("type") == "date")
    return words <= SUPPORTED | ({"date"} if months else set()) and any(word.startswith("select") for word in words)


def find_forms(folders: Sequence[Path]) -> Iterator[tuple[Path, bytes]]:
    """Each different workbook once."""
    seen: set[str] = set()
    for folder in folders:
        for path in sorted(folder.rglob("*.xls*")):
            content = path.read_bytes()
            key = hashlib.sha256(content).hexdigest()
            if key not in seen:
                seen.add(key)
                yield path, content


def try_form(path: Path, content: bytes) -> Tried:
    began = time.process_time()
    try:
        notes, refused = len(read_form(content).notes), ()
    except SurveyProblems as problems:
        notes, refused = 0, tuple(str(problem) for problem in problems.problems)
    return Tried(f"{path.parent.name}/{path.name}", time.process_time() - began, notes, refused)


def main(folders: Sequence[Path]) -> None:
    warnings.simplefilter("ignore")
    different, tried = 0, []
    for path, content in find_forms(folders):
        different += 1
        sheets = read_sheets(content, FormReport())
        if asks_only_supported(sheets.get("survey", [])):
            tried.append(try_form(path, content))
            print(f"{'refused' if tried[-1].refused else 'whole':8}{tried[-1].seconds:6.1f} s  {tried[-1].name}")
            for line in tried[-1].refused:
                print(f"                 {line}")
    reasons = Counter(re.sub(r"'[^']*'|\d+", "…", line.split(": ", 1)[-1]) for each in tried for line in each.refused)
    whole = sum(not each.refused for each in tried)
    print(f"{different} different workbooks, {len(tried)} with only supported kinds, {whole} imported whole")
    for reason, count in reasons.most_common():
        print(f"{count:5}  {reason}")


if __name__ == "__main__":
    main([Path(each) for each in sys.argv[1:]])
