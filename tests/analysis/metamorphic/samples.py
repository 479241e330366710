"""Generated samples: small, with text, numbers, missing values, strata, PSUs and weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from hypothesis import strategies as st

from analysis.design.covariance import Lonely

Values = list[Any]
GROUPS, SEXES, CODES, WAVES = ("b", "a", "c"), ("m", "f"), (2, 10, 1), (2024, 2023)
ITEMS = ("q1", "q2", "q3", "q4")
TEXT, BOOLEAN = ("h", "g", "s"), ("vote",)


@dataclass(frozen=True, slots=True)
class Sample:
    """Columns of plain Python values (None = missing), and by which names and levels a function finds them.

    Parameters
    ----------
    columns
        Name -> n values.
    names
        Own name -> the name in `columns`, where it is another.
    levels
        Own level -> the level in `columns`, where it is another.
    scale
        The factor of the weights.
    lonely
        The rule for lonely PSUs, of which there is none.
    """

    columns: Mapping[str, Values]
    names: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[Any, Any] = field(default_factory=dict)
    scale: float = 1.0
    lonely: Lonely = "error"

    @property
    def rows(self) -> int:
        return len(self.columns[self.name("y")])

    def name(self, own: str) -> str:
        return self.names.get(own, own)

    def level(self, own: Any) -> Any:
        return self.levels.get(own, own)

    def own_level(self, level: Any) -> str:
        """The own level, as text, of a level that a result names."""
        known = {str(other): str(own) for own, other in self.levels.items()}
        return known.get(str(level), str(level))


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    """A sample of 36 to 54 rows: 3 strata of 3 PSUs, every level of every column present at least once."""
    rows = 9 * draw(st.integers(4, 6))
    return make_sample(rows, draw(st.integers(0, 2**31)), draw(st.sampled_from([0.1, 0.25, 0.0])))


def make_sample(rows: int, seed: int, missing: float) -> Sample:
    random = np.random.default_rng(seed)

    def chosen(levels: Sequence[Any], gaps: float = 0.0) -> Values:
        picked = [*levels, *(levels[k] for k in random.integers(0, len(levels), rows - len(levels)))]
        return [None if k >= len(levels) and random.random() < gaps else x for k, x in enumerate(picked)]

    columns: dict[str, Values] = {
        "id": list(range(rows)),
        "h": [("south", "north", "east")[k % 3] for k in range(rows)],
        "psu": [k // 3 % 3 for k in range(rows)],
        "w": (random.integers(2, 16, rows) / 4).tolist(),
        "y": chosen(range(11), missing),
        "x": [int(k) for k in random.integers(1, 9, rows)],
        "g": chosen(GROUPS, missing),
        "s": chosen(SEXES),
        "k": chosen(CODES, missing),
        "wave": chosen(WAVES),
        "vote": chosen((True, False), missing),
    }
    strength = random.integers(1, 6, rows)
    for item in ITEMS:
        moved = np.clip(strength + random.integers(-1, 2, rows), 1, 5)
        columns[item] = [None if random.random() < missing / 2 else int(value) for value in moved]
    return Sample(columns)
