"""Entries of a plan that a table of kinds describes: each kind has a key, further keys, and a function that answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from analysis.errors import listed
from analysis.frames.conditions import rows_where
from analysis.plan.conditions import condition
from analysis.plan.nodes import Node, Reader, fields, several, text
from analysis.plan.plan import Entry
from analysis.plan.sample import PlanSample


@dataclass(frozen=True, slots=True)
class EntryTable:
    """One table of an answer; `title` follows that of the entry."""

    rows: Sequence[Mapping[str, Any]]
    title: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EntryKind:
    """Define one kind of entry.

    Parameters
    ----------
    value
        The reader of the value under its key.
    run
        The function: the sample and the entry, or the entry alone where a section needs no data.
    options, required
        Its further keys, and those that must be there.
    """

    value: Reader
    run: Callable[..., Sequence[EntryTable]]
    options: Mapping[str, Reader] = field(default_factory=dict)
    required: tuple[str, ...] = ()


Kinds = Mapping[str, EntryKind]
COMMON: Mapping[str, Reader] = MappingProxyType({"where": several(condition), "title": text})


def entry_of(kinds: Kinds, example: str) -> Callable[[Node], Entry | None]:
    """The reader of the entries of a section."""

    def read(node: Node) -> Entry | None:
        named = [kind for kind in kinds if kind in node.names()]
        if len(named) != 1:
            node.refuse(f"one of {listed(kinds, 12)}, such as {example}")
            return None
        before, kind = len(node.problems), kinds[named[0]]
        found = fields(node, {**COMMON, **kind.options, named[0]: kind.value}, kind.required)
        if len(node.problems) > before:
            return None
        where = tuple(x for x in found.pop("where", ()) if x is not None)
        title = found.pop("title", None) or ""
        return Entry(named[0], found.pop(named[0]), found, where, title)

    return read


def mask_of(sample: PlanSample, entry: Entry) -> Any:
    """(n,) the rows that the filters of the plan and of an entry keep; None = all."""
    return rows_where(sample.design.table, sample.conditions(entry.where))
