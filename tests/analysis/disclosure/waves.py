"""Random waves with true counts, made into drafts of reports."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.disclosure import Catalogue, DraftReport, DraftSection, DraftTable
from analysis.estimation import mean, share

VARIABLES = {
    "age": ("18-29", "30-49", "50-64", "65+"),
    "sex": ("w", "m", "x"),
    "area": ("north", "south", "east", "west"),
}
CROSSINGS = (("age", "sex"), ("sex", "area"))
GROUPINGS = {"half": ("area", {"top": ("north", "east"), "bottom": ("south", "west")})}
ITEMS = ("police", "schools")


@dataclass(frozen=True)
class Wave:
    """The answers of one wave."""

    columns: dict[str, NDArray[np.object_] | NDArray[np.float64]]

    @property
    def size(self) -> int:
        return len(self.columns["weight"])

    def first(self, n: int) -> "Wave":
        """The same wave when only `n` people had answered."""
        return Wave({name: column[:n] for name, column in self.columns.items()})


def make_wave(seed: int, n: int) -> Wave:
    rng = np.random.default_rng(seed)
    columns: dict[str, NDArray[np.object_] | NDArray[np.float64]] = {"weight": rng.lognormal(0, 0.3, n)}
    for name, levels in VARIABLES.items():
        chances = rng.random(len(levels)) ** 2 + 0.01
        columns[name] = np.array(levels, dtype=object)[rng.choice(len(levels), n, p=chances / chances.sum())]
    for item in ITEMS:
        answers = rng.choice(np.array(["high", "low", "unsure"], dtype=object), n, p=[0.6, 0.36, 0.04])
        answers[rng.random(n) < 0.05] = None
        columns[item] = answers
    columns["trust"] = np.where(rng.random(n) < 0.04, np.nan, rng.normal(55, 15, n).clip(0, 100))
    return Wave(columns)


def make_catalogue() -> Catalogue:
    return Catalogue.of(VARIABLES, crossings=CROSSINGS, groupings=GROUPINGS)


def make_wave_draft(wave: Wave, *, data: str = "1", items: Sequence[str] = ITEMS) -> DraftReport:
    """Return counts of everyone, an index and the shares of some items, by every group of the catalog."""
    catalogue = make_catalogue()
    members = {domain.id: _members(wave, domain.where) for domain in catalogue.domains}
    who = DraftTable(
        "who", "Who answered", "count", tuple(int(found.sum()) for found in members.values()), rows=tuple(members)
    )
    half = np.where(np.isin(wave.columns["area"], ("north", "east")), "top", "bottom").astype(object)
    design = Design.of(wave.columns | {"half": half}, weights="weight")
    tables = [who]
    for by in (None, *([name] for name in (*VARIABLES, "half")), *(list(names) for names in CROSSINGS)):
        place = " ".join(by or ["everyone"])
        scores = mean(design, "trust", by=by)
        tables.append(DraftTable(f"trust by {place}", "Trust", "index", tuple(row.n for row in scores), scores))
        for item in items:
            found = share(design, item, by=by)
            tables.append(
                DraftTable(
                    f"{item} by {place}",
                    "Answers",
                    "share",
                    tuple(row.n for row in found),
                    found,
                    sensitive=item == "police",
                )
            )
    return DraftReport("spring", data, catalogue, (DraftSection("results", tuple(tables)),))


def _members(wave: Wave, where: Sequence[tuple[str, frozenset[str]]]) -> NDArray[np.bool_]:
    found = np.ones(wave.size, dtype=bool)
    for name, levels in where:
        found &= np.isin(wave.columns[name], sorted(levels))
    return found
