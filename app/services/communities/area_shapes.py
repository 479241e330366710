"""Take the map of a community: the shape of each part of the city, from GeoJSON, checked and simplified.

All corners are snapped to one grid, so borders that two areas share stay shared. The grid becomes coarser until the
paths are small enough for a page.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from app.errors import Refused, show_briefly
from app.records.area_maps import AreaMap, find_area_map
from app.records.audit_log import record_act
from app.records.communities import get_community
from app.records.database import reading, writing
from app.services.common.actor import Actor

GRIDS = (1000, 700, 500, 350, 250, 180, 120)  # steps along the longer side
LARGEST = 20_000  # characters of all paths; a page with them stays far below 60 kB
MOST_AREAS = 200
CANDIDATES = 41  # places along each side of an area where its mark may stand
WIDER = 1.6  # width of a mark as a part of its height
MOST_CORNERS = 500_000
KINDS = {"Polygon": 1, "MultiPolygon": 2}  # depth of the lists around a ring

Point = tuple[float, float]
Ring = tuple[Point, ...]
Column = NDArray[np.float64]


class BadMap(Refused):
    """Refuse a map. The sentence states what was expected and what arrived."""


@dataclass(frozen=True)
class AreaShapes:
    """Hold a map: its size in steps, and for each area its path and the place of its mark."""

    width: int
    height: int
    areas: Mapping[str, Mapping[str, Any]]

    def as_document(self) -> dict[str, Any]:
        """Return the values that are stored and frozen."""
        return {"width": self.width, "height": self.height, "areas": {k: dict(v) for k, v in self.areas.items()}}


def read_shapes(content: bytes) -> AreaShapes:
    """Read a GeoJSON file in degrees (WGS 84) whose features have the number of their area in `area`.

    Raises `BadMap` with one sentence.
    """
    rings = _read_features(_read_json(content))
    projected = _project(rings)
    for steps in GRIDS:
        found = _draw(projected, steps)
        if sum(len(each["path"]) for each in found.areas.values()) <= LARGEST:
            return found
    raise BadMap(f"Expected shapes of at most {LARGEST:,} characters on a coarse grid, got more. Simplify them first.")


def store_shapes(engine: Engine, slug: str, content: bytes, actor: Actor) -> AreaShapes:
    """Check and store a map. Reports that are published from now on show it."""
    found = read_shapes(content)
    with writing(engine) as session:
        community = get_community(session, slug)
        assert community.id is not None
        session.add(AreaMap(community_id=community.id, shapes=found.as_document(), added_on=actor.now.date()))
        record_act(session, actor.name, "map stored", slug, actor.now, areas=len(found.areas))
    return found


def find_shapes(engine: Engine, slug: str) -> AreaShapes | None:
    """Return the newest map of a community."""
    with reading(engine) as session:
        community = get_community(session, slug)
        found = find_area_map(session, community.id or 0)
        return AreaShapes(**found.shapes) if found else None


# --- reading


def _read_json(content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise BadMap("Expected a GeoJSON file in UTF-8, got another file.") from None


def _read_features(document: Any) -> dict[str, tuple[Ring, ...]]:
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not features:
        raise BadMap("Expected a GeoJSON FeatureCollection with a feature for each area, got none.")
    if len(features) > MOST_AREAS:
        raise BadMap(f"Expected at most {MOST_AREAS} features, got {len(features)}.")
    found: dict[str, tuple[Ring, ...]] = {}
    for number, feature in enumerate(features, 1):
        area = _read_area(feature, number)
        if area in found:
            raise BadMap(f"Expected each area once, got area {area} again in feature {number}.")
        found[area] = tuple(_read_rings(feature.get("geometry"), area))
    if sum(len(ring) for rings in found.values() for ring in rings) > MOST_CORNERS:
        raise BadMap(f"Expected at most {MOST_CORNERS:,} corners, got more. Simplify the shapes first.")
    return found


def _read_area(feature: Any, number: int) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    area = properties.get("area") if isinstance(properties, dict) else None
    text = str(area) if isinstance(area, int | str) and not isinstance(area, bool) else ""
    if not (text.isascii() and text.isdecimal() and len(text) <= 9 and 0 < int(text) < 100_000):
        raise BadMap(
            f"Expected the number of an area of the survey in the property area of feature {number}, "
            f"got {show_briefly(area)}."
        )
    return str(int(text))


def _read_rings(geometry: Any, area: str) -> Iterator[Ring]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        raise BadMap(f"Expected a Polygon or MultiPolygon for area {area}, got {show_briefly(kind)}.")
    rings = geometry.get("coordinates")
    lists: list[Any] = [rings]
    for _ in range(KINDS[kind]):
        lists = [each for one in lists if isinstance(one, list) for each in one]
    found = [tuple(_read_point(point, area) for point in ring) for ring in lists if isinstance(ring, list)]
    if not found or any(len(ring) < 4 for ring in found):
        raise BadMap(f"Expected rings of at least four corners for area {area}, got a shorter one or none.")
    yield from found


def _read_point(point: Any, area: str) -> Point:
    numbers = point[:2] if isinstance(point, list) else []
    is_pair = len(numbers) == 2 and all(isinstance(x, int | float) and not isinstance(x, bool) for x in numbers)
    if not is_pair or not (abs(numbers[0]) <= 180 and abs(numbers[1]) <= 85):
        raise BadMap(f"Expected degrees of longitude and latitude (WGS 84) for area {area}, got {_show_point(point)}.")
    return float(numbers[0]), float(numbers[1])


def _show_point(point: Any) -> str:
    return ", ".join(map(show_briefly, point[:2])) if isinstance(point, list) and point else show_briefly(point)


# --- drawing


def _project(areas: Mapping[str, Sequence[Ring]]) -> dict[str, tuple[Ring, ...]]:
    """Return corners on a plane, north up: degrees, with those of longitude shortened as in the middle of the map."""
    latitudes = [y for rings in areas.values() for ring in rings for _, y in ring]
    shrink = math.cos(math.radians((min(latitudes) + max(latitudes)) / 2))
    return {area: tuple(tuple((x * shrink, -y) for x, y in ring) for ring in rings) for area, rings in areas.items()}


def _draw(areas: Mapping[str, Sequence[Ring]], steps: int) -> AreaShapes:
    points = [point for rings in areas.values() for ring in rings for point in ring]
    left, top = min(x for x, _ in points), min(y for _, y in points)
    wide, high = max(x for x, _ in points) - left, max(y for _, y in points) - top
    if not max(wide, high) > 0:
        raise BadMap("Expected shapes with a width and a height, got points.")
    scale = steps / max(wide, high)

    def snap(point: Point) -> tuple[int, int]:
        return round((point[0] - left) * scale), round((point[1] - top) * scale)

    drawn = {}
    for area, rings in areas.items():
        snapped = [ring for ring in (_straighten([snap(point) for point in ring]) for ring in rings) if ring]
        if not snapped:
            raise BadMap(f"Expected an area {area} that can be seen on the map of the whole city, got a smaller one.")
        drawn[area] = {"path": "".join(map(_path, snapped)), "mark": _middle(max(snapped, key=_size))}
    return AreaShapes(max(round(wide * scale), 1), max(round(high * scale), 1), drawn)


def _straighten(ring: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Leave out corners that repeat or lie on a straight line; nothing is left of a ring without an area."""
    kept: list[tuple[int, int]] = []
    for point in ring:
        if kept and point == kept[-1]:
            continue
        while len(kept) > 1 and _turn(kept[-2], kept[-1], point) == 0:
            kept.pop()
        kept.append(point)
    if len(kept) > 1 and kept[0] == kept[-1]:
        kept.pop()
    return kept if len(kept) > 2 and _size(kept) > 0 else []


