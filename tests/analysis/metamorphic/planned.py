"""A plan on the sample as a file of every format: the tables that the command line writes."""

import contextlib
import io
import json
from pathlib import Path
from typing import Any

from analysis.command import main
from tests.analysis.metamorphic.functions import Answers
from tests.analysis.metamorphic.samples import Sample

COMMANDS = ("estimate", "index", "gaps", "test", "model", "reliability", "weights")
OTHER_VERDICT = {"clearly higher": "clearly lower", "clearly lower": "clearly higher"}
PLAN = """\
data: {file}
id: id
design: {{weights: w, strata: h, psu: psu}}
index: {{name: trust, items: [q1, q2, q3, q4], low: 1, high: 5, by: [g]}}
weighting:
  - rake: {{shares: {{s: {{m: 48, f: 52}}, wave: {{2023: 50, 2024: 50}}}}}}
estimates:
  - {{mean: y, by: g}}
  - {{mean: trust, by: [g, wave]}}
  - {{share: g}}
  - {{share: k, by: s}}
  - {{share: x >= 3, by: g, interval: wilson}}
  - {{share: [x >= 3, s == m], where: wave == 2024}}
  - {{count: g}}
  - {{total: x, by: k}}
  - {{ratio: [y, x]}}
  - {{quantile: y, p: [0.25, 0.5]}}
gaps:
  - {{mean: y, between: g}}
  - {{mean: trust, waves: wave}}
  - {{mean: x, by: g, against: everyone}}
  - {{mean: x, by: s, contrasts: {{m less f: {{m: 1, f: -1}}}}}}
tests:
  - {{independence: [g, s]}}
  - {{fit: g, shares: {{a: 30, b: 40, c: 30}}}}
  - {{ranks: y, between: g}}
  - {{correlation: [x, y]}}
models:
  - {{linear: y, on: [x, g], margins: g, title: model}}
reliability:
  - {{alpha: trust, weighted: true}}
  - {{ordinal_alpha: [q1, q2, q3]}}
"""


def with_restarting_codes(sample: Sample) -> Sample:
    """PSU codes that are different in each stratum, which a plan expects unless it says otherwise."""
    psu = [f"{h}-{k}" for h, k in zip(sample.columns["h"], sample.columns["psu"], strict=True)]
    return Sample({**sample.columns, "psu": psu})


def answers_of(command: str, data: Path) -> Answers:
    """Every number that a command writes, by table, row and column; levels are text in every format.

    Coefficients are left out: a category names the level that the others are compared with.
    """
    plan = data.with_suffix(".yaml")
    plan.write_text(PLAN.format(file=data.name))
    words = [command, str(plan), "--format", "json"]
    if command == "weights":
        words += ["--output", str(data.with_suffix(".weights.csv"))]
    with contextlib.redirect_stdout(io.StringIO()) as out:
        status = main(words)
    assert status == 0, out.getvalue()
    sections = [section for section in json.loads(out.getvalue())["sections"] if section["title"] != "model"]
    return {key: number for section in sections for key, number in _numbers(section)}


def _numbers(section: dict[str, Any]) -> list[tuple[tuple[str, ...], float]]:
    """Rows are named by their text, in whichever order a format lists the levels."""
    found = []
    for given in section["rows"]:
        row = (
            turned(given) if given.get("against", "") < given.get("of", "") and "between" in section["title"] else given
        )
        names = [f"{column}={value}" for column, value in row.items() if isinstance(value, str)]
        numbers = {column: value for column, value in row.items() if isinstance(value, (int, float))}
        found += [((section["title"], *names, column), float(value)) for column, value in numbers.items()]
    return found


def turned(row: dict[str, Any]) -> dict[str, Any]:
    """The same gap from the other side."""
    sides = {"of": row["against"], "against": row["of"], "verdict": OTHER_VERDICT.get(row["verdict"], row["verdict"])}
    counts = {"n": row["n_against"], "n_against": row["n"]}
    effective = {"n_effective": row["n_effective_against"], "n_effective_against": row["n_effective"]}
    bounds = {"difference": -row["difference"], "low": -row["high"], "high": -row["low"]}
    return {**row, **sides, **counts, **effective, **bounds}
