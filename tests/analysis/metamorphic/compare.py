"""Comparing two sets of answers, and counting what was compared."""

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from analysis import Condition, Design, mean
from analysis.errors import AnalysisError
from tests.analysis.metamorphic.files import NO_BOOLEANS, WRITERS, read_again
from tests.analysis.metamorphic.functions import FUNCTIONS, Answers, by_label
from tests.analysis.metamorphic.makes import MAKES
from tests.analysis.metamorphic.samples import Sample
from tests.analysis.metamorphic.transforms import TRANSFORMS, kept

CLOSE = 1e-9


def differences(expected: Answers, got: Answers) -> list[str]:
    """A line for each label that only one side has, and for each number that is another."""
    labels = sorted(expected.keys() ^ got.keys())
    lines = [f"{label} is only in the {'first' if label in expected else 'second'}" for label in labels]
    for label in expected.keys() & got.keys():
        a, b = expected[label], got[label]
        if not (math.isclose(a, b, rel_tol=CLOSE, abs_tol=CLOSE) or (math.isnan(a) and math.isnan(b))):
            lines.append(f"{label}: {a!r} and {b!r}")
    return lines


def answer(function: str, frame: Any, sample: Sample) -> Answers:
    return FUNCTIONS[function](frame, sample)


def outcome(function: str, frame: Any, sample: Sample) -> tuple[Answers, str]:
    """The answers, or the refusal in place of them."""
    try:
        return answer(function, frame, sample), ""
    except AnalysisError as refusal:
        return {}, type(refusal).__name__


@dataclass
class Tally:
    """How many numbers were compared and how many differed, by row and column of the table."""

    compared: Counter[tuple[str, str]] = field(default_factory=Counter)
    differing: Counter[tuple[str, str]] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)

    def add(self, row: str, column: str, expected: tuple[Answers, str], got: tuple[Answers, str]) -> None:
        found = differences(expected[0], got[0])
        if expected[1] != got[1]:
            found.append(f"refused as {expected[1] or 'nothing'} and as {got[1] or 'nothing'}")
        self.compared[row, column] += max(len(expected[0]), 1)
        self.differing[row, column] += len(found)
        self.lines += [f"{row}, {column}: {line}" for line in found[:3]]

    def check(self) -> None:
        if self.lines:
            pytest.fail("\n".join(self.lines[:12]))


def compare_makes(sample: Sample, tally: Tally, functions: Any = tuple(FUNCTIONS)) -> None:
    """Compare every function on every make of frame with the same function on plain lists."""
    expected = {name: outcome(name, dict(sample.columns), sample) for name in functions}
    for make, build in MAKES.items():
        frame = build(sample)
        for name in functions:
            tally.add(make, name, expected[name], outcome(name, frame, sample))


def compare_transforms(sample: Sample, tally: Tally, asked: Any = tuple(FUNCTIONS)) -> None:
    """Compare every function on the sample with the same function on the sample written in another way."""
    expected = {name: outcome(name, dict(sample.columns), sample) for name in asked}
    for transform, (apply, functions) in TRANSFORMS.items():
        other = apply(sample)
        for name in (name for name in functions if name in asked):
            answers, refusal = expected[name]
            got, other_refusal = outcome(name, dict(other.columns), other)
            tally.add(
                transform, name, (kept(transform, name, answers), refusal), (kept(transform, name, got), other_refusal)
            )


def compare_files(sample: Sample, tally: Tally, folder: Path, functions: Any = tuple(FUNCTIONS)) -> None:
    """Compare every function on plain lists with the same function on a file that holds them."""
    expected = {name: outcome(name, dict(sample.columns), sample) for name in functions}
    for format, write in WRITERS.items():
        table = read_again(sample, write, folder)
        for name in functions:
            if name != "share" or format not in NO_BOOLEANS:
                tally.add(format, name, expected[name], outcome(name, table, sample))


def compare_masks(sample: Sample, tally: Tally) -> None:
    """Compare a filter as a condition with the same filter as a mask of every make."""
    x = sample.columns["x"]
    meant = [value > 3 for value in x]
    frame = pd.DataFrame(dict(sample.columns))
    design = Design.of(frame, weights="w", strata="h", psu="psu", nest=True)
    expected = by_label(mean(design, "y", where=Condition("x", ">", 3)), sample), ""
    for name, make in MASKS.items():
        tally.add("mask", name, expected, (by_label(mean(design, "y", where=make(meant)), sample), ""))
    for name, make in WRONG_MASKS.items():
        try:
            got = by_label(mean(design, "y", where=make(meant)), sample), ""
        except AnalysisError as refusal:
            got = {}, type(refusal).__name__
        tally.add("mask", name, ({}, "BadMask"), got)


def _unknown_outside(meant: list[bool], unknown: Any) -> list[Any]:
    """A missing value in place of every second False: it does not meet a filter either."""
    return [x if x or k % 2 else unknown for k, x in enumerate(meant)]


MASKS: Mapping[str, Callable[[list[bool]], Any]] = MappingProxyType(
    {
        "list": list,
        "list with None": lambda m: _unknown_outside(m, None),
        "0 and 1": lambda m: np.array(m, int),
        "floats with NaN": lambda m: np.array(_unknown_outside(m, np.nan), float),
        "objects with NA": lambda m: np.array(_unknown_outside(m, pd.NA), object),
        "masked array": lambda m: np.ma.array(np.ones(len(m), bool), mask=~np.array(m)),
        "pandas": lambda m: pd.Series(m),
        "pandas shuffled": lambda m: pd.Series(m).sample(frac=1, random_state=3),
        "pandas nullable": lambda m: pd.Series(_unknown_outside(m, None), dtype="boolean"),
        "Polars": lambda m: pl.Series(_unknown_outside(m, None)),
        "Arrow": lambda m: pa.array(_unknown_outside(m, None)),
    }
)
WRONG_MASKS: Mapping[str, Callable[[list[bool]], Any]] = MappingProxyType(
    {
        "too short": lambda m: np.array(m[:-1]),
        "too long": lambda m: [*m, True],
        "one True": lambda m: np.array([True]),
        "positions": lambda m: np.flatnonzero(m),
        "1 and 2": lambda m: np.array(m, int) + 1,
    }
)
