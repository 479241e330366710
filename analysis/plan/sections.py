"""The sections of a plan that tables of kinds describe, and the words of their first examples."""

from collections.abc import Mapping
from types import MappingProxyType

from analysis.plan import comparability, drawing, missing, open_link, planning, small_areas, trends
from analysis.plan.entries import Kinds, entry_of
from analysis.plan.nodes import Reader, several

SECTIONS: Mapping[str, Kinds] = MappingProxyType(
    {
        "planning": planning.KINDS,
        "drawing": drawing.KINDS,
        "trends": trends.KINDS,
        "comparability": comparability.KINDS,
        "imputation": missing.KINDS,
        "open_link": open_link.KINDS,
        "small_areas": small_areas.KINDS,
    }
)
EXAMPLES = (planning, drawing, trends, comparability, missing, open_link, small_areas)
READERS: Mapping[str, Reader] = MappingProxyType(
    {
        name: several(entry_of(kinds, module.EXAMPLE))
        for (name, kinds), module in zip(SECTIONS.items(), EXAMPLES, strict=True)
    }
)
WITHOUT_DATA = ("planning",)
