"""Know the numbers of the outcome measures, which replies name."""

from __future__ import annotations

from functools import cache

from ruamel.yaml import YAML

from app.paths import SURVEYS


@cache
def read_measure_numbers() -> frozenset[str]:
    """Return the numbers of all measures and of the figures beside them, such as 5.2 and 5.2t."""
    document = YAML(typ="safe", pure=True).load((SURVEYS / "measures" / "measures.yaml").read_text("utf-8"))
    return frozenset(each["id"] for kind in ("measures", "beside") for each in document[kind])
