"""Describe a release once. Every file of the package is written from this description only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal

from numpy.typing import NDArray

from app.services.common.report_names import name_in

Texts = Mapping[str, str]  # language -> text
VariableKind = Literal["id", "key", "item", "index", "weight", "replicate"]
MeasurementLevel = Literal["nominal", "ordinal", "scale"]
Tier = Literal["public", "restricted"]


@dataclass(frozen=True)
class CodeLabel:
    """Hold the meaning of one code of a variable; `missing` codes are off the scale."""

    value: int
    label: Texts
    missing: bool = False


@dataclass(frozen=True)
class DataVariable:
    """Describe one column. `label` is the full question; `ends` has the words at both ends of a numeric scale."""

    name: str
    kind: VariableKind
    label: Texts
    codes: tuple[CodeLabel, ...] = ()
    measure: MeasurementLevel = "nominal"
    decimals: int | None = None  # decimals of the numbers; None for full precision
    ends: tuple[Texts, Texts] | None = None
    universe: Texts | None = None
    recoding: Texts | None = None
    concept: str = ""
    sensitive: bool = False

    @property
    def is_coded(self) -> bool:
        return bool(self.codes)

    @property
    def missing(self) -> tuple[CodeLabel, ...]:
        return tuple(code for code in self.codes if code.missing)


@dataclass(frozen=True)
class Weights:
    """Hold the public weight and its replicates, in the terms of R's `svrepdesign`."""

    weight: str
    replicates: tuple[str, ...]
    scale: float
    rscales: tuple[float, ...]
    kind: str  # such as "JKn"
    source: str
    source_code: int | None = None  # in the variable `source`; None with a single source


@dataclass(frozen=True)
class HeadlineTable:
    """Name the table that the scripts reproduce: the mean of an index by group."""

    index: str
    by: str


@dataclass(frozen=True)
class Change:
    """Describe one version of the release and its changes."""

    version: str
    published_on: date
    words: str


@dataclass(frozen=True)
class ReleaseStudy:
    """Describe the survey behind a release: publisher, community, dates and conditions."""

    release: str
    wave: str
    version: str
    tier: Tier
    published_on: date
    community: Texts
    title: Texts
    survey: str
    agencies: Mapping[str, Texts]
    languages: tuple[str, ...]
    fielded: tuple[date, date]
    base_url: str
    contact: str
    doi: str | None = None
    simulated: bool = False
    changes: tuple[Change, ...] = ()
    protocol: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)  # of people with letters, as the report published them

    @property
    def address(self) -> str:
        return f"{self.base_url}/data/{self.release}"

    @property
    def publisher(self) -> str:
        return name_in(self.community, "en")


@dataclass(frozen=True)
class DataSet:
    """Hold a study with its columns."""

    study: ReleaseStudy
    variables: tuple[DataVariable, ...]
    columns: Mapping[str, NDArray[Any]] = field(repr=False)
    weights: tuple[Weights, ...]
    headline: HeadlineTable | None
    document: Mapping[str, Any] = field(repr=False)  # of the disclosure control: rules, risk, loss
    content: bytes = field(repr=False)

    @property
    def languages(self) -> tuple[str, ...]:
        return self.study.languages

    @property
    def main_language(self) -> str:
        return "en" if "en" in self.languages else self.languages[0]

    @cached_property
    def rows(self) -> int:
        return len(next(iter(self.columns.values()))) if self.columns else 0

    @property
    def left_out(self) -> dict[str, Any]:
        """Return the kinds of sample that are not in the file, and the fewest people of one that is."""
        document = self.document
        return {"sources": list(document["left_out"]["sources"]), "fewest": document["rules"]["fewest_records"]}

    def variable(self, name: str) -> DataVariable:
        return next(variable for variable in self.variables if variable.name == name)

    def of_kind(self, *kinds: VariableKind) -> Sequence[DataVariable]:
        return [variable for variable in self.variables if variable.kind in kinds]
