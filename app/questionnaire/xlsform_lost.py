"""Notes on columns whose effect a survey does not have: one note for each column, with its rows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.questionnaire.definition import Row
from app.questionnaire.xlsform_columns import is_yes, read_type
from app.questionnaire.xlsform_problems import CHOICES, FormReport, list_rows
from app.questionnaire.xlsform_sheets import ROW

LOST = {
    "required": "every question can be left empty here",
    "default": "no answer is chosen beforehand here",
    "calculation": "answers come from people alone",
    "trigger": "answers come from people alone",
    "media": "pictures and recordings are not read",
    "guidance_hint": "only hints are read",
    "repeat_count": "there are no repeats here",
    "or_other": "the words that people would type are not kept",
}
READ = frozenset(
    (
        "type", "name", "label", "hint", "relevant", "constraint", "choice_filter", "disabled", "read_only",
        "appearance", "parameters", "constraint_message", "required_message", "kobo--score-choices", ROW, "",
        "$kuid", "$autoname", "$qpath", "$xpath", "body::accuracythreshold",
    )
)  # fmt: skip
RANDOM = re.compile(r"\brandomi[sz]e\s*=\s*true", re.IGNORECASE)
NO_QUESTION = ("metadata", "calculate", "hidden")


def note_lost_columns(rows: Sequence[Row], choices: Sequence[Row], report: FormReport) -> None:
    """Note the columns of both sheets, and the random order of choices."""
    _note_random_order(rows, report)
    pictured = [int(row[ROW]) for row in choices if any(column.partition("::")[0] == "media" for column in row)]
    if pictured:
        report.note(pictured[0], "column media", f"is not kept ({list_rows(pictured)}): {LOST['media']}", CHOICES)
    found: dict[str, list[int]] = {}
    for row in rows:
        if read_type(row.get("type", "")).word in NO_QUESTION or is_yes(row.get("disabled")):
            continue
        for column, text in row.items():
            name = column.partition("::")[0]
            if name not in READ and not name.startswith("ct_") and not (name == "required" and not is_yes(text)):
                found.setdefault(name, []).append(int(row[ROW]))
    for name, numbers in found.items():
        why = LOST.get(name, "it has no place in a survey")
        rows_named = list_rows(dict.fromkeys(numbers))
        report.note(numbers[0], f"column {name}", f"is not kept ({rows_named}): {why}")


def _note_random_order(rows: Sequence[Row], report: FormReport) -> None:
    for row in rows:
        if RANDOM.search(row.get("parameters", "")):
            report.note(int(row[ROW]), row.get("name", ""), "shows its choices in the order of the form, not at random")
