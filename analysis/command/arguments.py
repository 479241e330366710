"""The arguments of the command line, and its help."""

import argparse
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from analysis.command.manual import manual

FORMATS = ("table", "json", "csv")

ABOUT = """\
Survey statistics from a plan: a small YAML file that says where the data are, how they were sampled, and what you want.
"""

COMMANDS = {
    "estimate": "the estimates of the plan, each with its standard error and interval",
    "index": "the index of the plan: its mean, its facets, its groups, and how reliable it is",
    "gaps": "the gaps of the plan: between groups, from everyone, between waves, from a population",
    "test": "the tests of the plan: independence, fit to a population, differences, ranks, correlations",
    "model": "the regressions of the plan, with a test of each term and predictive margins",
    "reliability": "the reliability of the plan's items: alpha, ordinal alpha, omega, and invariance between groups",
    "planning": "sizes, power and allocations of a survey that is planned; needs no data",
    "drawing": "a sample drawn from the plan's list, with a protocol that others can repeat",
    "trend": "the trends of the plan over its waves",
    "comparability": "whether groups or languages understand the plan's items alike",
    "imputation": "the index with imputed answers beside prorated and complete ones, and pooled files",
    "open-link": "estimates of people who chose to take part, beside those of the plan's sample",
    "small-areas": "modeled estimates of small areas",
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
        epilog=manual(),
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
                epilog=manual(name),
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
