"""Write tables to fill in: the groups of a community's survey with their codes and words, and empty numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Engine

from app.services.communities.profiles import get_profile
from app.services.communities.survey_levels import known_levels

GROUP = "group"  # a column for people alone; no reader uses it
AREA = "area"  # staff need not live in the city
POPULATION_COLUMNS = ("variable", "level", GROUP, "count", "source", "year")
STAFFING_COLUMNS = ("agency", *POPULATION_COLUMNS)

Answers = Mapping[str, Mapping[str, str]]


def list_groups(engine: Engine, community: str) -> Answers:
    """Return the codes and English words of each group that the newest survey of a community asks about."""
    return {variable: codes for variable, codes in known_levels(engine, community).answers.items() if codes}


def population_template(engine: Engine, community: str) -> str:
    rows = ((variable, code, words, "", "", "") for variable, code, words in _groups(list_groups(engine, community)))
    return to_csv(POPULATION_COLUMNS, rows)


def staffing_template(engine: Engine, community: str, agencies: Sequence[str] | None = None) -> str:
    """Return a table for the staff of each agency, or of these alone."""
    names = [each.slug for each in get_profile(engine, community).agencies if agencies is None or each.slug in agencies]
    groups = [each for each in _groups(list_groups(engine, community)) if each[0] != AREA]
    rows = ((name, variable, code, words, "", "", "") for name in names for variable, code, words in groups)
    return to_csv(STAFFING_COLUMNS, rows)


def typed_table(answers: Answers, counts: Mapping[tuple[str, str], str], source: str, year: str) -> str:
    """Return a population table from numbers typed into a page; a question without any number is left out."""
    typed = {variable for (variable, _), count in counts.items() if count}
    rows = (
        (variable, code, words, counts.get((variable, code), ""), source, year)
        for variable, code, words in _groups(answers)
        if variable in typed
    )
    return to_csv(POPULATION_COLUMNS, rows) if typed else ""


def _groups(answers: Answers) -> Iterator[tuple[str, str, str]]:
    for variable, codes in answers.items():
        for code, words in codes.items():
            yield variable, code, words


def to_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return file.getvalue()