def _turn(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> int:
    return (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])


def _size(ring: Sequence[tuple[int, int]]) -> float:
    """Return the area of a ring."""
    pairs = pairwise([*ring, ring[0]])
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def _path(ring: Sequence[tuple[int, int]]) -> str:
    """Write a ring with relative steps, which are shorter.

    >>> _path([(0, 0), (10, 0), (10, 5)])
    'M0 0l10 0 0 5z'
    """
    steps = " ".join(f"{x2 - x1} {y2 - y1}" for (x1, y1), (x2, y2) in pairwise(ring))
    return f"M{ring[0][0]} {ring[0][1]}l{steps}z"


def _middle(ring: Sequence[tuple[int, int]]) -> list[int]:
    """Return the place inside of a ring with the most room for a mark, which is wider than high."""
    corners = np.array([*ring, ring[0]], float)
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    x, y = (
        grid.ravel()
        for grid in np.meshgrid(*(np.linspace(low, high, CANDIDATES) for low, high in ((left, right), (top, bottom))))
    )
    room = np.full(x.shape, np.inf)
    inside = np.zeros(x.shape, bool)
    for (x1, y1), (x2, y2) in pairwise(corners.tolist()):
        room = np.minimum(room, _distance(x, y, x1, y1, x2, y2))
        if y1 != y2:
            inside ^= ((y1 > y) != (y2 > y)) & (x1 + (y - y1) * (x2 - x1) / (y2 - y1) > x)
    if not inside.any():
        return [ring[0][0], ring[0][1]]
    best = int(np.argmax(np.where(inside, room, -1.0)))
    return [round(float(x[best])), round(float(y[best]))]


def _distance(x: Column, y: Column, x1: float, y1: float, x2: float, y2: float) -> Column:
    """Return how far places are from a side; to the left and right they need more room."""
    x, x1, x2 = x / WIDER, x1 / WIDER, x2 / WIDER
    length = (x2 - x1) ** 2 + (y2 - y1) ** 2
    along = np.clip(((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length, 0, 1) if length else 0.0
    return np.hypot(x - x1 - along * (x2 - x1), y - y1 - along * (y2 - y1))
