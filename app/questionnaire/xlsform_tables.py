"""Finds tables: a group `table-list`, or `begin_score` of KoboToolbox, whose rows are answered on one list."""

from __future__ import annotations

from collections.abc import Sequence

from app.questionnaire.definition import Row
from app.questionnaire.xlsform_columns import read_type

TABLE = "begin table"
MOST = 20
SCORE_LIST = "kobo--score-choices"
BEYOND = ("relevant", "constraint", "choice_filter", "hint", "read_only", "calculation", "trigger")


def find_table(rows: Sequence[Row], at: int) -> tuple[list[Row], int]:
    """The head and the questions of the table that begins here, and how many rows it takes; none where none begins."""
    head = rows[at]
    word = read_type(head.get("type", "")).word
    if word not in ("begin group", "begin score") or not _is_head(head, word):
        return [], 0
    body: list[Row] = []
    for row in rows[at + 1 :]:
        kind = read_type(row.get("type", ""))
        if kind.word == word.replace("begin", "end"):
            break
        if kind.word == "score row":
            row = {**row, "type": f"select_one {head.get(SCORE_LIST, '')}"}
        body.append(row)
    else:
        return [], 0
    asked = [row for row in body if not shows_headings(row)]
    return ([{**head, "type": TABLE}, *asked], len(body) + 2) if _is_sound(asked) else ([], 0)


def shows_headings(row: Row) -> bool:
    """Whether a row only shows the choices above a table."""
    return "label" in row.get("appearance", "").split()


def _is_head(head: Row, word: str) -> bool:
    named = "name" in head and any(column.partition("::")[0] == "label" for column in head)
    return named and (word == "begin score" or "table-list" in head.get("appearance", ""))


def _is_sound(asked: Sequence[Row]) -> bool:
    types = {read_type(row.get("type", "")) for row in asked}
    plain = not any(column in row for row in asked for column in BEYOND)
    single = all(each.word == "select_one" and not each.or_other for each in types)
    return plain and single and len(types) == 1 and 2 <= len(asked) <= MOST
