"""What an audit found."""

from dataclasses import dataclass
from typing import Any, Literal

# exact: one number is left; narrow: fewer than the rules demand; nested, combination: a small group's figure follows
# by subtraction; change: two releases differ by few people; share: a hidden end follows from the other shares; rule: a
# cell that should not have been shown so.
Leak = Literal["exact", "narrow", "nested", "combination", "change", "share", "rule"]
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """One leak.

    Parameters
    ----------
    leak
        What kind it is.
    base, group
        Whom it exposes: a group of the catalogue, or a sum of groups such as ``age=1 + age=2``.
    low, high
        What is left open for the number of people; equal for an exact recovery.
    by
        Published places (base, group) of the newest release that give it away, the best one to withhold first; empty
        when earlier releases do so alone.
    note
        The broken rule, or the earlier release.
    """

    leak: Leak
    base: str
    group: str
    low: float
    high: float
    by: tuple[Place, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Audit:
    """All leaks, and how hard was looked.

    Parameters
    ----------
    findings
        The leaks; empty when clean.
    cells
        Hidden numbers that were attacked.
    releases
        Releases read together.
    problems, whole_problems
        Linear and integer programs solved.
    """

    findings: tuple[Finding, ...]
    cells: int
    releases: int = 1
    problems: int = 0
    whole_problems: int = 0

    @property
    def is_clean(self) -> bool:
        """Whether nothing leaks."""
        return not self.findings

    def to_document(self) -> dict[str, Any]:
        """What the report says of its audit; equal for equal content, however it was computed."""
        kinds = [finding.leak for finding in self.findings]
        return {"cells": self.cells, "recovered": kinds.count("exact"), "narrow": kinds.count("narrow")}
