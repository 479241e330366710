"""Read the shapes of a map as corners, from which a PDF file or a picture draws them."""

from __future__ import annotations

import re
from typing import Any

STEP = re.compile(r"-?\d+(?:\.\d+)?")
Ring = list[tuple[float, float]]


def read_rings(path: str) -> list[Ring]:
    """Return the corners of each ring of a path, whose steps are relative.

    >>> read_rings("M0 0l10 0 0 5zM1 1l1 0 0 1z")
    [[(0.0, 0.0), (10.0, 0.0), (10.0, 5.0)], [(1.0, 1.0), (2.0, 1.0), (2.0, 2.0)]]
    """
    return [_read_ring(ring) for ring in path.split("z") if ring]


def _read_ring(ring: str) -> Ring:
    numbers = [float(each) for each in STEP.findall(ring)]
    x, y = numbers[:2]
    corners = [(x, y)]
    for right, down in zip(numbers[2::2], numbers[3::2], strict=True):
        x, y = x + right, y + down
        corners.append((x, y))
    return corners


def with_rings(shape: dict[str, Any]) -> dict[str, Any]:
    """Replace the path of a shape with its corners."""
    return {name: value for name, value in shape.items() if name != "path"} | {"rings": read_rings(shape["path"])}
