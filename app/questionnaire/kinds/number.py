"""`number`: a count or an amount, one answer from a short range; the last may say "10 or more"."""

from __future__ import annotations

from app.questionnaire.definition import (
    Answering,
    Data,
    FileItem,
    FileMaking,
    Kind,
    Option,
    Reporting,
    Showing,
    Workbook,
)
from app.questionnaire.kinds import choices
from app.questionnaire.options import read_choices, read_from_range


def read(file: FileItem) -> tuple[Option, ...]:
    """A range, whose codes `options` may name; or one of the other sources."""
    elsewhere = "scale" in file.fields or "options_from" in file.fields
    return read_from_range(file) if "from" in file.fields and not elsewhere else read_choices(file)


NUMBER = Kind(
    name="number",
    file=FileMaking(
        (choices.FROM_FIELD, choices.TO_FIELD, *choices.OPTION_FIELDS),
        (("options", ""),),
        read,
        choices.check_one_choice,
        choices.keep_whole,
    ),
    answer=Answering(False, choices.COMPARING, int, choices.find_no_problem, (), choices.draw_one),
    show=Showing("choices", "radio", hint=None),
    data=Data(choices.one_column, "ordinal"),
    workbook=Workbook("select_one", (), choices.no_constraint, choices.read_as("number")),
    report=Reporting(lambda item: None, figure=None),
)
