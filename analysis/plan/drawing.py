"""Drawing a sample from the list that a plan names: the drawn rows, and a protocol that others can repeat."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from analysis.plan.entries import EntryKind, EntryTable, mask_of
from analysis.plan.nodes import Node, by_name, choice, text, texts, whole
from analysis.plan.plan import Entry
from analysis.plan.sample import PlanSample


def _numbers_drawn(node: Node) -> int | dict[str, int | None] | None:
    """One number, or stratum -> number."""
    return whole(node) if isinstance(node.value, int) else by_name(whole)(node)


def _draw(sample: PlanSample, entry: Entry) -> list[EntryTable]:
    from analysis.drawing import draw_sample
    from analysis.frames import Table

    options: dict[str, Any] = dict(entry.options)
    keep = mask_of(sample, entry)
    table: Table = sample.design.table if keep is None else sample.design.table.rows_at(keep)
    found = draw_sample(table, entry.value, **options)
    rows = found.selection.rows
    shown = [name for name in (sample.plan.id, options.get("strata"), options.get("size")) if name]
    columns = {name: _cells(table, name) for name in dict.fromkeys(shown)}
    weights = zip(rows.tolist(), found.selection.probabilities.tolist(), found.selection.weights.tolist(), strict=True)
    drawn = [
        {"row": row + 1, **{name: cells[row] for name, cells in columns.items()}, "probability": p, "weight": w}
        for row, p, w in weights
    ]
    protocol = tuple(f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in found.protocol.items())
    return [EntryTable(drawn, notes=protocol)]


def _cells(table: Any, name: str) -> list[Any]:
    if table.is_numeric(name):
        cells: list[Any] = table.numbers(name).tolist()
        return cells
    factor = table.factor(name)
    levels = [*map(str, factor.levels), None]
    return [levels[code] for code in factor.codes.tolist()]


KINDS: Mapping[str, EntryKind] = MappingProxyType(
    {
        "draw": EntryKind(
            _numbers_drawn,
            _draw,
            {
                "seed": text,
                "method": choice("systematic", "random", "pps"),
                "strata": text,
                "size": text,
                "sort": texts,
            },
            ("seed",),
        )
    }
)
EXAMPLE = '{draw: 100, seed: "lottery 7 13 21"}'
