"""`python -m tests.analysis.metamorphic [samples]`: containers x functions, numbers compared and differing."""

import sys
import tempfile
from pathlib import Path

from tests.analysis.metamorphic.compare import Tally, compare_files, compare_makes, compare_masks, compare_transforms
from tests.analysis.metamorphic.functions import FUNCTIONS
from tests.analysis.metamorphic.samples import make_sample


def run(samples: int) -> int:
    """Print the table of all samples; how many numbers differed."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(samples):
            sample = make_sample(36 + 9 * (seed % 3), seed, (0.0, 0.1, 0.25)[seed % 3])
            for compare in (compare_makes, compare_transforms, compare_masks):
                compare(sample, tally)
            compare_files(sample, tally, Path(folder))
    print("\n".join(table(tally)))
    print("\n".join(tally.lines[:40]))
    return sum(tally.differing.values())


def table(tally: Tally) -> list[str]:
    """A line for each container: the numbers compared with each function, and ``!`` with those that differ."""
    rows = list(dict.fromkeys(row for row, _ in tally.compared if row != "mask"))
    heads = [f"{number:>2} {name}" for number, name in enumerate(FUNCTIONS, 1)]
    lines = ["functions: " + ", ".join(heads), f"{'':34}" + "".join(f"{k:>6}" for k in range(1, len(FUNCTIONS) + 1))]
    lines += [f"{row:34}" + "".join(_cell(tally, row, name) for name in FUNCTIONS) for row in rows]
    masks = [name for row, name in tally.compared if row == "mask"]
    lines += ["", *(f"mask: {name:28}" + _cell(tally, "mask", name) for name in masks)]
    return [*lines, f"{sum(tally.compared.values()):,} numbers compared, {sum(tally.differing.values()):,} differ"]


def _cell(tally: Tally, row: str, column: str) -> str:
    compared, differing = tally.compared[row, column], tally.differing[row, column]
    return f"{'-' if not compared else compared if not differing else f'!{differing}':>6}"


if __name__ == "__main__":
    sys.exit(1 if run(int(sys.argv[1]) if len(sys.argv) > 1 else 3) else 0)
