"""How often the intervals of twelve areas hold their truth, after raking, under a lonely PSU rule.

``python -m tests.simulation.areas 2000`` prints the share; it takes about a minute.
"""

import sys

import numpy as np

from analysis import Design, PopulationTargets, mean, rake

AREAS, PEOPLE, DRAWN = 12, 48_000, 1_440
AGES = np.array([0.15, 0.2, 0.25, 0.2, 0.2])


class Town:
    """Hold everyone's area, age, sex and trust. Older people answer more often and trust more."""

    def __init__(self, seed: int = 3) -> None:
        chance = np.random.default_rng(seed)
        self.area = chance.integers(0, AREAS, PEOPLE)
        self.age = (self.area % 3 + chance.choice(5, PEOPLE, p=AGES)) % 5
        self.sex = chance.integers(0, 2, PEOPLE)
        effect = 35 + 2.0 * self.area + 4.0 * self.age - 5.0 * self.sex
        self.trust = np.clip(effect + chance.normal(0, 18, PEOPLE), 0, 100)
        self.answers = 0.25 + 0.1 * self.age + 0.08 * self.sex
        self.truth = np.bincount(self.area, weights=self.trust) / np.bincount(self.area)
        self.margins = {
            name: {k: float(x) for k, x in enumerate(np.bincount(codes))}
            for name, codes in (("age", self.age), ("sex", self.sex), ("area", self.area))
        }

    def draw(self, chance: np.random.Generator) -> Design:
        """Equally many letters to each area, and the answers that come back, raked to the town."""
        places = [np.flatnonzero(self.area == k) for k in range(AREAS)]
        drawn = np.concatenate([chance.choice(people, DRAWN // AREAS * 2, replace=False) for people in places])
        rows = drawn[chance.random(len(drawn)) < self.answers[drawn]]
        frame = {"trust": self.trust[rows], "age": self.age[rows], "sex": self.sex[rows], "area": self.area[rows]}
        return rake(Design.of(frame, strata="area", lonely="adjust"), PopulationTargets.of_totals(self.margins))


def coverage(runs: int, seed: int = 17) -> float:
    """The share of all areas' 95 % intervals that hold the area's mean."""
    town = Town()
    held = 0
    for run in range(runs):
        found = mean(town.draw(np.random.default_rng([seed, run])), "trust", by="area")
        held += sum(truth in row.interval for row, truth in zip(found, town.truth, strict=True))
    return held / (runs * AREAS)


if __name__ == "__main__":
    print(f"{100 * coverage(int(sys.argv[1]) if len(sys.argv) > 1 else 2000):.2f} % of the intervals hold the truth")
