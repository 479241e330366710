"""Read written files with other programs: R, PSPP, and the scripts of a package."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.programs import require

Counts = dict[str, dict[int, int]]  # variable -> code -> records


def run(*command: str | Path, folder: Path | None = None) -> str:
    """Run a program and return its output. Raises AssertionError with its errors where it fails."""
    done = subprocess.run([str(part) for part in command], cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def run_r(code: str, folder: Path) -> str:
    require("haven", "survey")
    script = folder / "reader.R"
    script.write_text(code, "utf-8")
    return run("Rscript", "--vanilla", script)


def run_python(script: Path, folder: Path) -> str:
    return run(sys.executable, script, folder=folder)


def count_lines(text: str) -> Counts:
    """Lines of `variable,code,records`."""
    counts: Counts = {}
    for line in text.split():
        name, code, number = line.split(",")
        counts.setdefault(name, {})[int(code)] = int(number)
    return counts


SAV_IN_R = """
suppressPackageStartupMessages(library(haven))
data <- read_sav("{path}", user_na = TRUE)
for (name in names(data)) if (!is.null(attr(data[[name]], "labels"))) {{
  values <- unclass(data[[name]])
  stopifnot(all(values %in% attr(data[[name]], "labels")))
  found <- table(values)
  cat(sprintf("%s,%s,%d\\n", name, names(found), found), sep = "")
}}
"""

DTA_IN_R = """
suppressPackageStartupMessages(library(haven))
data <- read_dta("{path}")
tags <- c(a = -5, b = -6, c = -7, d = -8, e = -9)
for (name in names(data)) if (!is.null(attr(data[[name]], "labels"))) {{
  labels <- attr(data[[name]], "labels")
  tag <- na_tag(data[[name]])
  known <- c(labels[!is.na(labels)], tags[na_tag(labels[is.na(labels)])])
  values <- ifelse(is.na(tag), as.numeric(data[[name]]), tags[tag])
  stopifnot(all(values %in% known))
  found <- table(values)
  cat(sprintf("%s,%s,%d\\n", name, names(found), found), sep = "")
}}
"""


def count_in_r(path: Path, folder: Path) -> Counts:
    """Frequencies by haven; it stops where a code has no label."""
    code = SAV_IN_R if path.suffix == ".sav" else DTA_IN_R
    return count_lines(run_r(code.format(path=path), folder))


def count_in_pspp(path: Path, names: list[str], folder: Path) -> Counts:
    """Frequencies by PSPP, which writes the codes of each record as text."""
    script, out = folder / "reader.sps", folder / "read.csv"
    script.write_text(
        f"GET FILE='{path}'.\n"
        f"SAVE TRANSLATE /OUTFILE='{out}' /TYPE=CSV /MAP /REPLACE /FIELDNAMES /CELLS=VALUES /MISSING=IGNORE"
        f" /KEEP={' '.join(names)}.\n"
    )
    require("pspp")
    run("pspp", script)
    head, *rows = [line.split(",") for line in out.read_text("utf-8").splitlines()]
    columns = list(zip(*rows, strict=True))
    return {
        name: {int(float(code)): number for code, number in Counter(column).items()}
        for name, column in zip(head, columns, strict=True)
    }
