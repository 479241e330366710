"""Every kind of question, one module each: this registry is the only list of them.

`Kind` in `definition` names the places that each fills. A new kind is a module here, a template in
`web/templates/questions` and an entry in `KINDS`; docs/add-a-kind.md lists its files.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.questionnaire import shape
from app.questionnaire.definition import Kind
from app.questionnaire.kinds.date import DATE
from app.questionnaire.kinds.grid import GRID
from app.questionnaire.kinds.multiple import MULTIPLE
from app.questionnaire.kinds.number import NUMBER
from app.questionnaire.kinds.ranking import RANKING
from app.questionnaire.kinds.scale import SCALE
from app.questionnaire.kinds.single import SINGLE
from app.questionnaire.rules import Operator
from app.questionnaire.shape import Field, Value

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (SCALE, SINGLE, MULTIPLE, NUMBER, RANKING, GRID, DATE)}

KIND_NAME = Value(
    f"one of {', '.join(KINDS)} (there is no free text: it would make people identifiable)",
    lambda value: value in KINDS,
    {"enum": list(KINDS)},
)
KIND_FIELDS: Mapping[str, Field] = {field.name: field for kind in KINDS.values() for field in kind.file.fields}
ITEM: tuple[Field, ...] = (
    *shape.ITEM,
    Field("kind", KIND_NAME, f"{', '.join(KINDS)}; a scale needs no mention."),
    *KIND_FIELDS.values(),
)


def kinds_that_answer(operator: Operator) -> list[str]:
    """The names of the kinds that a condition's operator can ask."""
    return [name for name, kind in KINDS.items() if operator in kind.answer.operators]


def owners_of(field: str) -> list[str]:
    """The names of the kinds that take a field."""
    return [name for name, kind in KINDS.items() if field in {each.name for each in kind.file.fields}]


def find_problem_words() -> dict[str, str]:
    """The sentence for every answer error that a kind can find."""
    return {name: words for kind in KINDS.values() for name, words in kind.answer.problems}
