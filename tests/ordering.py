"""Order the files of a run, so that two workers end together, and choose the tests of a quick run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest

JOURNEYS = ("tests/services/", "tests/web/", "tests/journeys/", "tests/cli/")  # each test there has a database
MARKS = ("slow", "browser", "postgres")  # from the longest


def order_by_length(items: list[pytest.Item]) -> list[pytest.Item]:
    """Put files with the longest tests first: slow, of the browser, of PostgreSQL, then those with most tests.

    A file that takes two minutes and comes last would run alone, while the other worker waits.
    """
    ranks: dict[str, int] = {}
    for item in items:
        ranks[_file(item)] = min(ranks.get(_file(item), len(MARKS)), _rank(item))
    sizes = Counter(map(_file, items))
    return sorted(items, key=lambda item: (ranks[_file(item)], -sizes[_file(item)], _file(item)))


def choose_quick(items: Iterable[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Return the tests of a quick run, then all others.

    The quick run has the first case of each test, and of each file in `JOURNEYS` the first test.
    """
    seen: set[str] = set()
    chosen, others = list[pytest.Item](), list[pytest.Item]()
    for item in items:
        name = _file(item) if item.nodeid.startswith(JOURNEYS) else item.nodeid.split("[", 1)[0]
        (others if name in seen else chosen).append(item)
        seen.add(name)
    return chosen, others


def _file(item: pytest.Item) -> str:
    return item.nodeid.split("::", 1)[0]


def _rank(item: pytest.Item) -> int:
    return next((place for place, mark in enumerate(MARKS) if item.get_closest_marker(mark)), len(MARKS))
