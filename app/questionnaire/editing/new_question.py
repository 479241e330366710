"""Write a new question of each kind as a survey file has it, from what a form or a command gives as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.questionnaire.kinds import KINDS
from app.questionnaire.problems import Problem, SurveyProblems


@dataclass(frozen=True)
class Typed:
    """Hold what was typed for a new question; each kind takes what it needs."""

    answers: tuple[str, ...] = ()
    scale: str = ""
    low: str = ""
    high: str = ""
    last_stands_alone: bool = False


def number(lines: Sequence[str]) -> dict[int, Any]:
    """Return lines under the codes 1, 2, and so on."""
    return dict(enumerate(lines, 1))


def _several(typed: Typed) -> dict[str, Any]:
    options = number(typed.answers)
    if typed.last_stands_alone and options:
        options[max(options)] = {"text": options[max(options)], "exclusive": True}
    return {"options": options}


def _bounds(typed: Typed) -> dict[str, Any]:
    return {"from": _whole(typed.low), "to": _whole(typed.high)}


def _whole(typed: str) -> int | str:
    return int(typed) if typed.isdecimal() and len(typed) <= 4 else typed


FIELDS: Mapping[str, Callable[[Typed], dict[str, Any]]] = {
    "scale": lambda typed: {"scale": typed.scale},
    "single": lambda typed: {"options": number(typed.answers)},
    "multiple": _several,
    "number": _bounds,
    "ranking": lambda typed: {"options": number(typed.answers)},
    "grid": lambda typed: {"scale": typed.scale, "statements": number(typed.answers)},
    "date": lambda typed: {"from": typed.low, "to": typed.high},
}


def write_new(
    code: str, kind: str, text: str, answers: tuple[str, ...] = (), scale: str = "", low: str = "", high: str = ""
) -> dict[str, Any]:
    """Return the fields of a question. Raises `SurveyProblems` for a kind that there is not."""
    return write_typed(code, kind, text, Typed(answers, scale, low, high))


def write_typed(code: str, kind: str, text: str, typed: Typed) -> dict[str, Any]:
    if kind not in FIELDS:
        raise SurveyProblems([Problem(1, code, f"expected one of {', '.join(KINDS)}, found {kind!r}")])
    return {"code": code, "text": text, "kind": kind, **FIELDS[kind](typed)}
