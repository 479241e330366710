"""The names of a form as codes of a survey: shortened where they are too long, each once, with their rows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from app.questionnaire.problems import Problem
from app.questionnaire.shape import CODE, WORD
from app.questionnaire.xlsform_problems import FILE, SURVEY, FormReport, RowProblem

LONGEST_CODE, LONGEST_WORD = 24, 40
RESERVED = ("survey", "answer", "index", "share", "file", "section", "scale", "list")


@dataclass
class FormNames:
    """Gives codes to questions and ids to sections; `rows` holds the row and sheet of each."""

    report: FormReport
    rows: dict[str, tuple[int, str]] = field(default_factory=dict)

    def to_code(self, name: str, row: int) -> str:
        """The code of a question, which is its name where that fits."""
        plain = re.sub(r"[^A-Za-z0-9_]+", "_", name)
        plain = plain if re.match("[A-Za-z]", plain) else f"q{plain}"
        plain = f"{plain}_q" if plain.lower() in RESERVED else plain
        code = self._once(_shorten(plain, LONGEST_CODE), LONGEST_CODE)
        assert re.fullmatch(CODE, code)
        if code != name:
            self.report.note(row, name, f"has the code {code} here")
        self.rows[code] = (row, SURVEY)
        return code

    def to_part(self, name: str, row: int) -> str:
        """The code of one of several questions that one row becomes, without a note of its own."""
        silent = FormNames(FormReport(), self.rows)
        return silent.to_code(name, row)

    def keep(self, name: str, row: int) -> None:
        """Remember the row of a name that stays as it is."""
        self.rows[name] = (row, SURVEY)

    def to_section(self, name: str, row: int) -> str:
        found = f"section {self._once(self.to_word(name), LONGEST_WORD, 'section ')}"
        self.rows[found] = (row, SURVEY)
        return found.removeprefix("section ")

    def to_word(self, name: str) -> str:
        """A name of letters, digits, _ and -."""
        plain = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-_") or "survey"
        plain = plain if re.match("[A-Za-z]", plain) else f"s-{plain}"
        word = _shorten(plain, LONGEST_WORD)
        assert re.fullmatch(WORD, word)
        return word

    def _once(self, name: str, longest: int, before: str = "") -> str:
        taken, number, found = self.rows.keys(), 2, name
        while before + found in taken:
            found = f"{name[: longest - len(str(number)) - 1]}_{number}"
            number += 1
        return found

    def place(self, problem: Problem) -> RowProblem:
        """A problem of the survey file at the row that it comes from."""
        words = problem.item.split()
        place = " ".join(words[:2]) if words[:1] == ["section"] else words[0] if words else ""
        row, sheet = self.rows.get(place) or (self.rows["settings"] if place in ("survey", "file") else (1, FILE))
        return RowProblem(row, problem.item, problem.message, sheet)


def _shorten(name: str, longest: int) -> str:
    """A long name without its middle: forms put what differs at either end."""
    half = (longest - 1) // 2
    return name if len(name) <= longest else f"{name[: longest - half - 1]}_{name[-half:]}"
