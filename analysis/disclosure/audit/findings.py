"""Define the findings of an audit."""

from dataclasses import dataclass
from typing import Any, Literal

# exact: one number is left; narrow: fewer than the rules demand; nested, combination: a small group's figure follows
# by subtraction; change: two releases differ by few people; share: a hidden end follows from the other shares; rule: a
# cell that breaks the rules.
Leak = Literal["exact", "narrow", "nested", "combination", "change", "share", "rule"]
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """Describe one leak.

    Parameters
    ----------
    leak
        Its kind.
    base, group
        The exposed group: a group of the catalog, or a sum of groups such as ``age=1 + age=2``.
    low, high
        The range left open for the number of people; both ends are equal for an exact recovery.
    by
        Published places (base, group) of the newest release that disclose it, the best one to withhold first; empty
        when earlier releases alone disclose it.
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
    """Hold all leaks, and the effort of the search.

    Parameters
    ----------
    findings
        The leaks; empty when clean.
    cells
        Number of hidden counts that were attacked.
    releases
        Number of releases read together.
    problems, whole_problems
        Numbers of linear and integer programs solved.
    """

    findings: tuple[Finding, ...]
    cells: int
    releases: int = 1
    problems: int = 0
    whole_problems: int = 0

    @property
    def is_clean(self) -> bool:
        """Return whether nothing leaks."""
        return not self.findings

    def to_document(self) -> dict[str, Any]:
        """Return the audit as the report shows it. Equal content gives equal documents, whatever the computation."""
        kinds = [finding.leak for finding in self.findings]
        return {"cells": self.cells, "recovered": kinds.count("exact"), "narrow": kinds.count("narrow")}
