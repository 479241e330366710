"""Read the YAML of a plan within limits, so that no text of an operator makes the service fail or echo for long."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent

from app.errors import BadWavePlan

LONGEST_PLAN = 200_000  # characters
DEEPEST = 6  # a name of an agency lies in four lists and mappings
LARGEST_NUMBER = 10**12
LONGEST_SHOWN = 80
UNREADABLE = (YAMLError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError)
KEPT_CONTROLS = "\n\t"
# Marks that turn the direction of the text around them; a name needs none.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def read_document(source: str, text: str) -> Any:
    """Return the document. Raises `BadWavePlan` with what cannot be used anywhere in it."""
    if len(text) > LONGEST_PLAN:
        raise BadWavePlan(source, [f"expected at most {LONGEST_PLAN:,} characters, found {len(text):,}"])
    try:
        problem = _find_structure_problem(text)
        document = None if problem else YAML(typ="safe", pure=True).load(text)
    except UNREADABLE as error:
        problem = f"expected a readable YAML file ({shorten(' '.join(str(error).split()))})"
    problems = [problem] if problem else list(dict.fromkeys(_find_scalar_problems(document)))
    if problems:
        raise BadWavePlan(source, problems)
    return document


def _find_structure_problem(text: str) -> str | None:
    """Look at the events alone: nothing is built that an alias could multiply or that is too deep to build."""
    depth = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        if isinstance(event, AliasEvent):
            return "expected each part written out, found an alias (`*name`)"
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > DEEPEST:
            return f"expected at most {DEEPEST} lists and settings inside each other, found more"
    return None


def _find_scalar_problems(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _find_scalar_problems(key)
            yield from _find_scalar_problems(value)
    elif isinstance(node, list | tuple):
        for each in node:
            yield from _find_scalar_problems(each)
    elif isinstance(node, str):
        if character := find_bad_character(node):
            yield f"expected plain text, found the character U+{ord(character):04X}"
    elif isinstance(node, int) and abs(node) > LARGEST_NUMBER:
        yield f"expected numbers up to {LARGEST_NUMBER:,}, found a larger one"


def find_bad_character(text: str) -> str:
    r"""Return the first control character, half of a pair, unassigned code or turn of direction; empty without one.

    >>> find_bad_character("Ciudad del Río"), find_bad_character("a\x0bb") == "\x0b"
    ('', True)
    """
    return next((each for each in text if _is_bad(each)), "")


def _is_bad(character: str) -> bool:
    is_control = unicodedata.category(character) in ("Cc", "Cs", "Cn") and character not in KEPT_CONTROLS
    return is_control or character in TURNING


def is_blank(text: str) -> bool:
    """Return whether nothing of a text can be seen: spaces and marks of no width alone."""
    return not any(unicodedata.category(each)[0] not in "ZC" for each in text)


def shorten(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 3]}..."
