"""Read a plan value by value: each reader returns the value, or notes a problem and returns None."""

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from analysis.errors import listed
from analysis.plan.problems import PlanProblem

T = TypeVar("T")
LARGEST = 1e100  # squares of it are still numbers


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the plan with its place; all nodes of a plan share one list of problems."""

    value: Any
    line: int = 1
    place: str = ""
    problems: list[PlanProblem] = field(default_factory=list)

    def refuse(self, expected: str, found: str | None = None) -> None:
        """Note a problem."""
        self.problems.append(
            PlanProblem(self.line, self.place, expected, shown(self.value) if found is None else found)
        )

    def names(self) -> list[str]:
        """The keys of a mapping, as text."""
        return [str(key) for key in self.value] if isinstance(self.value, CommentedMap) else []

    def child(self, key: str) -> "Node":
        """The value under a key."""
        own = next(k for k in self.value if str(k) == key)
        return Node(self.value[own], self.value.lc.key(own)[0] + 1, _joined(self.place, key), self.problems)

    def children(self) -> list["Node"]:
        """The values of a list; a single value is a list of one."""
        if not isinstance(self.value, CommentedSeq):
            return [self]
        return [
            Node(value, self.value.lc.item(k)[0] + 1, self.place, self.problems) for k, value in enumerate(self.value)
        ]


Reader = Callable[[Node], Any]


def shown(value: Any) -> str:
    """Return a value of the plan as a message shows it."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return f"a mapping with {listed(value, 4)}"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return repr(value) if isinstance(value, str) else str(value)


def fields(node: Node, readers: Mapping[str, Reader], required: Iterable[str] = ()) -> dict[str, Any]:
    """The known keys of a mapping, each by its reader; unknown and missing keys are problems."""
    if not isinstance(node.value, CommentedMap):
        node.refuse(f"a mapping with {listed(readers, 12)}")
        return {}
    for key in node.names():
        if key not in readers:
            close = difflib.get_close_matches(key, readers, n=1)
            hint = f" (did you mean '{close[0]}'?)" if close else ""
            node.child(key).refuse(f"one of {listed(readers, 20)}", f"the unknown key '{key}'{hint}")
    for key in required:
        if key not in node.names():
            node.refuse(f"the key '{key}'", f"only {listed(node.names())}" if node.names() else "nothing")
    return {key: readers[key](node.child(key)) for key in node.names() if key in readers}


def text(node: Node) -> str | None:
    """A word or a number, as text."""
    if isinstance(node.value, str | int | float) and not isinstance(node.value, bool):
        return str(node.value)
    node.refuse("a name")
    return None


def texts(node: Node) -> tuple[str, ...]:
    """One name, or a list of names."""
    return tuple(name for name in (text(child) for child in node.children()) if name is not None)


def number(node: Node) -> float | None:
    """A number small enough for its square to be a number."""
    if isinstance(node.value, int | float) and not isinstance(node.value, bool) and abs(node.value) < LARGEST:
        return float(node.value)
    node.refuse("a number")
    return None


def numbers(node: Node) -> tuple[float, ...]:
    """One number, or a list of numbers."""
    return tuple(x for x in (number(child) for child in node.children()) if x is not None)


def whole(node: Node) -> int | None:
    """A whole number."""
    if isinstance(node.value, int) and not isinstance(node.value, bool):
        return node.value
    node.refuse("a whole number")
    return None


def flag(node: Node) -> bool | None:
    """``true`` or ``false``."""
    if isinstance(node.value, bool):
        return node.value
    node.refuse("true or false")
    return None


def pair(node: Node) -> tuple[float, float] | None:
    """A list of two numbers, the smaller one first."""
    found = numbers(node)
    if len(found) == 2 and found[0] <= found[1]:
        return found[0], found[1]
    node.refuse("two numbers in ascending order, such as [0.3, 3]")
    return None


def level(node: Node) -> float | None:
    """A confidence level; 95 is a slip and no other way to write 0.95."""
    found = number(node)
    if found is not None and not 0 < found < 1:
        node.refuse("a confidence level between 0 and 1, such as 0.95")
        return None
    return found


def choice(*options: str) -> Reader:
    """One of several words."""

    def read(node: Node) -> str | None:
        if node.value in options:
            return str(node.value)
        node.refuse(f"one of {listed(options, 20)}")
        return None

    return read


def by_name(reader: Callable[[Node], T]) -> Callable[[Node], dict[str, T]]:
    """A mapping from names of any kind to values of one kind."""

    def read(node: Node) -> dict[str, T]:
        if not isinstance(node.value, CommentedMap) or not node.value:
            node.refuse("a mapping from names to values")
            return {}
        return {key: reader(node.child(key)) for key in node.names()}

    return read


def several(reader: Callable[[Node], T]) -> Callable[[Node], tuple[T, ...]]:
    """A list of values of one kind, or a single one."""

    def read(node: Node) -> tuple[T, ...]:
        return tuple(reader(child) for child in node.children())

    return read


def _joined(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key
