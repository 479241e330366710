"""`single`: one answer of several that have no order."""

from __future__ import annotations

from app.questionnaire.definition import Answering, Data, FileMaking, Kind, Reporting, Showing, Workbook
from app.questionnaire.kinds import choices
from app.questionnaire.options import read_choices

SINGLE = Kind(
    name="single",
    file=FileMaking(
        choices.OPTION_FIELDS, (("options", ""),), read_choices, choices.check_one_choice, choices.keep_whole
    ),
    answer=Answering(False, choices.CHOOSING, int, choices.find_no_problem, (), choices.draw_one),
    show=Showing("choices", "radio", hint=None),
    data=Data(choices.one_column, "nominal"),
    workbook=Workbook("select_one", ("select_one",), choices.no_constraint, choices.read_as("single")),
    report=Reporting(lambda item: "single", figure=None),
)
