"""Long files come first, and a quick run has a case of each test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from tests.ordering import choose_quick, order_by_length


@dataclass(frozen=True)
class Item:
    nodeid: str
    marks: Sequence[str] = ()

    def get_closest_marker(self, name: str) -> bool | None:
        return True if name in self.marks else None


FILES = [
    Item("tests/a.py::test_one"), Item("tests/b.py::test_one[1]"), Item("tests/b.py::test_one[2]"),
    Item("tests/c.py::test_short"), Item("tests/c.py::test_long", ("slow",)), 
    Item("tests/d.py::test_page", ("browser",)),
]  # fmt: skip


def test_files_with_the_longest_tests_come_first() -> None:
    ordered = order_by_length(FILES)  # type: ignore[arg-type]
    assert [FILES.index(item) for item in ordered] == [3, 4, 5, 1, 2, 0]  # type: ignore[arg-type]


def test_quick_run_has_one_case_of_each_test() -> None:
    chosen, others = choose_quick(FILES)  # type: ignore[arg-type]
    assert [item.nodeid for item in others] == ["tests/b.py::test_one[2]"]
    assert len(chosen) == 5


@pytest.mark.parametrize("folder", ["services", "web", "journeys", "cli"])
def test_quick_run_has_one_test_of_each_file_above(folder: str) -> None:
    items = [Item(f"tests/{folder}/{name}") for name in ("a.py::test_one", "a.py::test_two", "b.py::test_one")]
    chosen, others = choose_quick(items)  # type: ignore[arg-type]
    assert others == [items[1]]
    assert chosen == [items[0], items[2]]
