"""YAML 1.2 with the line of every key, and its plain values checked against the tables of `shape`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from app.errors import show_briefly
from app.questionnaire.problems import Problem, ProblemList
from app.questionnaire.shape import Field

LARGEST_FILE = 1_000_000
DEEPEST_FLOW = 50  # brackets inside brackets; the reader takes seconds for a thousand
MOST_PARTS = 200_000  # names, texts and lists, a part that an alias repeats each time
# The reader of YAML raises whatever a bad key, number or date leads to.
UNREADABLE = (YAMLError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError)
LONGEST_REASON = 100  # characters
MERGE = re.compile(r"<<\s*:")


def parse(text: str, problem_list: ProblemList) -> CommentedMap | None:
    """Return the file as a mapping that knows its lines, or None with the reason in the list of problems."""
    if len(text) > LARGEST_FILE:
        problem_list.add(1, "file", f"expected at most {LARGEST_FILE:,} characters, found {len(text):,}")
        return None
    if (line := _find_too_deep(text)) is not None:
        problem_list.add(line, "file", f"expected at most {DEEPEST_FLOW} brackets inside each other, found more")
        return None
    if found := MERGE.search(text):  # merged maps inside merged maps take hours
        line = text.count("\n", 0, found.start()) + 1
        problem_list.add(line, "file", "expected each part written out, found a merge key (<<)")
        return None
    kept, problems = _load_once(text)
    problem_list.found.extend(problems)
    if is_too_large(kept):
        problem_list.add(
            1, "file", f"expected at most {MOST_PARTS:,} parts and {DEEPEST_FLOW} levels, found more: write aliases out"
        )
        return None
    document = deepcopy(kept)
    if isinstance(document, CommentedMap):
        return document
    if not problem_list.found:
        problem_list.add(1, "file", f"expected a survey (a mapping with id, title, sections), found {_name(document)}")
    return None


def _find_too_deep(text: str) -> int | None:
    """Return the first line with more brackets open than a survey can need; quoted ones count too."""
    depth = 0
    for number, line in enumerate(text.splitlines(), 1):
        for character in line:
            if character in "[{":
                depth += 1
            elif character in "]}" and depth:
                depth -= 1
        if depth > DEEPEST_FLOW:
            return number
    return None


def is_too_large(document: object) -> bool:
    """Return whether a document has more parts or levels than a survey can need; aliases count each time."""
    waiting, parts = [(document, 0)], 0
    while waiting:
        node, depth = waiting.pop()
        parts += 1
        if parts + len(waiting) > MOST_PARTS or depth > DEEPEST_FLOW:
            return True
        if isinstance(node, dict):
            waiting += [(each, depth + 1) for each in node.values()]
        elif isinstance(node, list):
            waiting += [(each, depth + 1) for each in node]
    return False


@lru_cache(maxsize=16)
def _load_once(text: str) -> tuple[object, tuple[Problem, ...]]:
    """Return what a text holds and its problems; a page of the questions editor reads the same text several times."""
    problem_list = ProblemList()
    return _load(text, problem_list), tuple(problem_list.found)


def _load(text: str, problem_list: ProblemList, allow_duplicates: bool = False) -> object:
    yaml = YAML(typ="rt")
    yaml.allow_duplicate_keys = allow_duplicates
    try:
        return yaml.load(text)
    except DuplicateKeyError as error:
        # Report it, then read on, so that everything else that is wrong is reported too.
        _, mark = error.problem, error.problem_mark
        problem_list.add(mark.line + 1 if mark else 1, "file", "expected each name once here, found it twice")
        return _load(text, problem_list, allow_duplicates=True)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem_list.add(line, "file", f"expected YAML, but {error.problem or 'it cannot be read'}")
    except UNREADABLE as error:
        first_line = "".join(str(error).strip().splitlines()[:1])[:LONGEST_REASON]
        problem_list.add(1, "file", f"expected YAML, but it cannot be read: {first_line}")
    return None


def line_of(node: object, key: object = None) -> int:
    """The line (from 1) of a mapping's key, of a list's n-th entry, or of the node itself."""
    try:
        if isinstance(node, CommentedMap) and key is not None:
            return int(node.lc.key(key)[0]) + 1
        if isinstance(node, CommentedSeq) and key is not None:
            return int(node.lc.item(key)[0]) + 1
    except (AttributeError, KeyError, TypeError):
        pass  # a merged or duplicate key has no place of its own
    line = getattr(getattr(node, "lc", None), "line", None)
    return int(line) + 1 if line is not None else 1


def read_fields(
    node: object, fields: Sequence[Field], place: str, line: int, problem_list: ProblemList
) -> dict[str, Any]:
    """The fields that are as the table says; every other one is a problem. Missing ones are absent."""
    if not isinstance(node, CommentedMap):
        problem_list.add(line, place, f"expected a mapping of fields, found {_name(node)}")
        return {}
    known = {field.name: field for field in fields}
    for name in node:
        if name not in known:
            problem_list.add(
                line_of(node, name), place, f"expected one of {', '.join(known)}; found {show_briefly(name)}"
            )
    for field in fields:
        if field.required and field.name not in node:
            problem_list.add(line, place, f"expected {field.name!r}, which is missing")
    return {name: tidy(node[name]) for name in _sound(node, known, place, problem_list)}


def tidy(value: Any) -> Any:
    """Text without the line ends that YAML's block styles leave; everything else as it is."""
    return str(value).strip() if isinstance(value, str) else value


def _sound(node: CommentedMap, known: Mapping[str, Field], place: str, problem_list: ProblemList) -> Iterator[str]:
    for name, value in node.items():
        if name not in known:
            continue
        shape = known[name].shape
        if shape.fits(value):
            yield name
        else:
            problem_list.add(line_of(node, name), place, f"expected {name} to be {shape.phrase}, found {_name(value)}")


def entries(node: object) -> Iterator[tuple[Any, Any, int]]:
    """(key, value, line) of a mapping, or (position, value, line) of a list."""
    pairs = node.items() if isinstance(node, CommentedMap) else enumerate(node)  # type: ignore[arg-type]
    for key, value in pairs:
        yield key, value, line_of(node, key)


def _name(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, CommentedMap):
        return "a mapping" if value else "an empty mapping"
    if isinstance(value, CommentedSeq):
        return "a list" if value else "an empty list"
    return show_briefly(value)
