"""Unequal inclusion probabilities in a plan: their column, and how the variance follows from them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from analysis.design import Design
from analysis.design.inclusion import FORMS, METHODS
from analysis.plan.nodes import Node, Reader, choice, fields, number, text, texts
from analysis.plan.replication import columns_like

INCLUSION: Mapping[str, Reader] = MappingProxyType(
    {
        "probabilities": text,
        "method": choice(*METHODS),
        "joint": texts,
        "population_squares": number,
        "form": choice(*FORMS),
    }
)


def inclusion(node: Node) -> dict[str, Any]:
    """``{probabilities: pi, method: brewer}``; ``joint: pi_*`` names a column of joint probabilities for each unit."""
    found = fields(node, INCLUSION, ("probabilities", "method"))
    if ("joint" in found) != (found.get("method") == "joint"):
        node.refuse("the columns 'joint' with 'method: joint', and only there", f"'method: {found.get('method')}'")
    return {key: value for key, value in found.items() if value is not None}


def with_inclusion(design: Design, wanted: Mapping[str, Any]) -> Design:
    """The design with the inclusion probabilities that a plan wants; as it is when the plan wants none."""
    if not wanted:
        return design
    options = dict(wanted)
    joint = options.pop("joint", None)
    if joint is not None:
        columns = columns_like(design, joint, "joint probabilities")
        options["joint"] = np.stack([design.table.numbers(name) for name in columns], axis=1)
    return design.with_inclusion(options.pop("probabilities"), options.pop("method"), **options)
