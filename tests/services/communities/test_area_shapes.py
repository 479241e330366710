"""The map of a community: checked, simplified, and with borders that neighbors still share."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import pytest

from app.services.communities.area_shapes import LARGEST, BadMap, read_shapes


def feature(area: Any, *rings: list[list[float]], kind: str = "Polygon") -> dict[str, Any]:
    coordinates: Any = list(rings) if kind == "Polygon" else [[ring] for ring in rings]
    return {"type": "Feature", "properties": {"area": area}, "geometry": {"type": kind, "coordinates": coordinates}}


def to_file(*features: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def square(left: float, bottom: float, side: float = 1.0) -> list[list[float]]:
    corners = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
    return [[left + x * side, bottom + y * side] for x, y in corners]


def corners_of(path: str) -> set[tuple[int, int]]:
    """Return the corners of a path of one or more rings."""
    found = set()
    for ring in re.findall(r"M[^z]*z", path):
        x, y, *steps = map(int, re.findall(r"-?\d+", ring))
        found.add((x, y))
        for dx, dy in zip(steps[::2], steps[1::2], strict=True):
            x, y = x + dx, y + dy
            found.add((x, y))
    return found


def wavy(points: int) -> list[list[float]]:
    """A border from south to north at longitude 1 with many corners."""
    return [[1 + 0.03 * math.sin(40 * k / points), k / points] for k in range(points + 1)]


def test_border_of_two_areas_stays_shared_after_simplification() -> None:
    border = wavy(4000)
    west = [[0, 0], *border, [0, 1], [0, 0]]
    east = [[2, 0], [2, 1], *reversed(border), [2, 0]]
    found = read_shapes(to_file(feature(1, west), feature("2", east)))
    west_corners, east_corners = (corners_of(found.areas[area]["path"]) for area in ("1", "2"))
    assert len(west_corners & east_corners) == len(west_corners) - 2
    assert sum(len(each["path"]) for each in found.areas.values()) <= LARGEST
    assert found.width <= 1000 >= found.height


def test_north_is_up_and_a_hole_stays_a_hole() -> None:
    found = read_shapes(to_file(feature(1, square(0, 0, 2), square(0.5, 0.5)), feature(2, square(0, 2, 2))))
    assert found.areas["1"]["path"].count("M") == 2
    assert found.areas["2"]["mark"][1] < found.areas["1"]["mark"][1]


def test_several_islands_are_one_area() -> None:
    found = read_shapes(to_file(feature(7, square(0, 0), square(3, 3), kind="MultiPolygon")))
    assert found.areas["7"]["path"].count("z") == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe", "GeoJSON file in UTF-8"),
        (b"[" * 100_000, "GeoJSON file in UTF-8"),
        (b"[1]", "FeatureCollection"),
        (to_file(), "FeatureCollection"),
        (to_file("x"), "number of an area"),
        (to_file(feature("North", square(0, 0))), "property area of feature 1, got 'North'"),
        (to_file(feature(True, square(0, 0))), "number of an area"),
        (to_file(feature(1, square(0, 0)), feature("1", square(2, 2))), "each area once"),
        (to_file(feature(1, square(0, 0), kind="Point")), "Polygon or MultiPolygon"),
        (to_file(feature(1, square(500_000, 0))), "degrees of longitude and latitude"),
        (to_file(feature(1, square(float("nan"), 0))), "degrees of longitude and latitude"),
        (to_file(feature(1, square(0, 0)[:2])), "at least four corners"),
        (to_file(feature(1, [[0, 0]] * 5)), "a width and a height"),
        (to_file(feature(1, square(0, 0, 50)), feature(2, square(10, 10, 0.0001))), "can be seen"),
        (to_file(*(feature(k, square(k, 0)) for k in range(1, 202))), "at most 200"),
    ],
)
def test_file_that_is_no_area_map_is_refused_with_a_reason(content: bytes, sentence: str) -> None:
    with pytest.raises(BadMap, match="Expected") as refused:
        read_shapes(content)
    assert sentence in str(refused.value)
