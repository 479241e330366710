"""How long the audit of a large publication takes: `python -m tests.analysis.disclosure.bench`."""

import time
from dataclasses import dataclass

import numpy as np

from analysis.disclosure import Catalogue, EarlierRelease, Rules, audit_releases
from analysis.disclosure.tables import protect
from tests.analysis.disclosure.drafts import make_count_table

AREAS, RACES, SEXES = 85, 7, 3


@dataclass(frozen=True)
class Timing:
    """Hidden numbers attacked, programs solved, leaks found, and seconds taken."""

    cells: int
    problems: int
    whole_problems: int
    leaks: int
    seconds: float


def time_audit(people: int = 7_000, seed: int = 1) -> Timing:
    """Area by race by sex with all margins, protected by the 10-5 rule alone, attacked in full."""
    rng = np.random.default_rng(seed)
    variables = {
        "area": [f"area {k}" for k in range(AREAS)],
        "race": [f"race {k}" for k in range(RACES)],
        "sex": ["w", "m", "x"],
    }
    columns = {
        name: np.array(levels)[rng.choice(len(levels), people, p=_chances(rng, len(levels)))]
        for name, levels in variables.items()
    }
    names = tuple(variables)
    crossings = [names[:2], names[1:], (names[0], names[2]), names]
    catalogue = Catalogue.of(variables, crossings=crossings)
    counts = {}
    for domain in catalogue.domains:
        member = np.ones(people, dtype=bool)
        for name, levels in domain.where:
            member &= np.isin(columns[name], list(levels))
        counts[domain.id] = int(member.sum())
    release = EarlierRelease("1", Rules(), protect([make_count_table(counts)], Rules()))
    start = time.perf_counter()
    found = audit_releases(catalogue, [release], {("all", group): n for group, n in counts.items()})
    seconds = time.perf_counter() - start
    return Timing(found.cells, found.problems, found.whole_problems, len(found.findings), seconds)


def _chances(rng: np.random.Generator, levels: int) -> np.ndarray:
    chances = rng.random(levels) + 0.1
    return np.asarray(chances / chances.sum())


if __name__ == "__main__":
    print(time_audit())
