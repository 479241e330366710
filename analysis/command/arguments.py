"""The arguments of the command line, and its help."""

import argparse
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

FORMATS = ("table", "json", "csv")

ABOUT = """\
Survey statistics from a plan: a small YAML file that says where the data are, how they were sampled, and what you want.
"""

EXAMPLE = """\
a plan, trust.yaml:

  data: answers.csv              # CSV, .xlsx, Parquet, .sav or .dta; found beside the plan
  design:
    weights: weight
    strata: district             # one column, or several that are crossed
    psu: block
    lonely: adjust               # what a stratum with one PSU contributes: remove, certainty, adjust, average
  missing: {all: [9]}            # codes that stand for no answer
  index:                         # a 0-100 index; more than half of the items must be answered
    name: trust
    items: [a1, a2, a3, a4, a5]
    reversed: [a4]
    low: 1
    high: 5
  weighting:
    - rake: {shares: {sex: {F: 51, M: 49}, age: {18-34: 30, 35-64: 50, 65+: 20}}}
  estimates:
    - {mean: trust, by: district}
    - {share: voted, by: age, interval: wilson}
    - {share: a1 >= 4, by: age, deff: true}  # of the people who answered a1; several conditions are a list
    - {quantile: income, p: [0.25, 0.5, 0.75]}
  gaps:
    - {mean: trust, between: age}            # all pairs, with Holm's adjustment
    - {mean: trust, by: district, against: everyone}
    - {mean: trust, waves: year}             # each wave against the one before, by date or number
    - {share: a1 >= 4, waves: round, order: [before, after]}
  tests:
    - {independence: [voted, age]}
    - {ranks: income, between: district}
  models:
    - {linear: trust, on: [income, sex, income:sex], margins: sex}

then:

  python -m analysis estimate trust.yaml
  python -m analysis gaps trust.yaml --format csv --output gaps.csv

Four plans for real surveys are in surveys/examples: kcmo.yaml, anes.yaml, ncvs.yaml, lemas.yaml.
"""

COMMANDS = {
    "estimate": "the estimates of the plan, each with its standard error and interval",
    "index": "the index of the plan: its mean, its facets, its groups, and how reliable it is",
    "gaps": "the gaps of the plan: between groups, from everyone, between waves, from a population",
    "test": "the tests of the plan: independence, fit to a population, differences, ranks, correlations",
    "model": "the regressions of the plan, with a test of each term and predictive margins",
    "weights": "make the weights of the plan, and show what each step did",
}


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of one call."""

    command: str
    plan: Path
    data: Path | None
    format: str
    output: Path | None


def read_arguments(words: list[str] | None = None) -> Arguments:
    """The command line as a value; argparse itself answers ``--help`` and ends a wrong call with status 2."""
    found = _parser().parse_args(words)
    return Arguments(found.command, found.plan, found.data, found.format, found.output)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m analysis",
        description=ABOUT,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"commontrust {version('commontrust')}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="|".join(COMMANDS))
    for name, about in COMMANDS.items():
        _add_options(
            commands.add_parser(
                name,
                help=about,
                description=f"Print {about}." if name != "weights" else f"{about.capitalize()}.",
                epilog=EXAMPLE,
                formatter_class=argparse.RawDescriptionHelpFormatter,
            ),
            writes_weights=name == "weights",
        )
    return parser


def _add_options(parser: argparse.ArgumentParser, writes_weights: bool) -> None:
    output = (
        "write the weights to this file (default: print them)" if writes_weights else "write here, not to the screen"
    )
    parser.add_argument("plan", type=Path, metavar="PLAN", help="a plan in YAML; data files are found relative to it")
    parser.add_argument("--data", type=Path, metavar="FILE", help="use this data file instead of the plan's")
    parser.add_argument("--format", choices=FORMATS, default="table", help="how results are written (default: table)")
    parser.add_argument("--output", type=Path, metavar="FILE", help=output)
