"""Read periods such as 2026, 2026-H1 and 2026-Q3, and order them in time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

PARTS = {"year": ("", 1), "half-year": ("H", 2), "quarter": ("Q", 4)}
PATTERN = re.compile(r"(?P<year>(?:19|20|21)\d\d)(?:-(?P<kind>[HQ])(?P<part>[1-4]))?")


@dataclass(frozen=True, order=True)
class Period:
    """Hold the `part`th of the `parts` of a year, counted from 1."""

    year: int
    parts: int
    part: int

    def __str__(self) -> str:
        sign = {1: "", 2: f"-H{self.part}", 4: f"-Q{self.part}"}
        return f"{self.year}{sign[self.parts]}"

    @property
    def end(self) -> float:
        """Return the end in years, so that periods of different lengths can be ordered."""
        return self.year + self.part / self.parts

    @property
    def last_day(self) -> date:
        month = 12 // self.parts * self.part
        first_of_next = date(self.year + month // 12, month % 12 + 1, 1)
        return first_of_next - timedelta(days=1)


def read_period(text: str, kind: str) -> Period | None:
    """Return the period in a text, if it is of that kind.

    >>> str(read_period("2026-Q3", "quarter")), read_period("2026-Q5", "quarter"), read_period("2026", "quarter")
    ('2026-Q3', None, None)
    """
    found = PATTERN.fullmatch(text)
    if found is None or kind not in PARTS:
        return None
    sign, parts = PARTS[kind]
    part = int(found["part"] or 1)
    if (found["kind"] or "") != sign or part > parts:
        return None
    return Period(int(found["year"]), parts, part)


def parse_period(text: str) -> Period:
    """Return a stored period."""
    kinds = {sign: kind for kind, (sign, _) in PARTS.items()}
    found = PATTERN.fullmatch(text)
    assert found is not None, "expected a stored period"
    period = read_period(text, kinds[found["kind"] or ""])
    assert period is not None
    return period
