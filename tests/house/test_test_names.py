"""Test names say subject, behavior and condition, in plain American English and at most 60 characters."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST = 60
FREE_RELATIVES = (
    "who what whom whoever whatever told tell tells nobody nobodys somebody anybody anybodys everybody everybodys"
)
PRIVATE_NOUNS = "slip slips mark marks marked unmarked door doors doorway crowd teller shelf tongue cast casts kept"
BRITISH = (
    "behaviour cancelled catalogue catalogues centre centres colour coloured colours favour grey honour judgement "
    "labelled licence linearised modelled neighbour neighbours normalised organisation programme randomised "
    "recognised standardised travelled unlabelled whilst"
)
BANNED = frozenset(f"{FREE_RELATIVES} {PRIVATE_NOUNS} {BRITISH}".split())
BANNED_PAIRS = frozenset({("spare", "box"), ("per", "cent")})


def find_fault(name: str) -> str:
    """Return the reason against a test name, or an empty text."""
    words = name.split("_")
    banned = [word for word in words if word in BANNED]
    banned += [" ".join(pair) for pair in pairwise(words) if pair in BANNED_PAIRS]
    if banned:
        return f"expected other words than {', '.join(banned)}"
    return f"expected at most {LONGEST} characters, got {len(name)}" if len(name) > LONGEST else ""


def list_names(source: str) -> Iterator[tuple[int, str]]:
    """List the test functions of a module with their lines."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield node.lineno, node.name


def list_faults(source: str) -> list[str]:
    """List each bad test name of a module with its line and the reason."""
    return [f"{line}: {name}: {fault}" for line, name in list_names(source) if (fault := find_fault(name))]


FILES = sorted(path for top in ("tests", "analysis", "app") for path in (ROOT / top).rglob("*.py"))


def test_every_test_name_is_short_and_plain() -> None:
    faults = {str(path.relative_to(ROOT)): list_faults(path.read_text("utf-8")) for path in FILES}
    assert {file: found for file, found in faults.items() if found} == {}


def test_search_for_test_names_reads_most_tests() -> None:
    names = [name for path in FILES for _, name in list_names(path.read_text("utf-8"))]
    assert len(names) >= 1500


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("test_who_answered_nothing_has_no_score", "who"),
        ("test_a_row_that_differs_is_told", "told"),
        ("test_nobody_is_thanked", "nobody"),
        ("test_all_slips_are_listed", "slips"),
        ("test_the_spare_box_is_deleted", "spare box"),
        ("test_a_small_catalogue_is_read", "catalogue"),
        ("test_intervals_cover_95_per_cent", "per cent"),
        ("test_" + "x" * 56, "61"),
    ],
)
def test_planted_name_is_refused(name: str, fault: str) -> None:
    [found] = list_faults(f"class Cases:\n    async def {name}(self): ...\n")
    assert found.startswith(f"2: {name}: ")
    assert fault in found.rpartition(": ")[2]


@pytest.mark.parametrize(
    "name",
    ["test_score_is_missing_without_answers", "test_bookmark_of_a_broadcast_is_whole", "test_" + "x" * 55],
)
def test_plain_name_is_accepted(name: str) -> None:
    assert list_faults(f"def {name}(): ...\ndef make_marks_of_whom(): ...\n") == []
