"""Name the finding of a report that a commitment answers: `river-city-2025/police#groups`.

The round comes first, then an agency that its report has a page of, then the part of that page. A finding that is not
about one agency has the round alone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

# The parts of an agency's page. Without a part, the commitment answers its level of trust.
PARTS = ("parts", "groups", "areas", "rounds", "questions")


@dataclass(frozen=True)
class FindingReference:
    """Hold the round, the agency and the part of its page; agency and part may be empty."""

    round: str
    agency: str = ""
    part: str = ""


def read_finding(text: str) -> FindingReference:
    """Read a reference.

    >>> read_finding("river-city-2025/police#groups")
    FindingReference(round='river-city-2025', agency='police', part='groups')
    >>> read_finding("river-city-2025")
    FindingReference(round='river-city-2025', agency='', part='')
    """
    place, _, part = text.strip().partition("#")
    wave, _, agency = place.partition("/")
    return FindingReference(wave, agency, part)


def find_reference_problem(text: str, rounds: Collection[str], agencies: Collection[str]) -> str | None:
    """Return what is wrong with a reference, or None.

    >>> find_reference_problem("city-2025/fire", ["city-2025"], ["police"])
    "expected an agency of the community after the round in finding, found 'fire'"
    """
    if not text:
        return None
    found = read_finding(text)
    if found.round not in rounds:
        return f"expected a survey round of the community first in finding, found {found.round!r}"
    if found.agency and found.agency not in agencies:
        return f"expected an agency of the community after the round in finding, found {found.agency!r}"
    if found.part and found.part not in PARTS:
        return f"expected one of {', '.join(PARTS)} after # in finding, found {found.part!r}"
    if found.part and not found.agency:
        return f"expected an agency before #{found.part} in finding, found none"
    return None
