"""Define the figures of an upload, the refused rows, and what is stored already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

WholeKey = tuple[str, str, str]  # agency, measure, period
Numbers = tuple[float, float]


@dataclass(frozen=True, slots=True)
class UploadedFigure:
    """Hold one figure as it will be stored."""

    line: int
    measure: str
    agency: str
    period: str
    version: str
    numerator: float
    denominator: float
    unknown: float
    breakdown: str
    level: str
    source: str
    attested_by: str
    attested_on: date
    new_trend: bool
    correction: str = ""
    withdrawn: bool = False

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        return self.agency, self.measure, self.period, self.breakdown, self.level

    @property
    def whole(self) -> WholeKey:
        return self.agency, self.measure, self.period

    @property
    def part(self) -> tuple[str, str]:
        return self.breakdown, self.level

    @property
    def numbers(self) -> Numbers:
        return self.numerator, self.denominator


@dataclass(frozen=True, slots=True)
class RefusedMeasureRow:
    """Hold a refused row with the name of the rule and one sentence."""

    line: int
    rule: str
    sentence: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.rule}: {self.sentence}"


@dataclass(frozen=True)
class UploadPreview:
    """Hold the effect of an upload. Only a preview without a refusal is stored."""

    figures: tuple[UploadedFigure, ...]
    refused: tuple[RefusedMeasureRow, ...]


@dataclass(frozen=True)
class StoredFigure:
    """Hold the figures in force: versions by agency, measure and period, both numbers of each whole and its parts."""

    agencies: frozenset[str]
    versions: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    wholes: Mapping[WholeKey, Numbers] = field(default_factory=dict)
    parts: Mapping[WholeKey, Mapping[tuple[str, str], Numbers]] = field(default_factory=dict)
