"""Read the population that was typed into the console: name question and answer of each number that is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.services.uploads.templates import typed_table
from app.services.uploads.uploaded_table import RefusedRow
from app.web.admin.forms import Form

COUNT = "count-"  # the fields of typed numbers: question and code

Groups = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class TypedNumbers:
    """Hold the typed fields beside the questions with their codes and words."""

    groups: Groups
    form: Form

    @property
    def kept(self) -> dict[str, str]:
        """Return every typed field, to be shown again."""
        names = [_field(variable, code) for variable in self.groups for code in self.groups[variable]]
        return {name: self.form.one(name) for name in (*names, "source", "year") if self.form.one(name)}

    @property
    def filled(self) -> list[str]:
        """Return the questions with a number; one without any is left out."""
        return [name for name in self.groups if any(self._count(name, code) for code in self.groups[name])]

    @property
    def table(self) -> str:
        """Return the numbers as a table."""
        counts = {(name, code): self._count(name, code) for name in self.groups for code in self.groups[name]}
        return typed_table(self.groups, counts, self.form.one("source"), self.form.one("year"))

    def find_gaps(self) -> dict[str, str]:
        """Return a sentence by field for what is missing."""
        gaps = {
            _field(name, code): f"{name.capitalize()}, {words}: expected a number, found nothing. Type 0 if no one is "
            f"in this group, or leave the question empty: all fields of {name.capitalize()}."
            for name in self.filled
            for code, words in self.groups[name].items()
            if not self._count(name, code)
        }
        if not self.form.one("source"):
            gaps["source"] = "Source: expected the office that counted, found nothing."
        if not self.form.one("year"):
            gaps["year"] = "Year: expected the year of the numbers, found nothing."
        return gaps

    def name_refused(self, refused: Sequence[RefusedRow]) -> dict[str, str]:
        """Return the reasons of a refused table by field, with question and answer in place of line and file."""
        places = [(name, code) for name in self.filled for code in self.groups[name]]
        found: dict[str, str] = {}
        for row in refused:
            if row.line and 2 <= row.line < len(places) + 2:
                name, code = places[row.line - 2]
                field = "year" if "year" in row.why else _field(name, code)
                label = "Year" if field == "year" else f"{name.capitalize()}, {self.groups[name][code]}"
                found.setdefault(field, f"{label}: {row.why.replace(' in count', '').replace(' in year', '')}.")
            else:
                variable = row.why.partition(":")[0]
                codes = list(self.groups.get(variable, ()))
                found.setdefault(_field(variable, codes[0]) if codes else "source", f"{row.why}.")
        return found

    def _count(self, name: str, code: str) -> str:
        return self.form.one(_field(name, code))


def _field(variable: str, code: str) -> str:
    return f"{COUNT}{variable}-{code}"
