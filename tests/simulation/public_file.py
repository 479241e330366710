"""How often the 95 % interval that a researcher makes from a public data set alone holds the truth."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.design import Design
from analysis.disclosure import DraftMicrodata, ProtectedMicrodata, PublishedReport, publish, release
from analysis.disclosure.microdata.figures import Figure, figures_of
from analysis.estimation import mean
from analysis.release import draft_release
from analysis.replication import attach_replicates
from analysis.report import draft_report
from analysis.results import Estimate
from tests.analysis.release.people import draw_letters, draw_volunteers, make_city, make_plan

LETTERS = 2400
GROUPS = ("age", "gender")
WAVES = 40


@dataclass(frozen=True)
class PublicCoverage:
    """Figures over the simulations that show a group: intervals that hold the truth, bias, mean SE, true spread."""

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
        report = publish(draft_report([sample], make_plan().report, data="1"), [])
        file = release(draft_release([sample], make_plan(), data="1"), [report], seed=run)
        for group, row in estimates(file).items():
            if group in truth:
                held = truth[group] in row.interval
                found.setdefault(group, []).append((row.value, row.se, held))
    return [_summed(group, truth[group], rows) for group, rows in found.items() if len(rows) > runs / 2]


def _summed(group: str, truth: float, rows: list[tuple[float, float, bool]]) -> PublicCoverage:
    values, errors, held = map(np.array, zip(*rows, strict=True))
    bias = float(values.mean() - truth)
    return PublicCoverage(group, len(rows), float(held.mean()), bias, float(errors.mean()), float(values.std()))


@dataclass(frozen=True)
class Agreement:
    """Parts of the published figures that a public file gives within a quarter of their standard error."""

    points: float
    shares: float
    all_groups: float  # figures of all groups of 50 people or more, published or not
    blank: float  # part of the values of key variables


def compare_with_report(seed: int) -> Agreement:
    """Draw a wave of two samples, and compare its public file with its report."""
    chance = np.random.default_rng([13, seed])
    samples = [draw_letters(4000, chance), draw_volunteers(600, chance)]
    report = publish(draft_report(samples, make_plan().report, data="1"), [])
    draft = draft_release(samples, make_plan(), data="1")
    file = release(draft, [report], seed=seed)
    figures = published_figures(draft, report, file)
    near = [(each.code is None, _near(file, each)) for each in figures]
    keys = [file.columns[v["name"]] for v in file.document["variables"] if v["kind"] == "key" and v["name"] != "source"]
    return Agreement(
        float(np.mean([found for is_points, found in near if is_points])),
        float(np.mean([found for is_points, found in near if not is_points])),
        file.document["loss"]["within_a_quarter_se"],
        float(np.mean([column == -6 for column in keys])),
    )


def published_figures(draft: DraftMicrodata, report: PublishedReport, file: ProtectedMicrodata) -> list[Figure]:
    """Return the figures of a report that a reader can compute from the file."""
    steps = {name: stated["step"] for name, stated in file.document["loss"]["merged"].items()}
    found = figures_of(draft, [report], steps)
    return [each for each in found if {each.column, *(name for name, _ in each.places)} <= file.columns.keys()]


def _near(file: ProtectedMicrodata, figure: Figure) -> bool:
    """Return whether a reader's mean is within a quarter of a standard error of the published figure."""
    columns = file.columns
    values = columns[figure.column].astype(float)
    values[values < 0] = np.nan
    if figure.code is not None:
        values = np.where(np.isnan(values), np.nan, values == figure.code)
    inside = (columns["source"] == figure.source) & ~np.isnan(values)
    for name, code in figure.places:
        inside &= columns[name] == code
    found = np.average(values[inside], weights=columns["weight"][inside])
    return abs(found - figure.value) <= 0.25 * figure.se


def main(runs: int) -> None:
    """Print the table that `docs/simulation.md` shows."""
    print(f"| group | runs | holds the truth | bias (points) | mean SE | true spread |\n{'| --- ' * 6}|")
    for c in simulate_public(runs):
        print(f"| {c.group} | {c.runs} | {100 * c.held:.1f} % | {c.bias:+.2f} | {c.mean_se:.2f} | {c.spread:.2f} |")
    found = [compare_with_report(seed) for seed in range(WAVES)]
    print(f"\n{WAVES} waves: means and smallest of the parts near the report, means of blank values")
    for name in ("points", "shares", "all_groups", "blank"):
        parts = [getattr(each, name) for each in found]
        print(f"{name}: mean {np.mean(parts):.3f}, smallest {min(parts):.3f}, largest {max(parts):.3f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
