"""How often the 95 % interval that a researcher makes from a public data set alone holds the truth."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.design import Design
from analysis.disclosure import ProtectedMicrodata, release
from analysis.estimation import mean
from analysis.release import draft_release
from analysis.replication import attach_replicates
from analysis.results import Estimate
from tests.analysis.release.people import draw_letters, make_city, make_plan

LETTERS = 2400
GROUPS = ("age", "gender")


@dataclass(frozen=True)
class PublicCoverage:
    """Figures over all simulations: share of intervals that hold the truth, bias, mean SE, spread of the estimates."""

    group: str
    runs: int
    held: float
    bias: float
    mean_se: float
    spread: float


def truths() -> Mapping[str, float]:
    """Return the mean index of everyone, and of each age and gender."""
    city = make_city()
    points = (25.0 * (city.points // 20)).mean(axis=1)
    found = {"everyone": float(points.mean())}
    for group in GROUPS:
        codes = city.population.groups[group.upper()]
        found |= {f"{group}={code}": float(points[codes == code].mean()) for code in np.unique(codes)}
    return found


def estimates(found: ProtectedMicrodata) -> Mapping[str, Estimate]:
    """Estimate from the file as a researcher does: weights, jackknife, t intervals, without blank values."""
    replicates = [name for name in found.columns if name.startswith("replicate_")]
    columns = dict(found.columns)
    for group in GROUPS:
        codes = columns[group].astype(float)
        columns[group] = np.where(codes < 0, np.nan, codes)
    scale = found.document["weights"]["1"]["scale"]
    design = attach_replicates(Design.of(columns, weights="weight"), replicates, method="JK1", scale=scale)
    rows = {"everyone": mean(design, "CTI")[0]}
    for group in GROUPS:
        rows |= {f"{group}={int(dict(row.group)[group])}": row for row in mean(design, "CTI", by=group)}
    return rows


def simulate_public(runs: int, seed: int = 11) -> list[PublicCoverage]:
    """Draw, weigh, protect and estimate again and again."""
    truth = truths()
    found: dict[str, list[tuple[float, float, bool]]] = {}
    for run in range(runs):
        sample = draw_letters(LETTERS, np.random.default_rng([seed, run]))
        file = release(draft_release([sample], make_plan(), data="1"), seed=run)
        for group, row in estimates(file).items():
            if group in truth:
                held = truth[group] in row.interval
                found.setdefault(group, []).append((row.value, row.se, held))
    return [_summed(group, truth[group], rows) for group, rows in found.items() if len(rows) == runs]


def _summed(group: str, truth: float, rows: list[tuple[float, float, bool]]) -> PublicCoverage:
    values, errors, held = map(np.array, zip(*rows, strict=True))
    bias = float(values.mean() - truth)
    return PublicCoverage(group, len(rows), float(held.mean()), bias, float(errors.mean()), float(values.std()))


def main(runs: int) -> None:
    """Print the table that `docs/simulation.md` shows."""
    print(f"| group | runs | holds the truth | bias (points) | mean SE | true spread |\n{'| --- ' * 6}|")
    for c in simulate_public(runs):
        print(f"| {c.group} | {c.runs} | {100 * c.held:.1f} % | {c.bias:+.2f} | {c.mean_se:.2f} | {c.spread:.2f} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
